"""Reads of the patients app, always narrowed to one therapist first."""

from __future__ import annotations

import uuid

from accounts.models import Therapist
from core.errors import ApplicationError
from patients.models import Patient, PatientQuerySet


def patient_list(*, therapist: Therapist, deleted: bool = False) -> PatientQuerySet:
    """The therapist's patients, without those waiting to be erased; or those alone, while they can return."""
    if deleted:
        return Patient.objects.restorable_for(therapist)
    return Patient.objects.for_therapist(therapist)


def patient_get(*, therapist: Therapist, patient_id: uuid.UUID) -> Patient:
    """One of the therapist's patients.

    Raises:
        ApplicationError: `not_found`, for somebody else's and deleted ones too.
    """
    patient = patient_list(therapist=therapist).filter(pk=patient_id).first()
    if patient is None:
        raise ApplicationError("not_found")
    return patient
