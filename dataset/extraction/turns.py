"""Segments become turns: the rule that decides what is long enough for a clip.

Neighbouring segments of one speaker are one turn when nobody else speaks between them, the pause
is at most `merge_gap_ms`, and the turn stays at most `max_turn_ms` long. Recognizers cut at
breaths and full stops: without the rule most turns of a therapy session would be too short for a
clip (only 19.7 % of MESC's are longer than 3 s).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ml.schemas.transcript import Segment, SpeakerRole


@dataclass(frozen=True, slots=True)
class Turn:
    """What one speaker says in one go; times in milliseconds from the start of the video."""

    speaker: str
    role: SpeakerRole
    start_ms: int
    end_ms: int
    text: str

    @property
    def length_ms(self) -> int:
        return self.end_ms - self.start_ms


def turns_of(segments: Sequence[Segment], *, merge_gap_ms: int, max_turn_ms: int) -> list[Turn]:
    """The turns in order of time; segments without words are left out."""
    turns: list[Turn] = []
    for segment in sorted(segments, key=lambda item: (item.start_ms, item.index)):
        text = " ".join(segment.text.split())
        if not text:
            continue
        last = turns[-1] if turns else None
        if (
            last is not None
            and last.speaker == segment.speaker
            and segment.start_ms - last.end_ms <= merge_gap_ms
            and max(segment.end_ms, last.end_ms) - last.start_ms <= max_turn_ms
        ):
            end_ms = max(last.end_ms, segment.end_ms)
            turns[-1] = Turn(last.speaker, last.role, last.start_ms, end_ms, f"{last.text} {text}")
        else:
            turns.append(Turn(segment.speaker, segment.role, segment.start_ms, segment.end_ms, text))
    return turns
