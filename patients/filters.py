"""Filters of the patient list."""

from __future__ import annotations

from core.api.filters import UpdatedSinceFilterSet
from patients.models import Patient


class PatientFilterSet(UpdatedSinceFilterSet):
    """By external id, exactly; by the time of the last change."""

    class Meta:
        model = Patient
        fields = ["external_id"]
