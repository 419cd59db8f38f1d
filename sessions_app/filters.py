"""Filters of the list of sessions."""

from __future__ import annotations

from django_filters import rest_framework as django_filters

from core.api.filters import UpdatedSinceFilterSet
from sessions_app.models import Status, TherapySession


class SessionFilterSet(UpdatedSinceFilterSet):
    """`?patient=`, `?status=`, `?updated_since=`."""

    patient = django_filters.UUIDFilter(field_name="patient_id")
    status = django_filters.ChoiceFilter(choices=Status.choices)

    class Meta:
        model = TherapySession
        fields = ["patient", "status", "updated_since"]
