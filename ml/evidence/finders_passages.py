"""From a sentence to its passage: neighbours in the same turn that it needs to be understood."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from ml.evidence.finders_units import Unit, word_count
from ml.schemas.transcript import SpeakerRole

KEY_WORDS = 40
"""A key point's passage holds at most so many words."""
PLAN_WORDS = 36


def passage(unit: Unit, siblings: Sequence[Unit], max_words: int, taken: Callable[[Unit], bool]) -> Unit:
    """The unit widened to contiguous sentences of its turn.

    The following sentences come first (they go on), then the one before. Questions end a passage,
    and so do sentences that make a claim of their own (`taken`).
    """
    at = next((n for n, s in enumerate(siblings) if s.start == unit.start), None)
    if at is None:
        return unit
    first = last = at
    therapist = unit.role is SpeakerRole.THERAPIST
    words = word_count(unit.text)

    def fits(other: Unit) -> bool:
        return words + word_count(other.text) <= max_words and not other.is_question and not taken(other)

    while last + 1 < len(siblings) and fits(siblings[last + 1]):
        if therapist and words >= 9:
            break
        last += 1
        words += word_count(siblings[last].text)
    while first > 0 and fits(siblings[first - 1]):
        if therapist and words >= 9:
            break
        first -= 1
        words += word_count(siblings[first].text)
    return replace(unit, start=siblings[first].start, end=siblings[last].end, first=siblings[first].first)
