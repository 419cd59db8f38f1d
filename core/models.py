"""What every record shares: a UUID that may leave the server, and two times."""

from __future__ import annotations

import uuid

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
