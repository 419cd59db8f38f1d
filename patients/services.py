"""Writes of the patients app."""

from __future__ import annotations

import logging
import uuid
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.module_loading import import_string
from rest_framework.exceptions import ErrorDetail

from accounts.models import Therapist
from core.api.log_lines import exception_places
from core.errors import ApplicationError
from patients.consents import consents_begin
from patients.models import Patient, grace

logger = logging.getLogger(__name__)

EXTERNAL_ID_TAKEN = ErrorDetail("Another patient has this external id.", "unique")


def patient_create(*, therapist: Therapist, **fields: Any) -> Patient:
    """A new patient of a therapist.

    Raises:
        ApplicationError: `validation_error` when the external id is taken.
    """
    with transaction.atomic():
        patient = _save(Patient(therapist=therapist, **fields))
        consents_begin(patient=patient)
    return patient


def patient_update(*, patient: Patient, **fields: Any) -> Patient:
    """Change fields of a patient.

    Raises:
        ApplicationError: `validation_error` when the external id is taken.
    """
    for name, value in fields.items():
        setattr(patient, name, value)
    return _save(patient, update_fields=[*fields, "updated_at"])


def patient_delete(*, patient: Patient) -> None:
    """Take a patient out of every list and call at once; the data goes after the grace period."""
    patient.deleted_at = timezone.now()
    patient.save(update_fields=["deleted_at", "updated_at"])
    logger.info("patient %s deleted, erased in %d days", patient.pk, settings.PATIENT_ERASURE_GRACE_DAYS)


def patient_restore(*, therapist: Therapist, patient_id: uuid.UUID) -> Patient:
    """Undo a deletion within the grace period; one that was not deleted stays as it is.

    Raises:
        ApplicationError: `not_found` for somebody else's and erased ones, `validation_error` when
            another patient has taken the external id meanwhile.
    """
    patient = Patient.objects.filter(therapist=therapist, pk=patient_id).first()
    if patient is None or (patient.deleted_at is not None and patient.deleted_at <= _grace_limit()):
        raise ApplicationError("not_found")
    if patient.deleted_at is None:
        return patient
    patient.deleted_at = None
    return _save(patient, update_fields=["deleted_at", "updated_at"])


def patients_purge() -> int:
    """Erase every patient whose grace period is over, with all data and media; returns how many.

    1. Media first, by the hooks of the upper floors: rows that are gone name no files.
    2. The patient's row and all that hangs on it, in one transaction.
    A patient whose hook fails keeps its rows, so the next run tries again.
    """
    erased = 0
    for patient_id in Patient.objects.filter(deleted_at__lte=_grace_limit()).values_list("pk", flat=True):
        try:
            erased += _erase(patient_id)
        except Exception as error:
            logger.error(
                "patient %s not erased: %s at %s", patient_id, type(error).__name__, exception_places(error)
            )
    return erased


def _erase(patient_id: uuid.UUID) -> bool:
    for path in settings.PATIENT_ERASURE_HOOKS:
        import_string(path)(patient_id)
    # Restored meanwhile: past its grace period it cannot be, so this only guards a changed setting.
    removed, _ = Patient.objects.filter(pk=patient_id, deleted_at__lte=_grace_limit()).delete()
    logger.info("patient %s erased, %d rows", patient_id, removed)
    return removed > 0


def _grace_limit() -> datetime:
    return timezone.now() - grace()


def _save(patient: Patient, update_fields: list[str] | None = None) -> Patient:
    """Save with the external id unique among the therapist's patients."""
    taken = Patient.objects.for_therapist(patient.therapist_id).filter(external_id=patient.external_id)
    if patient.external_id and taken.exclude(pk=patient.pk).exists():
        raise ApplicationError("validation_error", errors={"external_id": [EXTERNAL_ID_TAKEN]})
    try:
        with transaction.atomic():
            patient.save(update_fields=update_fields)
    except IntegrityError as error:
        # Somebody took it between the look and the write.
        raise ApplicationError("validation_error", errors={"external_id": [EXTERNAL_ID_TAKEN]}) from error
    return patient
