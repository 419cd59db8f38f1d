"""A transcript that somebody typed or pasted, in place of a recording."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID, uuid4

from django.db import transaction

from core.errors import ApplicationError
from ml.errors import PermanentError
from ml.schemas.transcript import Transcript
from ml.schemas.transcript_reading import read_transcript
from sessions_app import pipeline
from sessions_app.models import Source
from sessions_app.services.guards import content_replaced, refuse_changes, session_locked_row
from sessions_app.services.transcripts import transcript_save


@transaction.atomic
def transcript_type(*, session_id: UUID, body: Mapping[str, Any], report: bool) -> None:
    """Replace the session's transcript and draft a report from it, unless told not to.

    A recording that is there stays: the typed text may be the better reading of it.

    Raises:
        ApplicationError: `validation_error`, `session_busy`, `report_finalized`.
    """
    session = session_locked_row(session_id)
    refuse_changes(session)
    transcript = _read(body)
    language = body.get("language") or session.language
    if language:
        transcript = transcript.model_copy(update={"language": language})
    content_replaced(session_id)
    transcript_save(session, transcript, source=Source.TYPED)
    if report:
        pipeline.start(session_id, pipeline.REPORT)
    else:
        pipeline.reset(session_id)


def _read(body: Mapping[str, Any]) -> Transcript:
    from ml.schemas.subtitle_reading import read_any

    try:
        if "text" in body:
            transcript = read_any(body["text"], body.get("filename", ""))
        else:
            transcript = read_transcript(body)
    except PermanentError as error:
        raise ApplicationError("validation_error", errors={"text": [str(error)]}) from None
    spoken = [segment for segment in transcript.segments if segment.text.strip()]
    if not spoken:
        raise ApplicationError("validation_error", errors={"text": ["There are no words in it."]})
    # Fresh ids: a pasted body may be the transcript of another session, whose ids are taken.
    segments = [
        segment.model_copy(update={"id": str(uuid4()), "index": index, "edited": False})
        for index, segment in enumerate(spoken)
    ]
    return transcript.model_copy(update={"segments": segments, "engine": "typed", "model": ""})
