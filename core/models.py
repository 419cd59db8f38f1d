"""What every record shares, and the answers kept for repeated requests."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models


class UUIDModel(models.Model):
    """A record whose primary key can be shown outside without telling how many there are."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)

    class Meta:
        abstract = True


class TimeStampedModel(UUIDModel):
    """A record that knows when it was made and last written."""

    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        abstract = True


class IdempotencyRecord(models.Model):
    """A request that carried an Idempotency-Key: its fingerprint, and its answer once there is one.

    The answer may hold health data, so it lives in the database only and leaves with its therapist
    or after IDEMPOTENCY_KEY_HOURS. The body is kept as a keyed digest, because it may hold a
    password.
    """

    scope = models.CharField(max_length=36, help_text="The therapist's id, or `anonymous`.")
    key = models.CharField(max_length=255)
    therapist = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, null=True)
    fingerprint = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(null=True, help_text="Empty while the request runs.")
    body = models.JSONField(null=True)
    headers = models.JSONField(default=dict)
    attempt = models.UUIDField(default=uuid.uuid4, help_text="The run that may write the answer.")
    created_at = models.DateTimeField(auto_now_add=True)
    locked_until = models.DateTimeField(help_text="Until then a request without an answer counts as running.")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["scope", "key"], name="idempotency_key_once")]
        indexes = [models.Index(fields=["created_at"], name="idempotency_age")]

    def __str__(self) -> str:
        return str(self.pk)
