"""What PUT and GET /patients/{id}/consents take and answer."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from core.api.serializers import StrictSerializer
from patients.models import ConsentMethod

NOBODYS = "The default is nobody's answer: say how the patient answered."


class ConsentSerializer(StrictSerializer):
    """The answer for one scope; time and author are written by the server."""

    granted = serializers.BooleanField()
    method = serializers.ChoiceField(choices=ConsentMethod.choices)
    recorded_at = serializers.DateTimeField(
        read_only=True, allow_null=True, help_text="Null where nothing was ever recorded."
    )
    recorded_by = serializers.CharField(
        source="recorded_by_name", read_only=True, help_text="Empty for the deployment's default."
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """`default` can be read and sent back, not chosen."""
        standing = self.instance
        if attrs["method"] == ConsentMethod.DEFAULT and (
            standing is None or (standing.granted, standing.method) != (attrs["granted"], attrs["method"])
        ):
            raise serializers.ValidationError({"method": [NOBODYS]})
        return attrs


class ConsentsSerializer(StrictSerializer):
    """The answers by scope; a scope that is left out of a PUT keeps its answer."""

    record = ConsentSerializer(required=False, help_text="The session may be recorded.")
    ai_processing = ConsentSerializer(
        required=False, help_text="Recording and text may be transcribed and drafted from."
    )
    retain_audio = ConsentSerializer(required=False, help_text="The recording may be kept after signing.")
    retain_transcript = ConsentSerializer(
        required=False, help_text="The transcript may be kept after signing."
    )
    training_use = ConsentSerializer(
        required=False, help_text="De-identified text may be used to improve models."
    )

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        """Each field with the answer that stands, so that what was read can be sent back."""
        fields = super().get_fields()
        for name, field in fields.items():
            field.instance = getattr(self.instance, name, None)  # type: ignore[attr-defined]
        return fields
