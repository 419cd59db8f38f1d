"""Reading a transcript that somebody else wrote: an API body or a few lines by hand."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import uuid4

from pydantic import ConfigDict, Field, ValidationError

from ml.errors import ErrorCode, PermanentError
from ml.schemas.base import Record
from ml.schemas.transcript import Coverage, Segment, Speaker, SpeakerRole, Transcript, Word


class _Loose(Record):
    model_config = ConfigDict(frozen=True, extra="ignore")


class _LooseSegment(_Loose):
    id: str | None = None
    speaker: str | None = None
    role: SpeakerRole | None = None
    start_ms: int = 0
    end_ms: int = 0
    text: str
    confidence: float = 1.0
    words: list[Word] | None = None
    edited: bool = False


class _LooseTranscript(_Loose):
    language: str = "en"
    duration_ms: int = 0
    engine: str = ""
    model: str = ""
    segments: list[_LooseSegment]
    speakers: dict[str, Speaker] = Field(default_factory=dict)
    coverage: Coverage = Field(default_factory=Coverage)


def read_transcript(body: Mapping[str, Any]) -> Transcript:
    """Fill ids, indexes, speakers and roles that the body leaves out.

    A segment with a role but no speaker gets one speaker for each role (S1, S2, ... in order
    of appearance); one with a speaker but no role gets the role of that speaker.

    Raises:
        PermanentError: `validation_error`; the message names the fields, never their text.
    """
    try:
        loose = _LooseTranscript.model_validate(dict(body))
    except ValidationError as error:
        places = sorted({".".join(str(part) for part in item["loc"]) for item in error.errors()})
        raise PermanentError(
            ErrorCode.VALIDATION_ERROR, f"The transcript is not readable at: {', '.join(places[:8])}."
        ) from None
    speakers = dict(loose.speakers)
    speaker_of_role: dict[SpeakerRole, str] = {}
    for name, speaker in speakers.items():
        speaker_of_role.setdefault(speaker.role, name)
    segments = []
    for index, item in enumerate(loose.segments):
        role = item.role or SpeakerRole.OTHER
        taken = {*speakers, *speaker_of_role.values()}
        fresh = next(f"S{n}" for n in range(1, len(taken) + 2) if f"S{n}" not in taken)
        name = item.speaker or speaker_of_role.setdefault(role, fresh)
        if name not in speakers:
            speakers[name] = Speaker(role=item.role or SpeakerRole.OTHER)
        segments.append(
            Segment(
                id=item.id or str(uuid4()),
                index=index,
                speaker=name,
                role=item.role or speakers[name].role,
                start_ms=item.start_ms,
                end_ms=item.end_ms,
                text=item.text,
                confidence=item.confidence,
                words=item.words or [],
                edited=item.edited,
            )
        )
    return Transcript(
        language=loose.language,
        duration_ms=loose.duration_ms or max((s.end_ms for s in segments), default=0),
        engine=loose.engine,
        model=loose.model,
        segments=segments,
        speakers=speakers,
        coverage=loose.coverage,
    )
