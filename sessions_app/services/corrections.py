"""Corrections of a transcript: all or none, the original kept, what rests on it checked again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.module_loading import import_string

from accounts.models import Therapist
from core.errors import ApplicationError
from sessions_app.models import Segment, SegmentRevision, TherapySession, Transcript
from sessions_app.services.guards import refuse_changes, session_locked_row
from sessions_app.services.segment_edits import SegmentEdits


@transaction.atomic
def transcript_correct(*, session_id: UUID, editor: Therapist, changes: Mapping[str, Any]) -> list[UUID]:
    """Apply a checked `TranscriptCorrectionSerializer` body; returns the ids of changed segments.

    1. Lock the session; refuse while it is worked on or signed.
    2. Edit, merge, split, insert, rename in memory; the first thing that is wrong ends it all.
    3. Write segments, revisions and speakers.
    4. Tell the floors above which segments changed, so that evidence is checked again.

    Raises:
        ApplicationError: `transcript_not_ready`, `session_busy`, `report_finalized`,
            `validation_error` with the place.
    """
    session = session_locked_row(session_id)
    refuse_changes(session)
    transcript = Transcript.objects.filter(session=session).first()
    if transcript is None:
        raise ApplicationError("transcript_not_ready")
    edits = SegmentEdits(transcript, list(transcript.segments.all()), editor)
    for item in changes.get("segments", []):
        edits.edit(item["id"], text=item.get("text"), speaker=item.get("speaker"))
    for item in changes.get("merge", []):
        edits.merge(item["ids"])
    for item in changes.get("split", []):
        edits.split(item["id"], offset=item["offset"], speaker=item.get("speaker"))
    for item in changes.get("insert", []):
        edits.insert(**item)
    edits.rename(changes.get("speakers", {}))
    edits.check()
    if not edits.revisions:
        return []
    _write(transcript, edits)
    now = timezone.now()
    TherapySession.objects.filter(pk=session_id).update(updated_at=now)
    changed = sorted(edits.changed)
    for path in settings.TRANSCRIPT_CHANGED_HOOKS:
        import_string(path)(session_id, changed)
    return changed


def _write(transcript: Transcript, edits: SegmentEdits) -> None:
    stored = {segment.pk for segment in edits.original}
    kept = {segment.pk for segment in edits.segments}
    Segment.objects.filter(transcript=transcript, pk__in=stored - kept).delete()
    moved = []
    for index, segment in enumerate(edits.segments):
        if segment.index != index or segment.pk in edits.changed:
            segment.index = index
            if segment.pk in stored:
                moved.append(segment)
    Segment.objects.bulk_update(
        moved,
        ["index", "speaker", "start_ms", "end_ms", "text", "confidence", "words", "edited"],
        batch_size=200,
    )
    Segment.objects.bulk_create([segment for segment in edits.segments if segment.pk not in stored])
    SegmentRevision.objects.bulk_create(edits.revisions)
    transcript.save(update_fields=["speakers", "gaps", "transcribed_ms", "updated_at"])
