"""Word times of a text that somebody corrected: kept where the word stayed, shared out elsewhere."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import SequenceMatcher
from typing import Any

Words = list[dict[str, Any]]


def words_realign(words: Sequence[dict[str, Any]], text: str, start_ms: int, end_ms: int) -> Words:
    """The words of `text` with times; none where the segment had none.

    A word that stayed keeps its times. Words that took the place of others share the time
    between their neighbours evenly; what a person wrote has the confidence 1.
    """
    tokens = text.split()
    if not words or not tokens:
        return []
    lead = " " if str(words[0]["text"]).startswith(" ") else ""
    old, new = [_key(str(word["text"])) for word in words], [_key(token) for token in tokens]
    placed: list[dict[str, Any] | None] = [None] * len(tokens)
    for match in SequenceMatcher(None, old, new, autojunk=False).get_matching_blocks():
        for step in range(match.size):
            placed[match.b + step] = {**words[match.a + step], "text": lead + tokens[match.b + step]}
    result: Words = []
    at = start_ms
    index = 0
    while index < len(tokens):
        kept = placed[index]
        if kept is not None:
            result.append(kept)
            at = kept["end_ms"]
            index += 1
            continue
        stop = next((n for n in range(index, len(tokens)) if placed[n] is not None), len(tokens))
        following = placed[stop] if stop < len(tokens) else None
        until = max(at, following["start_ms"] if following else end_ms)
        step_ms = (until - at) / (stop - index)
        for number, token in enumerate(tokens[index:stop]):
            result.append(
                {
                    "start_ms": round(at + number * step_ms),
                    "end_ms": round(at + (number + 1) * step_ms),
                    "text": lead + token,
                    "confidence": 1.0,
                }
            )
        at, index = until, stop
    return result


def _key(word: str) -> str:
    return "".join(char for char in word.casefold() if char.isalnum())
