"""What a row of the patient list says of the patient's sessions, told by the floors above."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import timezone
from django.utils.module_loading import import_string

from accounts.models import Therapist
from patients.models import Patient


@dataclass(frozen=True, slots=True)
class OpenItems:
    """What waits for the therapist: draft reports to review, risk flags in them without a decision."""

    drafts: int = 0
    risks: int = 0


@dataclass(frozen=True, slots=True)
class PatientSummary:
    """The last and the next day of a session, where there is one, and what is open."""

    last_session: dt.date | None = None
    next_session: dt.date | None = None
    open_items: OpenItems = OpenItems()


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
