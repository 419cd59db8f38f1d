"""Cutting a long recording at silences, so that memory stays bounded and silence is not decoded.

Speech recognizers invent text over long silence and take memory in proportion to what they
are given at once; ten minutes at a time bounds both. Where people speak without any silence the
cut falls into speech: both blocks then decode a few seconds of the other, and `joining` finds
the word at which they meet.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ml.audio.vad import FRAME_MS, Probabilities, SpeechSpan


@dataclass(frozen=True, slots=True)
class BlockOptions:
    """Silence of `silence_ms` ends a block; after `soft_ms` a pause of `pause_ms` does; `hard_ms`
    is never passed. `margin_ms` of what surrounds the speech is kept.

    A cut into speech is made where the detector is least sure of it within the `seek_ms` before
    `hard_ms`, and `overlap_ms` on either side of it are decoded by both blocks.
    """

    silence_ms: int = 6_000
    soft_ms: int = 480_000
    pause_ms: int = 600
    hard_ms: int = 600_000
    margin_ms: int = 500
    seek_ms: int = 20_000
    overlap_ms: int = 4_000


@dataclass(frozen=True, slots=True)
class Block:
    """A stretch of the recording that is decoded at once, in milliseconds.

    `lead_ms` before and `tail_ms` after it are decoded with it, where a cut falls into speech.
    """

    start_ms: int
    end_ms: int
    lead_ms: int = 0
    tail_ms: int = 0

    @property
    def length_ms(self) -> int:
        return self.end_ms - self.start_ms


def plan_blocks(
    speech: Sequence[SpeechSpan],
    duration_ms: int,
    options: BlockOptions = BlockOptions(),
    probabilities: Probabilities | None = None,
) -> list[Block]:
    """Blocks in order that together hold all of `speech` and don't overlap, leads and tails aside.

    With `probabilities` a cut into speech is made at its quietest place.
    """
    groups: list[tuple[int, int]] = []
    for span in speech:
        for start, end in _pieces(span, options, probabilities):
            if groups:
                first, last = groups[-1]
                pause = start - last
                ends = pause >= options.silence_ms or end - first > options.hard_ms
                if not ends and not (last - first >= options.soft_ms and pause >= options.pause_ms):
                    groups[-1] = (first, end)
                    continue
            groups.append((start, end))
    blocks: list[Block] = []
    for number, (start, end) in enumerate(groups):
        before = groups[number - 1][1] if number else None
        after = groups[number + 1][0] if number + 1 < len(groups) else None
        margin = options.margin_ms
        blocks.append(
            Block(
                max(start - margin, (start + before) // 2 if before is not None else 0),
                min(end + margin, (end + after) // 2 if after is not None else duration_ms),
                lead_ms=min(options.overlap_ms, start) if before == start else 0,
                tail_ms=min(options.overlap_ms, duration_ms - end) if after == end else 0,
            )
        )
    return blocks


def _pieces(
    span: SpeechSpan, options: BlockOptions, probabilities: Probabilities | None
) -> list[tuple[int, int]]:
    """A span, cut where it is longer than a block may be."""
    pieces = []
    start = span.start_ms
    while span.end_ms - start > options.hard_ms:
        end = _quietest(start + options.hard_ms, options, probabilities)
        pieces.append((start, end))
        start = end
    return [*pieces, (start, span.end_ms)]


def _quietest(limit_ms: int, options: BlockOptions, probabilities: Probabilities | None) -> int:
    """Where speech is least likely for a fifth of a second, in the `seek_ms` before a time."""
    if probabilities is None:
        return limit_ms
    width = 6
    seek_ms = min(options.seek_ms, options.hard_ms // 2)
    first = int((limit_ms - seek_ms) / FRAME_MS)
    window = probabilities[first : int(limit_ms / FRAME_MS)]
    if len(window) <= width:
        return limit_ms
    smooth = np.convolve(window, np.ones(width) / width, mode="valid")
    return round((first + int(smooth.argmin()) + width / 2) * FRAME_MS)
