"""Words of neighbouring blocks become one row: none is lost at a cut, and none comes twice.

Blocks that were cut at a pause share nothing. Where the cut fell into speech both decoded the
seconds around it; the word that both heard nearest to the cut is where one hands over to the
other, so a word that straddles the cut is taken once, and whole.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from ml.schemas.transcript import Word
from ml.transcription.blocks import Block

_SAME_PLACE_MS = 700


def join_words(blocks: Sequence[Block], words_of: Sequence[Sequence[Word]]) -> list[Word]:
    """The words of all blocks in order; `words_of` holds each block's, with the recording's times."""
    if not blocks:
        return []
    joined = list(words_of[0])
    for (before, block), words in zip(pairwise(blocks), words_of[1:], strict=True):
        left, right = joined, list(words)
        if before.tail_ms or block.lead_ms:
            left, right = _handed_over(
                left, right, block.start_ms, (block.start_ms - block.lead_ms, before.end_ms + before.tail_ms)
            )
        joined = [*left, *right]
    return joined


def _handed_over(
    left: list[Word], right: list[Word], cut_ms: int, shared: tuple[int, int]
) -> tuple[list[Word], list[Word]]:
    """Both sides without what the other says, for a cut whose surroundings both decoded."""
    best: tuple[float, int, int] | None = None
    for i in range(len(left) - 1, -1, -1):
        if _middle(left[i]) < shared[0]:
            break
        for j, word in enumerate(right):
            if _middle(word) > shared[1]:
                break
            apart = abs(_middle(left[i]) - _middle(word))
            if apart > _SAME_PLACE_MS or not _bare(word) or _bare(left[i]) != _bare(word):
                continue
            # A longer run of the same words is surer than one "and"; then the nearest to the cut.
            away = (
                abs((_middle(left[i]) + _middle(word)) / 2 - cut_ms) + apart - 300 * _run(left, right, i, j)
            )
            if best is None or away < best[0]:
                best = (away, i, j)
    if best is not None:
        return left[: best[1] + 1], right[best[2] + 1 :]
    return (
        [word for word in left if _middle(word) < cut_ms],
        [word for word in right if _middle(word) >= cut_ms],
    )


def _run(left: Sequence[Word], right: Sequence[Word], i: int, j: int) -> int:
    """How many of the neighbours on either side are the same too, up to three each."""
    count = 0
    for step in (-1, 1):
        for distance in range(1, 4):
            a, b = i + step * distance, j + step * distance
            if not (0 <= a < len(left) and 0 <= b < len(right)) or _bare(left[a]) != _bare(right[b]):
                break
            count += 1
    return count


def _middle(word: Word) -> int:
    return (word.start_ms + word.end_ms) // 2


def _bare(word: Word) -> str:
    return re.sub(r"[^\w']", "", word.text.casefold())
