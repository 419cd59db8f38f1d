"""Does the patient of a session agree? Asked before a stage is sent, and again by the worker."""

from __future__ import annotations

from uuid import UUID

from core.errors import ApplicationError
from patients.consents import consents_missing
from patients.models import Scope
from sessions_app.models import TherapySession

PROCESSING = (Scope.AI_PROCESSING.value,)
"""What every stage needs."""
RECORDING = (Scope.RECORD.value, Scope.AI_PROCESSING.value)
"""What sending a recording needs: to have made it, and to transcribe it."""


def processing_allowed(session: TherapySession) -> bool:
    """Whether a stage may work on this session."""
    return not consents_missing([session.patient_id], PROCESSING)[session.patient_id]


def refuse_without_consent(session_id: UUID, *scopes: str) -> None:
    """Raise unless the session's patient agrees to these scopes, processing if none is named.

    Raises:
        ApplicationError: `consent_missing` with the `scopes` that are.
    """
    patient_id = TherapySession.objects.values_list("patient_id", flat=True).get(pk=session_id)
    missing = consents_missing([patient_id], scopes or PROCESSING)[patient_id]
    if missing:
        raise ApplicationError("consent_missing", extra={"scopes": missing})
