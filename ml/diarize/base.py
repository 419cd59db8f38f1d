"""What every diarizer does: a recording and its speech in, speaker turns out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from ml.audio.decode import DecodedAudio
from ml.audio.vad import SpeechSpan
from ml.progress import Progress, no_progress

MOST_SPEAKERS = 6


@dataclass(frozen=True, slots=True)
class SpeakerTurn:
    """A stretch in which one voice is heard; speakers are "S1", "S2", ... in order of appearance.

    `confidence` is 0 to 1: how clearly the stretch belongs to that voice and to no other.
    """

    start_ms: int
    end_ms: int
    speaker: str
    confidence: float = 1.0


@runtime_checkable
class Diarizer(Protocol):
    """Tells voices apart. Building one is cheap; its model loads on first use and stays."""

    name: str

    def diarize(
        self,
        audio: DecodedAudio,
        speech: Sequence[SpeechSpan],
        speakers_expected: int | None = None,
        progress: Progress = no_progress,
    ) -> list[SpeakerTurn]:
        """The turns in order of time, inside the spans of `speech`.

        `speakers_expected` (1 to 6) fixes the number of voices; None estimates it.

        Raises:
            PermanentError: `model_not_available`.
        """
        ...


def in_order_of_appearance(turns: Sequence[SpeakerTurn]) -> list[SpeakerTurn]:
    """The same turns, sorted, with speakers renamed S1, S2, ... as they first appear."""
    names: dict[str, str] = {}
    ordered = []
    for turn in sorted(turns, key=lambda turn: (turn.start_ms, turn.end_ms)):
        name = names.setdefault(turn.speaker, f"S{len(names) + 1}")
        ordered.append(SpeakerTurn(turn.start_ms, turn.end_ms, name, turn.confidence))
    return ordered
