"""A summary edited as one text, led back to the claims it is made of."""

from __future__ import annotations

import difflib
import re
from collections.abc import Sequence

SENTENCE_END = re.compile(r"(?<=[.!?؟。])[\"'”’»)\]]*\s+")
LIKENESS = 0.5
"""Share of words in common from which a changed sentence counts as an edit of a claim."""


def sentences_match(text: str, claims: Sequence[tuple[str, str]]) -> list[tuple[str | None, str]]:
    """The sentences of `text` in order, each with the id of the claim it comes from, or None.

    1. A claim whose text stands in the summary as it was keeps it.
    2. What lies between is cut into sentences; each takes the unused claim that is most like it,
       the most alike pair first.
    3. The rest has no claim.

    Args:
        text: the summary as it was sent.
        claims: (id, text) of the summary's claims as they are.
    """
    text = " ".join(text.split())
    pieces: list[tuple[int, str, str | None]] = []
    free: list[tuple[int, str]] = [(0, text)] if text else []
    unused: list[tuple[str, str]] = []
    # The longest first: a short claim may stand inside a longer one.
    for key, claim in sorted(claims, key=lambda pair: -len(pair[1])):
        at = _take(" ".join(claim.split()), free)
        if at is None:
            unused.append((key, claim))
        else:
            pieces.append((at, claim, key))
    changed = [(start + offset, sentence) for start, span in free for offset, sentence in _sentences(span)]
    likeness = sorted(
        (
            (_alike(sentence, claim), -place, key)
            for place, (_, sentence) in enumerate(changed)
            for key, claim in unused
        ),
        reverse=True,
    )
    taken: dict[int, str] = {}
    for share, negative, key in likeness:
        place = -negative
        if share >= LIKENESS and place not in taken and key not in taken.values():
            taken[place] = key
    pieces.extend((at, sentence, taken.get(place)) for place, (at, sentence) in enumerate(changed))
    return [(key, piece) for _, piece, key in sorted(pieces, key=lambda piece: piece[0])]


def _take(needle: str, free: list[tuple[int, str]]) -> int | None:
    """Where the needle stands as whole words in the free spans; it is cut out of them there."""
    if not needle:
        return None
    for index, (start, span) in enumerate(free):
        at = f" {span} ".find(f" {needle} ")
        if at >= 0:
            rest = [(start, span[:at]), (start + at + len(needle), span[at + len(needle) :])]
            free[index : index + 1] = [(place, part) for place, part in rest if part.strip()]
            return start + at
    return None


def _sentences(span: str) -> list[tuple[int, str]]:
    found: list[tuple[int, str]] = []
    begin = 0
    for end in [match.end() for match in SENTENCE_END.finditer(span)] + [len(span)]:
        sentence = span[begin:end].strip()
        if sentence:
            found.append((begin, sentence))
        begin = end
    return found


def _alike(one: str, other: str) -> float:
    first, second = one.casefold().split(), other.casefold().split()
    return difflib.SequenceMatcher(None, first, second, autojunk=False).ratio()
