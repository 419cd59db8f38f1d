"""A resumable upload: parts that arrive in any order until the whole is complete."""

from __future__ import annotations

from django.db import models

from core.models import TimeStampedModel, UUIDModel
from sessions_app.models.session import TherapySession


class UploadState(models.TextChoices):
    """Open uploads take parts; a completed one became the recording.

    COMPLETING is held by one request while it joins the parts; it counts as open again when the
    lease of that request has ended, which must have died.
    """

    OPEN = "open"
    COMPLETING = "completing"
    COMPLETED = "completed"


class Upload(TimeStampedModel):
    """A recording on its way; `size_bytes` and `sha256` may come with complete."""

    session = models.ForeignKey(TherapySession, on_delete=models.CASCADE, related_name="uploads")
    filename = models.CharField(max_length=255)
    size_bytes = models.BigIntegerField(null=True)
    sha256 = models.CharField(max_length=64, blank=True)
    part_bytes = models.PositiveIntegerField(help_text="Size of every part but the last.")
    state = models.CharField(max_length=10, choices=UploadState, default=UploadState.OPEN)
    expires_at = models.DateTimeField()
    storage_key = models.CharField(
        max_length=200, blank=True, default="", db_default="",
        help_text="Where the parts will be one object in the bucket; empty while they are local files, "
        "and once a recording has the object.",
    )  # fmt: skip
    multipart_id = models.CharField(
        max_length=1024, blank=True, default="", db_default="",
        help_text="The bucket's name for the upload; empty until the first part.",
    )  # fmt: skip
    lease_token = models.UUIDField(null=True, editable=False, help_text="Of the request that completes it.")
    lease_expires_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        ordering = ["created_at"]
        indexes = [models.Index(fields=["state", "expires_at"], name="upload_expired")]

    def __str__(self) -> str:
        return str(self.pk)


class UploadPart(UUIDModel):
    """One part that has arrived whole, or in a bucket was given an address.

    A part with an address has no `etag`: it can only become the bytes with its hash, and is there
    when the bucket lists it. One that came through this server has the bucket's `etag`, and is there
    while the bucket lists that one.
    """

    upload = models.ForeignKey(Upload, on_delete=models.CASCADE, related_name="parts")
    number = models.PositiveIntegerField()
    size_bytes = models.BigIntegerField()
    sha256 = models.CharField(max_length=64)
    etag = models.CharField(max_length=200, blank=True, default="", db_default="")

    class Meta:
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["upload", "number"], name="upload_part_once")]

    def __str__(self) -> str:
        return f"{self.upload_id} {self.number}"
