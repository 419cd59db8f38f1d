"""Which sessions may teach: signed reports of patients who agree to training use now."""

from __future__ import annotations

from collections.abc import Iterator

from patients.consents import consents_missing
from patients.models import Scope
from reports.models import Report, ReportStatus

BATCH = 200


def reports_for_training(therapist_email: str | None = None) -> Iterator[Report]:
    """Signed reports with their session, patient and therapist, oldest first.

    This is the deployment's own work over all its therapists, or over one. Consent is asked for at
    the time of reading: who withdrew is left out of this and every later set.
    """
    rows = (
        Report.objects.filter(status=ReportStatus.FINALIZED, session__patient__deleted_at=None)
        .select_related("session__patient", "session__therapist", "session__transcript")
        .order_by("finalized_at", "pk")
    )
    if therapist_email is not None:
        rows = rows.filter(session__therapist__email__iexact=therapist_email)
    batch: list[Report] = []
    for report in rows.iterator(chunk_size=BATCH):
        batch.append(report)
        if len(batch) == BATCH:
            yield from _agreeing(batch)
            batch = []
    yield from _agreeing(batch)


def _agreeing(batch: list[Report]) -> Iterator[Report]:
    missing = consents_missing(
        {report.session.patient_id for report in batch},
        [Scope.AI_PROCESSING.value, Scope.TRAINING_USE.value],
    )
    yield from (report for report in batch if not missing[report.session.patient_id])
