"""What comes in: asking for a draft, adding to a signed report."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from accounts.models import NOTE_FORMATS
from core.api.serializers import StrictSerializer
from ml.schemas.report import NoteFormat
from reports import drafting


class ReportRequestSerializer(StrictSerializer):
    """What to draft; everything, in the session's note format, when nothing is said."""

    note_format = serializers.ChoiceField(choices=NOTE_FORMATS, required=False)
    sections = serializers.ListField(
        child=serializers.CharField(max_length=30),
        required=False,
        allow_empty=False,
        max_length=10,
        help_text="Only these: summary, key_points, treatment_plan, risk_flags, or sections of the format.",
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """The sections exist, in the seed or in the note format."""
        sections = attrs.get("sections", [])
        note_format = attrs.get("note_format") or self.context["note_format"]
        known = {
            *drafting.note_sections(NoteFormat.STANDARD.value),
            *drafting.note_sections(note_format),
            drafting.RISK_FLAGS,
        }
        if any(name not in known for name in sections):
            raise serializers.ValidationError({"sections": [f"Known are: {', '.join(sorted(known))}."]})
        return attrs


class AddendumCreateSerializer(StrictSerializer):
    """An addition to a signed report; who and when come from the request."""

    reason = serializers.CharField(max_length=500)
    text = serializers.CharField(max_length=20_000)
