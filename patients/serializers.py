"""What the calls under /patients take and answer."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

from django.utils import timezone
from rest_framework import serializers

from core.api.serializers import StrictModelSerializer
from patients.models import Patient

OLDEST_BIRTH = dt.date(1890, 1, 1)
_PHONE = re.compile(r"\+?[\d\s().\-/]*\d[\d\s().\-/]*((ext\.?|x|#)\s*\d{1,8})?", re.IGNORECASE)


class OpenItemsSerializer(serializers.Serializer[Any]):
    """What waits for the therapist."""

    drafts = serializers.IntegerField(help_text="Draft reports to review and sign.")
    risks = serializers.IntegerField(help_text="Risk flags without a decision.")


class PatientSerializer(StrictModelSerializer):
    """A patient; id, times and what is read of the sessions cannot be written."""

    counted_fields = frozenset({"last_session", "next_session", "open_items"})

    notes = serializers.CharField(required=False, allow_blank=True, max_length=20_000)
    last_session = serializers.DateField(
        source="summary.last_session", read_only=True, allow_null=True, help_text="Day of the latest session."
    )
    next_session = serializers.DateField(
        source="summary.next_session",
        read_only=True,
        allow_null=True,
        help_text="Day of the next one planned.",
    )
    open_items = OpenItemsSerializer(source="summary.open_items", read_only=True)
    erased_from = serializers.DateTimeField(
        read_only=True, allow_null=True, help_text="When a deleted patient is erased; null for the others."
    )

    class Meta:
        model = Patient
        fields = [
            "id",
            "full_name",
            "date_of_birth",
            "gender",
            "email",
            "phone",
            "external_id",
            "pronouns",
            "notes",
            "last_session",
            "next_session",
            "open_items",
            "erased_from",
            "created_at",
            "updated_at",
        ]
        read_only_fields = ["id", "created_at", "updated_at"]

    def validate_date_of_birth(self, value: dt.date | None) -> dt.date | None:
        """Not in the future, anywhere on Earth, and not before anybody alive."""
        if value is not None and value > timezone.now().date() + dt.timedelta(days=1):
            raise serializers.ValidationError("This is in the future.", "date_in_future")
        if value is not None and value < OLDEST_BIRTH:
            raise serializers.ValidationError("This is too long ago.", "date_too_early")
        return value

    def validate_phone(self, value: str) -> str:
        """Digits and what people write between them."""
        if value and not _PHONE.fullmatch(value):
            raise serializers.ValidationError("Not a telephone number.", "invalid_phone")
        return value
