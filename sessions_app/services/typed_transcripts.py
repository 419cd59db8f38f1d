"""A transcript that somebody typed or pasted, in place of a recording."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID, uuid4

from django.db import transaction
from rest_framework.exceptions import ErrorDetail

from core.errors import ApplicationError
from ml.errors import PermanentError
from ml.schemas.subtitle_reading import read_any
from ml.schemas.transcript import Segment, Transcript
from ml.schemas.transcript_reading import read_transcript
from sessions_app import pipeline
from sessions_app.backlog import refuse_when_full
from sessions_app.models import Source
from sessions_app.services.guards import content_replaced, refuse_changes, session_locked_row
from sessions_app.services.transcripts import transcript_save
from sessions_app.transcription import with_roles

NO_WORDS = ErrorDetail("There are no words in it.", "no_words")
SEGMENTS_MAX = 20_000
SEGMENT_TEXT_MAX = 100_000
DAY_MS = 24 * 3600 * 1000
_LANGUAGE = re.compile(r"^[a-z]{2,3}$")
_SPEAKER = re.compile(r"^S[1-9][0-9]?$", re.ASCII)


@transaction.atomic
def transcript_type(*, session_id: UUID, body: Mapping[str, Any], report: bool) -> None:
    """Replace the session's transcript and draft a report from it, unless told not to.

    A recording that is there stays: the typed text may be the better reading of it.

    Raises:
        ApplicationError: `validation_error`, `session_busy`, `report_finalized`, and `queue_full`
            when a report is wanted.
    """
    session = session_locked_row(session_id)
    refuse_changes(session)
    if report:
        refuse_when_full(pipeline.REPORT, session.therapist_id)
    transcript = _read(body)
    language = body.get("language") or session.language
    if language:
        transcript = transcript.model_copy(update={"language": language})
    transcript = with_roles(transcript)
    content_replaced(session_id)
    transcript_save(session, transcript, source=Source.TYPED)
    if report:
        pipeline.start(session_id, pipeline.REPORT)
    else:
        pipeline.reset(session_id)


def _read(body: Mapping[str, Any]) -> Transcript:
    try:
        if "text" in body:
            transcript = read_any(body["text"], body.get("filename", ""))
        else:
            transcript = read_transcript(body)
    except PermanentError as error:
        raise ApplicationError("validation_error", errors={"text": [str(error)]}) from None
    spoken = [segment for segment in transcript.segments if segment.text.strip()]
    if not spoken:
        raise ApplicationError("validation_error", errors={"text": [NO_WORDS]})
    if len(spoken) > SEGMENTS_MAX or not all(_storable(segment) for segment in spoken):
        raise ApplicationError(
            "validation_error",
            errors={"text": ["Too long, or its times or characters cannot be kept."]},
        )
    names = _speaker_names(spoken)
    # Fresh ids: a pasted body may be the transcript of another session, whose ids are taken.
    segments = [
        segment.model_copy(
            update={
                "id": str(uuid4()), "index": index, "speaker": names[segment.speaker],
                "words": [], "edited": False,
            }
        )
        for index, segment in enumerate(spoken)
    ]  # fmt: skip
    return Transcript(
        language=transcript.language if _LANGUAGE.match(transcript.language) else "en",
        duration_ms=max(segment.end_ms for segment in segments),
        engine="typed",
        segments=segments,
        speakers={
            names[name]: speaker.model_copy(update={"name": _clean(speaker.name)})
            for name, speaker in transcript.speakers.items()
            if name in names
        },
    )


def _storable(segment: Segment) -> bool:
    times = 0 <= segment.start_ms <= segment.end_ms <= DAY_MS
    return times and len(segment.text) <= SEGMENT_TEXT_MAX and segment.text == _clean(segment.text)


def _clean(text: str) -> str:
    # A JSON text can bring in what no request body may hold: NUL, halves of surrogate pairs.
    return text.replace("\0", "").encode("utf-8", "ignore").decode("utf-8")


def _speaker_names(segments: Sequence[Segment]) -> dict[str, str]:
    """The product's names for the speakers, S1, S2, ..., unless they have them already."""
    spoken = list(dict.fromkeys(segment.speaker for segment in segments))
    if all(_SPEAKER.match(name) for name in spoken):
        return {name: name for name in spoken}
    return {name: f"S{number}" for number, name in enumerate(spoken, start=1)}
