"""Quotes: whether words stand in a segment, and the evidence record for a passage of it.

Two texts are the same quote when their words are the same in the same order; white space, case
and punctuation are put aside. Scripts written without spaces are compared letter by letter.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from ml.schemas.report import Evidence
from ml.schemas.transcript import Segment

_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
_UNSPACED = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]")


def plain(text: str) -> str:
    """Case folded, compatibility forms joined, accents on letters and vowel marks removed."""
    decomposed = unicodedata.normalize("NFKD", text)
    return "".join(c for c in decomposed if not unicodedata.combining(c)).casefold().replace("’", "'")


def words_of(text: str) -> list[str]:
    """The words of a text as they are compared: ``"Don't, Dr. Who!"`` gives dont, dr, who."""
    return [word.replace("'", "") for word in _WORD.findall(plain(text))]


def _find(needle: Sequence[str], hay: Sequence[str]) -> int:
    size = len(needle)
    for start in range(len(hay) - size + 1):
        if hay[start] == needle[0] and list(hay[start : start + size]) == list(needle):
            return start
    return -1


def quote_in(segment_text: str, quote: str) -> bool:
    """Whether `quote` stands in `segment_text`, white space, case and punctuation aside.

    An empty quote stands nowhere.
    """
    needle = words_of(quote)
    if not needle:
        return False
    hay = words_of(segment_text)
    if _find(needle, hay) >= 0:
        return True
    return bool(_UNSPACED.search(quote)) and "".join(needle) in "".join(hay)


def evidence(segment: Segment, quote: str) -> Evidence:
    """The evidence record for words of a segment, with the times of those words where known."""
    start_ms, end_ms = segment.start_ms, segment.end_ms
    if segment.words:
        owners: list[int] = []
        spoken: list[str] = []
        for number, word in enumerate(segment.words):
            for token in words_of(word.text):
                spoken.append(token)
                owners.append(number)
        needle = words_of(quote)
        at = _find(needle, spoken) if needle else -1
        if at >= 0:
            start_ms = segment.words[owners[at]].start_ms
            end_ms = segment.words[owners[at + len(needle) - 1]].end_ms
    return Evidence(segment=segment.id, start_ms=start_ms, end_ms=end_ms, quote=quote)
