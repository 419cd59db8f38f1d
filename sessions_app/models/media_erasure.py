"""Media that has to go, kept until the storage has really let go of it."""

from __future__ import annotations

from django.db import models

from core.models import UUIDModel


class MediaErasure(UUIDModel):
    """A stored file to erase once `due_at` has passed.

    Two uses of one list: a file nobody refers to any more is due at once, and a file that is
    being stored is due in a day unless the transaction that refers to it takes the row away. So
    neither a crash nor a storage that is away leaves a recording behind that nobody knows of.
    """

    storage_key = models.CharField(max_length=200, unique=True)
    multipart_id = models.CharField(
        max_length=1024, blank=True, default="", db_default="",
        help_text="An upload to the bucket that has to be given up with it.",
    )  # fmt: skip
    due_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return str(self.pk)
