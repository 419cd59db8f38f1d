"""Filters of the patient list."""

from __future__ import annotations

from django_filters import rest_framework as django_filters

from core.api.filters import UpdatedSinceFilterSet
from patients.models import Patient, PatientQuerySet


class PatientFilterSet(UpdatedSinceFilterSet):
    """By external id, exactly; by the time of the last change; the deleted ones, while they can come back."""

    deleted = django_filters.TypedChoiceFilter(
        choices=[("true", "true"), ("false", "false")],
        coerce=lambda value: value == "true",
        method="of_kind",
        help_text="true: only those deleted in the last days, with `erased_from`, for restore.",
    )

    class Meta:
        model = Patient
        fields = ["external_id"]

    def of_kind(self, queryset: PatientQuerySet, name: str, value: bool) -> PatientQuerySet:
        """The rows as they are: the view begins with the kind asked for."""
        return queryset
