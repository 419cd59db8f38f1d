"""What a withdrawn consent stops, for `settings.CONSENT_CHANGED_HOOKS`."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from patients.consents import consents_missing
from sessions_app import pipeline
from sessions_app.consent import PROCESSING
from sessions_app.models import Outcome, TherapySession


@transaction.atomic
def consent_changed(patient_id: UUID) -> None:
    """End every stage of the patient's sessions that waits or runs without consent.

    A running worker loses its lease and stops at its next sign of progress; what it did is not kept.
    """
    if not consents_missing([patient_id], PROCESSING)[patient_id]:
        return
    for stage in pipeline.STAGES:
        rows = TherapySession.objects.filter(patient=patient_id, status__in=[stage.waiting, stage.running])
        tokens = [token for token in rows.values_list("lease_token", flat=True) if token is not None]
        pipeline.fail_rows(rows, stage, "consent_missing")
        for token in tokens:
            pipeline.end_run(token, Outcome.CANCELLED, "consent_missing")
