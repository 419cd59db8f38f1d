"""Sentences, canonical tokens and clauses, each with its place in the original text.

Speech recognition leaves out apostrophes, commas and full stops, people say "gonna" and repeat
themselves. The finders read a canonical form of the words and quote the original characters.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from ml.evidence.spoken_forms import CLITICS, FILLER_PHRASES, FILLERS, SPOKEN_FORMS

_TOKEN = re.compile(
    r"[^\W_]+(?:['’`´ʼ][^\W\d_]+)*|\.{2,}|…|[.?!;:,؟،؛\n]|—|–|\s-{1,2}\s|[(){}\[\]]", re.UNICODE
)
_STOPS = {".": ".", "?": "?", "!": "!", ";": ".", ":": ",", "\n": ".", "؟": "?", "،": ",", "؛": "."}
_SENTENCE_END = re.compile(r"(?<=[.?!؟])[\"'”’)]*\s+|\n+")
_ABBREVIATION = re.compile(r"(?:\b(?:dr|mr|mrs|ms|st|vs|e\.g|i\.e)|\b[A-Z])\.$", re.IGNORECASE)

STOPS = frozenset(".?!")
SUBJECTS = frozenset(["i", "he", "she", "they", "we", "it", "you"])
_BREAKS = frozenset(
    """
    but although though however except yet because unless whereas
    """.split()
)
_CARRIES_ON = frozenset(
    """
    that if when what how why where who which than as and or so think thought thinking know knew
    known say said saying says feel felt feeling feels wish wished like way time times thing things
    do did does am have had has would could should will can not was were is are been the day days
    night moment reason point until till while whenever wherever whether since before after told
    tell hope hoped mean guess believe believed swear bet suppose imagine part place everything
    anything nothing something someone anyone everyone all no because but though although unless
    except once now then sure afraid scared worried glad promise every much person people lie admit
    realize realized noticed notice remember understand care nor of in pretend deny denied
    """.split()
)


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence and its place in the text: ``text == source[start:end]``."""

    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Token:
    """A canonical word or one of ``. ? ! ,`` and the characters it stands for."""

    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Canonical:
    """The canonical tokens of a text; `line` is them joined, each followed by one space."""

    source: str
    tokens: tuple[Token, ...]
    line: str
    offsets: tuple[int, ...]

    def token_at(self, place: int) -> int:
        """The index of the token that covers a place in `line`."""
        return max(0, bisect_right(self.offsets, place) - 1)

    def span(self, first: int, last: int) -> tuple[int, int]:
        """The characters of the source from token `first` to token `last`, both included."""
        return self.tokens[first].start, self.tokens[last].end


def sentences(text: str) -> list[Sentence]:
    """Cut a text after ``. ? !`` and at line ends; a text without any is one sentence."""
    found: list[Sentence] = []
    start = 0
    for gap in _SENTENCE_END.finditer(text):
        if _ABBREVIATION.search(text[start : gap.start()]) and "\n" not in gap.group():
            continue
        found.append(_trimmed(text, start, gap.start() if "\n" in gap.group() else gap.end()))
        start = gap.end()
    found.append(_trimmed(text, start, len(text)))
    return [sentence for sentence in found if sentence.text]


def _trimmed(text: str, start: int, end: int) -> Sentence:
    piece = text[start:end]
    left = len(piece) - len(piece.lstrip())
    piece = piece.strip()
    return Sentence(piece, start + left, start + left + len(piece))


@lru_cache(maxsize=4096)
def canonical(text: str) -> Canonical:
    """Lower-case words with contractions spelt out and fillers, stutters and quotes left out."""
    raw: list[Token] = []
    for match in _TOKEN.finditer(text):
        raw.extend(_spelt_out(match.group(), match.start(), match.end()))
    tokens = _without_stutter(_without_fillers(raw))
    offsets: list[int] = []
    place = 0
    for token in tokens:
        offsets.append(place)
        place += len(token.text) + 1
    line = "".join(f"{token.text} " for token in tokens)
    return Canonical(text, tuple(tokens), line, tuple(offsets))


def _spelt_out(word: str, start: int, end: int) -> list[Token]:
    if word in _STOPS:
        return [Token(_STOPS[word], start, end)]
    if not word[0].isalnum():
        return [Token(",", start, end)] if word.strip() not in "(){}[]" else []
    form = re.sub("[’`´ʼ]", "'", word.lower())
    if form in SPOKEN_FORMS:
        return [Token(part, start, end) for part in SPOKEN_FORMS[form].split()]
    if form.endswith("n't") and len(form) > 4:
        return [Token(form[:-3], start, end), Token("not", start, end)]
    stem, mark, tail = form.partition("'")
    if mark:
        return [Token(part, start, end) for part in (stem, *CLITICS.get(tail, tail).split())]
    return [Token(form, start, end)]


def _without_fillers(tokens: list[Token]) -> list[Token]:
    kept: list[Token] = []
    index = 0
    while index < len(tokens):
        skip = 0
        for phrase in FILLER_PHRASES:
            if tuple(token.text for token in tokens[index : index + len(phrase)]) == phrase:
                skip = len(phrase)
                break
        if not skip and tokens[index].text in FILLERS:
            skip = 1
        if skip:
            index += skip
            # "I, um, want to" loses both commas with the filler
            if kept and kept[-1].text == "," and index < len(tokens) and tokens[index].text == ",":
                index += 1
            continue
        kept.append(tokens[index])
        index += 1
    return kept


def _without_stutter(tokens: list[Token]) -> list[Token]:
    kept: list[Token] = []
    for token in tokens:
        if kept and kept[-1].text == token.text and token.text not in STOPS:
            continue
        if len(kept) > 1 and kept[-1].text == "," and kept[-2].text == token.text:
            kept.pop()
            continue
        kept.append(token)
    return kept


def clause_starts(canon: Canonical) -> list[int]:
    """Token indexes where clauses begin, the first token included.

    A clause begins after a stop, at "but" and its kin, at "and" before a new subject, and at a
    subject pronoun that nothing before it leads on to ("I'm not okay | I want to die").
    """
    starts = [0]
    tokens = canon.tokens
    for index, (before, token) in enumerate(pairwise(tokens), start=1):
        after = tokens[index + 1].text if index + 1 < len(tokens) else ""
        opens = (
            before.text in STOPS
            or (token.text in _BREAKS and token.text not in STOPS)
            or (
                token.text in {"and", "so", "then"}
                and (after in SUBJECTS or after in {"my", "the", "then", "there"})
            )
            or (before.text == "," and (token.text in SUBJECTS or token.text in {"my", "and", "so", "then"}))
            or (token.text in SUBJECTS and before.text != "," and before.text not in _CARRIES_ON)
        )
        if (
            opens
            and before.text not in _BREAKS
            and not (before.text in {"and", "so"} and starts[-1] == index - 1)
        ):
            starts.append(index)
    return starts


def clause_bounds(canon: Canonical, index: int) -> tuple[int, int]:
    """First and last token index of the clause that holds token `index`."""
    starts = clause_starts(canon)
    place = bisect_right(starts, index) - 1
    last = (starts[place + 1] if place + 1 < len(starts) else len(canon.tokens)) - 1
    return starts[place], last
