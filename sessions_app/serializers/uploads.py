"""Resumable uploads."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from core.api.serializers import StrictSerializer
from sessions_app.models import Upload, UploadPart

SHA256 = r"^[0-9a-fA-F]{64}$"
SHA256_INVALID: Any = {"invalid": "64 hexadecimal digits."}


class UploadCreateSerializer(StrictSerializer):
    """What is known before the first part; the rest may come with complete."""

    filename = serializers.CharField(max_length=255)
    size = serializers.IntegerField(min_value=1, required=False, allow_null=True)
    sha256 = serializers.RegexField(SHA256, required=False, error_messages=SHA256_INVALID)


class UploadCompleteSerializer(StrictSerializer):
    """What the whole must be; checked where given."""

    size = serializers.IntegerField(min_value=1, required=False, allow_null=True)
    sha256 = serializers.RegexField(SHA256, required=False, error_messages=SHA256_INVALID)


class UploadPartSerializer(serializers.ModelSerializer[UploadPart]):
    """A part that has arrived."""

    size = serializers.IntegerField(source="size_bytes")

    class Meta:
        model = UploadPart
        fields = ["number", "size", "sha256"]
        read_only_fields = fields


class UploadSerializer(serializers.ModelSerializer[Upload]):
    """An upload and which of its parts are there."""

    size = serializers.IntegerField(source="size_bytes", allow_null=True)
    part_size = serializers.IntegerField(source="part_bytes", help_text="Bytes of every part but the last.")
    parts = UploadPartSerializer(many=True)

    class Meta:
        model = Upload
        fields = [
            "id", "filename", "size", "sha256", "state", "part_size", "parts", "expires_at", "created_at",
        ]  # fmt: skip
        read_only_fields = fields
