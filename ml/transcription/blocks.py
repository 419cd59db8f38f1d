"""Cutting a long recording at silences, so that memory stays bounded and silence is not decoded.

Speech recognizers invent text over long silence and take memory in proportion to what they
are given at once; ten minutes at a time bounds both.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ml.audio.vad import SpeechSpan


@dataclass(frozen=True, slots=True)
class BlockOptions:
    """Silence of `silence_ms` ends a block; after `soft_ms` a pause of `pause_ms` does; `hard_ms`
    is never passed. `margin_ms` of what surrounds the speech is kept."""

    silence_ms: int = 6_000
    soft_ms: int = 480_000
    pause_ms: int = 600
    hard_ms: int = 600_000
    margin_ms: int = 500


@dataclass(frozen=True, slots=True)
class Block:
    """A stretch of the recording that is decoded at once, in milliseconds."""

    start_ms: int
    end_ms: int

    @property
    def length_ms(self) -> int:
        return self.end_ms - self.start_ms


def plan_blocks(
    speech: Sequence[SpeechSpan], duration_ms: int, options: BlockOptions = BlockOptions()
) -> list[Block]:
    """Blocks in order that together hold all of `speech` and don't overlap."""
    groups: list[tuple[int, int]] = []
    for span in speech:
        for start, end in _pieces(span, options.hard_ms):
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
        before = groups[number - 1][1] if number else 0
        after = groups[number + 1][0] if number + 1 < len(groups) else duration_ms
        margin = options.margin_ms
        blocks.append(
            Block(
                max(start - margin, (start + before) // 2 if number else 0, 0),
                min(end + margin, (end + after) // 2 if number + 1 < len(groups) else duration_ms),
            )
        )
    return blocks


def _pieces(span: SpeechSpan, hard_ms: int) -> list[tuple[int, int]]:
    return [
        (start, min(start + hard_ms, span.end_ms)) for start in range(span.start_ms, span.end_ms, hard_ms)
    ]
