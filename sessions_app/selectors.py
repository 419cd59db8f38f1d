"""Reads, always narrowed to the owner first: somebody else's session is `not_found`."""

from __future__ import annotations

from uuid import UUID

from django.conf import settings
from django.db.models import Count, IntegerField, OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.utils.module_loading import import_string

from accounts.models import Therapist
from core.errors import ApplicationError
from sessions_app.models import Recording, Segment, SegmentRevision, TherapySession, Transcript, Upload
from sessions_app.models.session import TherapySessionQuerySet


def session_list(therapist: Therapist) -> TherapySessionQuerySet:
    """The therapist's sessions, bare: quick to filter, order and count."""
    return TherapySession.objects.for_therapist(therapist)


def sessions_described(sessions: TherapySessionQuerySet) -> TherapySessionQuerySet:
    """These sessions with what a list shows, without transcripts.

    Reports live a floor above; `settings.SESSION_SUMMARY` is the path of the function that adds
    what they say of a session.
    """
    joined = sessions.select_related("patient", "recording").defer("recording__peaks")
    described: TherapySessionQuerySet = import_string(settings.SESSION_SUMMARY)(joined)
    return described


def session_get(therapist: Therapist, session_id: UUID) -> TherapySession:
    """One session with what its page shows.

    Raises:
        ApplicationError: `not_found`, also for somebody else's.
    """
    described = sessions_described(session_list(therapist).filter(pk=session_id))
    counted = described.annotate(segment_count=_count(Segment), correction_count=_count(SegmentRevision))
    return _one(counted.first())


def session_of_now(session: TherapySession) -> TherapySession:
    """A session that was made this moment, with what its page shows: nothing hangs on it yet.

    Reading it back would cost several times what the insert did.
    """
    nothing = {
        "has_transcript": False,
        "report_status": None,
        "risk_pending": 0,
        "unsupported_claims": 0,
        "unconfirmed_claims": 0,
        "segment_count": 0,
        "correction_count": 0,
    }
    for name, value in nothing.items():
        setattr(session, name, value)
    # As select_related leaves it where there is no recording.
    TherapySession.recording.related.set_cached_value(session, None)
    return session


def session_check(therapist: Therapist, session_id: UUID) -> TherapySession:
    """One session without anything joined, for calls that only need to know it is theirs.

    Raises:
        ApplicationError: `not_found`, also for somebody else's.
    """
    return _one(TherapySession.objects.for_therapist(therapist).filter(pk=session_id).first())


def recording_get(therapist: Therapist, session_id: UUID) -> Recording:
    """The recording whose media is still there.

    Raises:
        ApplicationError: `not_found`.
    """
    owned = TherapySession.objects.for_therapist(therapist).filter(pk=session_id)
    recording = Recording.objects.filter(session__in=owned, deleted_at=None).first()
    if recording is None:
        raise ApplicationError("not_found")
    return recording


def recording_peaks(therapist: Therapist, session_id: UUID) -> Recording:
    """The recording whose media is still there, with the shape of its sound.

    Raises:
        ApplicationError: `not_found`, also while there is none.
    """
    recording = recording_get(therapist, session_id)
    if recording.peaks is None:
        raise ApplicationError("not_found", "The shape of this recording's sound is not known.")
    return recording


def transcript_get(therapist: Therapist, session_id: UUID) -> Transcript:
    """The transcript of a session.

    Raises:
        ApplicationError: `not_found`, or `transcript_not_ready` for an own session without one.
    """
    session = session_check(therapist, session_id)
    transcript = Transcript.objects.filter(session=session).prefetch_related("segments").first()
    if transcript is None:
        raise ApplicationError("transcript_not_ready")
    return transcript


def upload_get(therapist: Therapist, session_id: UUID, upload_id: UUID) -> Upload:
    """A resumable upload.

    Raises:
        ApplicationError: `not_found`.
    """
    owned = TherapySession.objects.for_therapist(therapist).filter(pk=session_id)
    upload = Upload.objects.filter(session__in=owned, pk=upload_id).first()
    if upload is None:
        raise ApplicationError("not_found")
    return upload


def _count(model: type[Segment] | type[SegmentRevision]) -> Coalesce:
    # Subqueries: two joins would multiply segments by corrections before they are counted.
    rows = model.objects.filter(transcript=OuterRef("transcript")).order_by()
    counted = rows.values("transcript").annotate(number=Count("pk")).values("number")
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0)


def _one(session: TherapySession | None) -> TherapySession:
    if session is None:
        raise ApplicationError("not_found")
    return session
