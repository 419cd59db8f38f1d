"""How much work waits, counted where it is recorded; and when new work is refused for it.

Refused is only the beginning of something: an upload that was let in may always be completed, and
what the platform starts by itself (the report after the transcript, retries, the reaper) is never
refused. Requests that are counted at the same moment may pass the limit together, by their number.
"""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.db.models import Q
from django.utils import timezone

from core.errors import ApplicationError
from sessions_app import pipeline
from sessions_app.models import TherapySession, Upload, UploadState

# An upload that took a part this recently will be work soon; an older one may have been given up.
UPLOADING = timedelta(minutes=15)


def waits(stage: pipeline.Stage) -> bool:
    """Whether a session waits for that stage and may be taken now."""
    due = Q(not_before=None) | Q(not_before__lte=timezone.now())
    return TherapySession.objects.filter(due, status=stage.waiting).exists()


def refuse_when_full(stage: pipeline.Stage, therapist_id: UUID) -> None:
    """Raise when as much waits for a stage as its queue may hold, of everybody or of this therapist.

    Raises:
        ApplicationError: `queue_full`, with `retry_after` in seconds and the `queue`.
    """
    limits = (
        (settings.QUEUE_LIMITS[stage.name], None),
        (settings.QUEUE_LIMIT_PER_THERAPIST, therapist_id),
    )
    for limit, owner in limits:
        if limit and _waiting(stage, owner, limit) >= limit:
            raise ApplicationError(
                "queue_full", extra={"retry_after": settings.QUEUE_RETRY_AFTER_SECONDS, "queue": stage.name}
            )


def _waiting(stage: pipeline.Stage, therapist_id: UUID | None, limit: int) -> int:
    """Sessions that wait for a stage, uploads on their way to it included; counted up to the limit."""
    sessions = TherapySession.objects.filter(status=stage.waiting).order_by()
    uploads = Upload.objects.none()
    if stage is pipeline.TRANSCRIPTION:
        expiry = timezone.now() + timedelta(hours=settings.UPLOAD_EXPIRES_HOURS) - UPLOADING
        on_their_way = [UploadState.OPEN, UploadState.COMPLETING]
        uploads = Upload.objects.filter(state__in=on_their_way, expires_at__gt=expiry).order_by()
    if therapist_id is not None:
        sessions = sessions.filter(therapist=therapist_id)
        uploads = uploads.filter(session__therapist=therapist_id)
    waiting = sessions[:limit].count()
    return waiting + uploads[: limit - waiting].count() if waiting < limit else waiting
