"""What a patient leaves outside the database, for `settings.PATIENT_ERASURE_HOOKS`."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from sessions_app.models import TherapySession
from sessions_app.services.sessions import session_media_erase


@transaction.atomic
def erase_patient_media(patient_id: UUID) -> None:
    """Erase every recording and unfinished upload of a patient; the rows go with the patient.

    Called before they do, and harmless when called twice.
    """
    sessions = TherapySession.objects.filter(patient=patient_id)
    session_media_erase(session_ids=list(sessions.values_list("pk", flat=True)))
