"""The stored audio of a session."""

from __future__ import annotations

from django.db import models

from core.models import TimeStampedModel
from sessions_app.models.session import TherapySession


class Recording(TimeStampedModel):
    """Where a session's audio lies and what it is; `storage_key` names no patient."""

    session = models.OneToOneField(TherapySession, on_delete=models.CASCADE, related_name="recording")
    storage_key = models.CharField(max_length=200, unique=True)
    filename = models.CharField(max_length=255, blank=True)
    media_type = models.CharField(max_length=100)
    size_bytes = models.BigIntegerField()
    sha256 = models.CharField(
        max_length=64, blank=True, help_text="Empty until a worker has read what a client sent in parts."
    )
    parts_sha256 = models.CharField(
        max_length=64, blank=True, default="", db_default="",
        help_text="SHA-256 over the hashes of the parts, for what a client sent to the bucket itself.",
    )  # fmt: skip
    part_bytes = models.PositiveIntegerField(null=True)
    duration_ms = models.BigIntegerField(
        null=True, help_text="Known after decoding; a browser's WebM has none."
    )
    peaks = models.BinaryField(
        null=True, help_text="The shape of the sound, one byte a stretch; none before it was transcribed."
    )
    deleted_at = models.DateTimeField(null=True, help_text="The media was removed, the record stays.")

    @property
    def content_tag(self) -> str:
        """A name for the bytes that changes with them; says nothing else."""
        return self.sha256 or self.pk.hex

    def __str__(self) -> str:
        return str(self.pk)
