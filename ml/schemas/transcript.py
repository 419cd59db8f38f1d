"""The transcript: what was said, when, by whom, and what could not be read.

Times are milliseconds from the start of the recording, as the API states them. Field names
otherwise follow Whisper and faster-whisper.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from pydantic import Field

from ml.schemas.base import Record


class SpeakerRole(StrEnum):
    """Who a speaker is in the session."""

    THERAPIST = "therapist"
    CLIENT = "client"
    OTHER = "other"


class Word(Record):
    """One word with its times; `confidence` is the decoder's probability, 0 to 1."""

    start_ms: int
    end_ms: int
    text: str
    confidence: float = 1.0


class Segment(Record):
    """A passage by one speaker; the unit people correct and evidence points at.

    `original_text` is what was there before people corrected it; only the API fills it in.
    """

    id: str
    index: int
    speaker: str = "S1"
    role: SpeakerRole = SpeakerRole.OTHER
    start_ms: int = 0
    end_ms: int = 0
    text: str
    confidence: float = 1.0
    words: list[Word] = Field(default_factory=list)
    edited: bool = False
    original_text: str | None = None


class Speaker(Record):
    """A voice in the recording and who it is taken to be; `role_confidence` is 0 to 1."""

    role: SpeakerRole
    role_confidence: float = 1.0
    name: str = ""


class Gap(Record):
    """Speech that was heard and for which there are no words."""

    start_ms: int
    end_ms: int


class Coverage(Record):
    """How much of the heard speech has words; `gaps` are shown as "not transcribed"."""

    speech_ms: int = 0
    transcribed_ms: int = 0
    gaps: list[Gap] = Field(default_factory=list)


class Transcript(Record):
    """All that was said in one session, in order of time.

    The body of ``GET /sessions/{id}/transcript`` is this record. `ml.schemas.transcript_reading`
    also reads the smallest useful form, ``{"segments": [{"role": "client", "text": "..."}]}``.
    """

    language: str = "en"
    duration_ms: int = 0
    engine: str = ""
    model: str = ""
    segments: list[Segment]
    speakers: dict[str, Speaker] = Field(default_factory=dict)
    coverage: Coverage = Field(default_factory=Coverage)


@dataclass(frozen=True, slots=True)
class Heard:
    """What one pass over a recording gives: its words, and the shape of its sound.

    `peaks` are those of `ml.audio.peaks.sound_peaks`, over the transcript's whole duration.
    """

    transcript: Transcript
    peaks: bytes
