"""What comes in when a report is edited; every field is optional, unknown ones are refused."""

from __future__ import annotations

from typing import Any

from django.core.validators import MaxLengthValidator
from rest_framework import serializers

from accounts.models import NOTE_FORMATS
from core.api.serializers import REQUIRED, StrictSerializer
from ml.schemas.report import (
    ClaimState,
    Polarity,
    RiskBehaviour,
    RiskCategory,
    Section,
    Severity,
    Subject,
    Timeframe,
    Topic,
)
from reports.models import Decision, ReportStatus

MAX_ITEMS = 500
MAX_SENTENCE = 5_000


def _choice(values: Any) -> serializers.ChoiceField:
    return serializers.ChoiceField(choices=[(item.value, item.value) for item in values], required=False)


class QuoteEditSerializer(StrictSerializer):
    """Words that something rests on; the times are filled in by the server."""

    segment = serializers.UUIDField()
    quote = serializers.CharField(max_length=MAX_SENTENCE)
    start_ms = serializers.IntegerField(required=False, help_text="Ignored.")
    end_ms = serializers.IntegerField(required=False, help_text="Ignored.")


class ItemEditSerializer(StrictSerializer):
    """An item of a list: with an id it is that claim, without one it is the clinician's own."""

    id = serializers.UUIDField(required=False)
    text = serializers.CharField(max_length=MAX_SENTENCE)


class ClaimEditSerializer(StrictSerializer):
    """A change of one claim, or a claim of the clinician's own when there is no id."""

    id = serializers.UUIDField(required=False)
    section = _choice(Section)
    topic = _choice(Topic)
    text = serializers.CharField(max_length=MAX_SENTENCE, required=False)
    state = serializers.ChoiceField(
        choices=[(ClaimState.CLINICIAN_ADDED.value, ClaimState.CLINICIAN_ADDED.value)],
        required=False,
        help_text="`clinician_added` marks the claim as the clinician's own; other states are computed.",
    )
    confirmed = serializers.BooleanField(required=False, help_text="Confirms an inferred claim.")
    removed = serializers.BooleanField(required=False, help_text="Takes the claim out, or brings it back.")
    evidence = QuoteEditSerializer(many=True, required=False, validators=[MaxLengthValidator(50)])

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """A new claim needs its text and section."""
        if "id" not in attrs:
            missing = {name: [REQUIRED] for name in ("section", "text") if name not in attrs}
            if missing:
                raise serializers.ValidationError(missing)
        return attrs


class RiskFlagEditSerializer(StrictSerializer):
    """A decision on a flag or a correction of it, or a flag of the clinician's own without an id."""

    id = serializers.UUIDField(required=False)
    category = _choice(RiskCategory)
    polarity = _choice(Polarity)
    severity = _choice(Severity)
    subject = _choice(Subject)
    timeframe = _choice(Timeframe)
    level = serializers.IntegerField(min_value=1, max_value=5, required=False, allow_null=True)
    behaviour = serializers.ChoiceField(
        choices=[(item.value, item.value) for item in RiskBehaviour], required=False, allow_null=True
    )
    evidence = QuoteEditSerializer(many=True, required=False, validators=[MaxLengthValidator(50)])
    clinician_decision = _choice(Decision)
    rationale = serializers.CharField(max_length=MAX_SENTENCE, required=False, allow_blank=True)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Category and polarity make a new flag and do not change in one that is there."""
        fixed = ("category", "polarity")
        if "id" in attrs:
            wrong = {name: ["Dismiss this flag and add another."] for name in fixed if name in attrs}
        else:
            wrong = {name: [REQUIRED] for name in fixed if name not in attrs}
        if wrong:
            raise serializers.ValidationError(wrong)
        return attrs


class ReportEditSerializer(StrictSerializer):
    """Changes of a draft.

    `summary`, `key_points` and `treatment_plan` are whole: what is left out is taken out. So is
    `claims` when it holds claims by their ids and each with its text; as soon as one comes
    without, the items are changes of single claims and the others stay. Items without an id are
    additions. `risk_flags` are always changes of single ones.
    """

    status = _choice(ReportStatus)
    note_format = serializers.ChoiceField(choices=NOTE_FORMATS, required=False)
    summary = serializers.CharField(max_length=20_000, required=False, allow_blank=True)
    key_points = ItemEditSerializer(many=True, required=False, validators=[MaxLengthValidator(MAX_ITEMS)])
    treatment_plan = ItemEditSerializer(many=True, required=False, validators=[MaxLengthValidator(MAX_ITEMS)])
    claims = ClaimEditSerializer(many=True, required=False, validators=[MaxLengthValidator(MAX_ITEMS)])
    risk_flags = RiskFlagEditSerializer(many=True, required=False, validators=[MaxLengthValidator(MAX_ITEMS)])
