"""Quotes: whether words stand in a segment, and the evidence record for a passage of it.

Two texts are the same quote when their words are the same in the same order; white space, case
and punctuation are put aside. Scripts written without spaces are compared letter by letter.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from difflib import Match, SequenceMatcher
from operator import itemgetter

from ml.schemas.report import Evidence
from ml.schemas.transcript import Segment

_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
_UNSPACED = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]")

_LEAST_WORDS = 3
_ROOM = 2
"""Words that a correction may have put into a quote."""
_MOST = 0.6


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


def reworded(segment_text: str, quote: str) -> str | None:
    """What a quote became where a word or two of it were corrected in its segment.

    The stretch of today's words that most of the quote's words stand in, in their order, with what
    was put in the place of the others; None where fewer than `_MOST` of them are left, and for
    quotes too short to tell.
    """
    spans = [(match, "".join(words_of(match.group()))) for match in _WORD.finditer(segment_text)]
    hay, needle = [word for _, word in spans], words_of(quote)
    if len(needle) < _LEAST_WORDS or not hay:
        return None
    width = len(needle) + _ROOM
    starts = range(max(1, len(hay) - width + 1))
    matched, start, blocks = max(
        (_matches(needle, hay[start : start + width], start) for start in starts), key=itemgetter(0)
    )
    if matched < _MOST * len(needle):
        return None
    first, last = blocks[0], blocks[-1]
    begin = max(0, start + first.b - first.a)
    end = min(len(hay), start + last.b + len(needle) - last.a)
    return segment_text[spans[begin][0].start() : spans[end - 1][0].end()]


def _matches(needle: list[str], window: list[str], start: int) -> tuple[int, int, list[Match]]:
    found = SequenceMatcher(None, needle, window, autojunk=False).get_matching_blocks()
    blocks = [block for block in found if block.size]
    return sum(block.size for block in blocks), start, blocks


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
