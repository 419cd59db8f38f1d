"""The private note as its author reads and writes it."""

from __future__ import annotations

from rest_framework import serializers

from core.api.serializers import StrictModelSerializer
from sessions_app.models import PrivateNote


class PrivateNoteSerializer(StrictModelSerializer):
    """`updated_at` is null for a note that was never written."""

    text = serializers.CharField(allow_blank=True, trim_whitespace=False, max_length=100_000)
    updated_at = serializers.DateTimeField(read_only=True, allow_null=True)

    class Meta:
        model = PrivateNote
        fields = ["text", "updated_at"]
