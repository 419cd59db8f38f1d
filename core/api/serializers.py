"""Serializers that take nothing they do not know.

A field that is not there is 400. A read-only one is accepted when it says what is stored, so that
a client may GET, change one field and PUT the whole; anything else is 400 instead of being
ignored in silence.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail, ValidationError

UNKNOWN = ErrorDetail("This field is not known here.", "unknown_field")
READ_ONLY = ErrorDetail("This field cannot be written.", "read_only")
REQUIRED = ErrorDetail("This field is required.", "required")


class StrictFieldsMixin:
    """Refuses unknown fields, and read-only ones that differ from what is stored.

    `counted_fields` are views of other records: they may have moved on since the client read them,
    so whatever they say in a write is passed over.
    """

    counted_fields: frozenset[str] = frozenset()

    def to_internal_value(self, data: Any) -> Any:
        """The validated fields.

        Raises:
            ValidationError: by field.
        """
        if isinstance(data, Mapping):
            self._refuse_unknown(data)
        return super().to_internal_value(data)  # type: ignore[misc]

    def _refuse_unknown(self, data: Mapping[str, Any]) -> None:
        fields: Mapping[str, serializers.Field[Any, Any, Any, Any]] = self.fields  # type: ignore[attr-defined]
        errors = {str(name)[:100]: [UNKNOWN] for name in data if name not in fields}
        read_only = [name for name in data if name in fields and fields[name].read_only]
        read_only = [name for name in read_only if name not in self.counted_fields]
        if read_only:
            instance = getattr(self, "instance", None)
            stored = self.to_representation(instance) if instance is not None else {}  # type: ignore[attr-defined]
            for name in read_only:
                if name not in stored or stored[name] != data[name]:
                    errors[name] = [READ_ONLY]
        if errors:
            raise ValidationError(errors)


class StrictSerializer(StrictFieldsMixin, serializers.Serializer[Any]):
    """Base of the serializers that stand on no model."""


class StrictModelSerializer(StrictFieldsMixin, serializers.ModelSerializer[Any]):
    """Base of the serializers of one model."""
