"""Transcripts between the engines' record and the rows that people correct."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db import transaction

from core.errors import ApplicationError
from ml.schemas.transcript import Coverage, Gap, Speaker, Word
from ml.schemas.transcript import Segment as SegmentRecord
from ml.schemas.transcript import Transcript as TranscriptRecord
from sessions_app.models import Recording, RevisionKind, Segment, Source, TherapySession, Transcript


def transcript_save(
    session: TherapySession, transcript: TranscriptRecord, *, source: Source = Source.AUDIO
) -> None:
    """Replace the session's transcript; called inside the transaction that moves the session on."""
    with transaction.atomic():
        Transcript.objects.filter(session=session).delete()
        row = Transcript.objects.create(
            session=session,
            source=source,
            language=transcript.language,
            duration_ms=transcript.duration_ms,
            engine=transcript.engine,
            model=transcript.model,
            speech_ms=transcript.coverage.speech_ms,
            transcribed_ms=transcript.coverage.transcribed_ms,
            gaps=[gap.model_dump(mode="json") for gap in transcript.coverage.gaps],
            speakers={name: speaker.model_dump(mode="json") for name, speaker in transcript.speakers.items()},
        )
        Segment.objects.bulk_create(
            (
                Segment(
                    id=UUID(segment.id),
                    transcript=row,
                    index=index,
                    speaker=segment.speaker,
                    start_ms=segment.start_ms,
                    end_ms=segment.end_ms,
                    text=segment.text,
                    confidence=segment.confidence,
                    words=[word.model_dump(mode="json") for word in segment.words],
                    edited=segment.edited,
                )
                for index, segment in enumerate(transcript.segments)
            ),
            batch_size=500,
        )
        if source == Source.AUDIO and transcript.duration_ms:
            Recording.objects.filter(session=session).update(duration_ms=transcript.duration_ms)


def transcript_load(session: TherapySession) -> TranscriptRecord:
    """The session's transcript as the engines' record, with its corrections.

    Raises:
        ApplicationError: `transcript_not_ready`.
    """
    row = Transcript.objects.filter(session=session).first()
    if row is None:
        raise ApplicationError("transcript_not_ready")
    return transcript_record(row)


def transcript_record(row: Transcript) -> TranscriptRecord:
    """The rows of a transcript as one record."""
    speakers = {name: Speaker.model_validate(value) for name, value in row.speakers.items()}
    other = Speaker.model_validate({"role": "other"})
    return TranscriptRecord(
        language=row.language,
        duration_ms=row.duration_ms,
        engine=row.engine,
        model=row.model,
        segments=[
            _segment_record(segment, speakers.get(segment.speaker, other)) for segment in row.segments.all()
        ],
        speakers=speakers,
        coverage=Coverage(
            speech_ms=row.speech_ms,
            transcribed_ms=row.transcribed_ms,
            gaps=[Gap.model_validate(gap) for gap in row.gaps],
        ),
    )


def transcript_shown(row: Transcript) -> TranscriptRecord:
    """The rows of a transcript with what corrected segments said before, for people to read.

    A segment that was merged, split or added by hand has no text of its own before it.
    """
    record = transcript_record(row)
    if not any(segment.edited for segment in record.segments):
        return record
    first: dict[str, str] = {}
    moved: set[str] = set()
    for kind, segment_id, before in row.revisions.values_list("kind", "segment_id", "before"):
        if kind == RevisionKind.EDIT:
            first.setdefault(str(segment_id), before["text"])
        else:
            moved.add(str(segment_id))
    segments = [
        segment.model_copy(update={"original_text": None if segment.id in moved else first.get(segment.id)})
        if segment.edited
        else segment
        for segment in record.segments
    ]
    return record.model_copy(update={"segments": segments})


def _segment_record(row: Segment, speaker: Speaker) -> SegmentRecord:
    # Thousands of words a transcript: they were checked when they were written.
    words = [Word.model_construct(**_word(word)) for word in row.words]
    return SegmentRecord.model_construct(
        id=str(row.pk),
        index=row.index,
        speaker=row.speaker,
        role=speaker.role,
        start_ms=row.start_ms,
        end_ms=row.end_ms,
        text=row.text,
        confidence=row.confidence,
        words=words,
        edited=row.edited,
    )


def _word(stored: dict[str, Any]) -> dict[str, Any]:
    return {"confidence": 1.0, **stored}
