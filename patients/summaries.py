"""What a row of the patient list says of the patient's sessions, told by the floors above."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import timezone
from django.utils.module_loading import import_string

from accounts.models import Therapist
from patients.models import Patient
from patients.summary_record import PatientSummary


def patients_summarise(patients: Collection[Patient], *, therapist: Therapist) -> None:
    """Put the `summary` on each patient, in the same number of queries for any number of them.

    Sessions and reports live above; `settings.PATIENT_SUMMARIES` is the path of the function that
    knows, given the patients' ids and today where the therapist is.
    """
    today = timezone.now().astimezone(ZoneInfo(therapist.time_zone)).date()
    found: Mapping[UUID, PatientSummary] = import_string(settings.PATIENT_SUMMARIES)(
        [patient.pk for patient in patients], today
    )
    for patient in patients:
        patient.summary = found.get(patient.pk, PatientSummary())
