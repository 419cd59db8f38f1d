"""How much a recognizer decodes at once, and what it tries when its device has too little memory."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

_SAMPLES = 5
"""Readings that Whisper draws where it samples (its `best_of`)."""


@dataclass(frozen=True, slots=True)
class Effort:
    """Windows decoded side by side (0: one after the other), and the readings followed of each: by
    beam search, and by sampling at temperatures above 0."""

    batch_size: int
    beam_size: int
    best_of: int = _SAMPLES


def efforts(batch_size: int, beam_size: int) -> Iterator[Effort]:
    """What is wanted first, then ever less: half the batch, no batch, two readings, one."""
    effort = Effort(batch_size, beam_size)
    while effort.batch_size > 1:
        yield effort
        effort = replace(effort, batch_size=effort.batch_size // 2)
    effort = replace(effort, batch_size=0)
    yield effort
    for readings in (2, 1):
        if max(effort.beam_size, effort.best_of) > readings:
            yield replace(
                effort,
                beam_size=min(effort.beam_size, readings),
                best_of=min(effort.best_of, readings),
            )
