"""Resumable uploads."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_field
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


class UploadPartAnnounceSerializer(StrictSerializer):
    """The part that is going to be sent."""

    size = serializers.IntegerField(min_value=1, help_text="Bytes; of every part but the last `part_size`.")
    sha256 = serializers.RegexField(SHA256, error_messages=SHA256_INVALID)


class UploadPartAddressSerializer(serializers.Serializer[Any]):
    """Where that part goes: PUT its bytes to `url` with these headers before `expires_at`."""

    number = serializers.IntegerField()
    size = serializers.IntegerField()
    sha256 = serializers.CharField()
    url = serializers.CharField(
        help_text="In the bucket, signed for these bytes alone: send no token there. Or of this server, "
        "from `/`, with a token as usual."
    )
    headers = serializers.DictField(child=serializers.CharField())
    expires_at = serializers.DateTimeField()


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
    direct = serializers.SerializerMethodField(
        help_text="Whether a part that is announced first gets an address outside this server."
    )
    parts = serializers.SerializerMethodField()

    class Meta:
        model = Upload
        fields = [
            "id", "filename", "size", "sha256", "state", "part_size", "direct", "parts", "expires_at",
            "created_at",
        ]  # fmt: skip
        read_only_fields = fields

    def get_direct(self, upload: Upload) -> bool:
        """With a bucket."""
        return bool(upload.storage_key)

    @extend_schema_field(UploadPartSerializer(many=True))
    def get_parts(self, upload: Upload) -> Any:
        """Those of the context: the storage knows which have arrived."""
        return UploadPartSerializer(self.context.get("parts", ()), many=True).data
