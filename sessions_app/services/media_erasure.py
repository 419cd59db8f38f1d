"""Erasing media for certain: planned in the transaction, done after it, tried until it succeeds."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from datetime import timedelta
from functools import partial

from django.db import transaction
from django.utils import timezone

from core.errors import ApplicationError
from core.storage.bucket import bucket
from core.storage.failures import storage_errors
from core.storage.multipart import multipart_abort
from core.storage.parts import parts_delete
from core.storage.recordings import recording_delete
from sessions_app.models import MediaErasure, Recording, Upload

logger = logging.getLogger(__name__)

UNCLAIMED_AFTER = timedelta(days=1)


def erasure_plan(keys: Iterable[str], multipart_id: str = "") -> None:
    """Erase these files once the present transaction has committed; `purge` repeats what failed."""
    for key in keys:
        MediaErasure.objects.update_or_create(
            storage_key=key, defaults={"due_at": timezone.now(), "multipart_id": multipart_id}
        )
        # Robust: a storage in trouble must not keep the callbacks behind it, the pipeline's among them.
        transaction.on_commit(partial(_erase, key), robust=True)


def uploads_erase(uploads: Iterable[Upload]) -> None:
    """Plan the erasure of what these uploads left in the storage; no recording is touched."""
    for upload in uploads:
        if upload.storage_key:
            erasure_plan([upload.storage_key], upload.multipart_id)
        else:
            transaction.on_commit(partial(parts_delete, upload.pk), robust=True)


def erasure_unless_claimed(key: str) -> None:
    """Note a file that is about to be stored: without `erasure_claimed` it goes after a day."""
    MediaErasure.objects.create(storage_key=key, due_at=timezone.now() + UNCLAIMED_AFTER)


def erasure_claimed(key: str) -> None:
    """A row refers to the file now; called in the transaction that writes that row."""
    MediaErasure.objects.filter(storage_key=key).delete()


def erasures_run() -> int:
    """Erase what is due; returns how many files went."""
    due = MediaErasure.objects.filter(due_at__lte=timezone.now()).values_list("storage_key", flat=True)
    return sum(_erase(key) for key in list(due))


def _erase(key: str) -> bool:
    planned = MediaErasure.objects.filter(storage_key=key)
    if Recording.objects.filter(storage_key=key, deleted_at=None).exists():
        # The request failed after its commit: the row is there, so the file stays.
        planned.delete()
        return False
    try:
        with storage_errors():
            _upload_abort(key, planned.values_list("multipart_id", flat=True).first() or "")
            recording_delete(key)
    except ApplicationError:
        logger.warning("a file could not be erased and will be tried again")
        return False
    planned.delete()
    return True


def _upload_abort(key: str, multipart_id: str) -> None:
    store = bucket()
    if store is not None and multipart_id:
        multipart_abort(store, key, multipart_id)
