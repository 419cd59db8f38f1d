"""Which message a worker takes first; on Redis 0 is the most urgent.

The steps stand in `CELERY_BROKER_TRANSPORT_OPTIONS["priority_steps"]`. Priority only orders what
waits in a queue: nothing that runs is stopped for it, and the row decides what is done at all.
"""

from __future__ import annotations

from django.conf import settings

from sessions_app.models import Recording, TherapySession

WAITED_FOR = 0
"""A person looks at the page until it is done: a report or section asked for, a second listening."""
SOON = 3
"""Short recordings, and what has waited so long that it was sent again."""
BULK = 6
"""Everything else."""
HELPING = 9
"""Pieces of another worker's recording: for hands that would be idle."""


def transcription_priority(session: TherapySession) -> int:
    """A short recording goes before long ones; one whose length its header does not say is long."""
    duration_ms = Recording.objects.filter(session=session.pk).values_list("duration_ms", flat=True).first()
    short = duration_ms is not None and duration_ms <= settings.SHORT_RECORDING_SECONDS * 1000
    return SOON if short else BULK


def report_priority(session: TherapySession) -> int:
    """A draft that somebody asked for goes before the first drafts, which come by themselves."""
    return WAITED_FOR if session.report_request else BULK
