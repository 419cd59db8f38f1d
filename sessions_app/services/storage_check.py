"""The storage and the database compared, both ways.

Nothing here can mistake a file on its way in for an orphan: its key is in the database before its
first byte is in the storage (`media_erasure.erasure_unless_claimed`, `Upload.storage_key`). The
storage is listed first and the database asked after it; for what is missing, the rows are read before.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from uuid import UUID

from django.db import models
from django.utils import timezone

from core.storage.bucket import StoredObject, bucket
from core.storage.inventory import objects_stored, upload_folders, uploads_pending
from core.storage.multipart import PendingUpload, multipart_abort
from core.storage.parts import parts_delete
from core.storage.recordings import recording_delete, recording_local_path
from ml.errors import PermanentError
from sessions_app.models import MediaErasure, Recording, Upload, UploadState
from sessions_app.verification import recording_verify


@dataclass(slots=True)
class Comparison:
    """What was found; `orphans` are known to nobody and older than the grace time."""

    objects: int = 0
    size_bytes: int = 0
    orphans: list[StoredObject] = field(default_factory=list)
    stale_uploads: list[PendingUpload] = field(default_factory=list)
    stale_folders: list[UUID] = field(default_factory=list)
    missing: list[Recording] = field(default_factory=list)
    waiting: int = 0
    """Files whose erasure is planned and not done yet."""

    @property
    def well(self) -> bool:
        """Nothing is in the storage that nobody knows of, and nothing known is missing there."""
        return not (self.orphans or self.stale_uploads or self.stale_folders or self.missing)


def storage_compare(grace: timedelta) -> Comparison:
    """List the storage and compare it with the database; changes nothing.

    Raises:
        OSError: the storage is away.
    """
    limit = timezone.now() - grace
    expected = {recording.storage_key: recording for recording in _kept()}
    found = Comparison()
    sizes: dict[str, int] = {}
    old: list[StoredObject] = []
    for stored in objects_stored():
        if stored.readable:
            found.objects += 1
            found.size_bytes += stored.size_bytes
            sizes[stored.key] = stored.size_bytes
        if stored.modified_at <= limit:
            old.append(stored)
    pending = [upload for upload in uploads_pending() if upload.began_at <= limit]
    folders = [upload_id for upload_id, changed in upload_folders().items() if changed <= limit]
    known, multiparts, open_uploads = _known()
    found.orphans = [stored for stored in old if stored.key not in known]
    found.stale_uploads = [upload for upload in pending if upload.multipart_id not in multiparts]
    found.stale_folders = [upload_id for upload_id in folders if upload_id not in open_uploads]
    still = set(_kept().values_list("storage_key", flat=True))
    found.missing = [
        recording
        for key, recording in expected.items()
        if key in still and recording.size_bytes != sizes.get(key)
    ]
    found.waiting = MediaErasure.objects.filter(due_at__lte=timezone.now()).count()
    return found


def orphans_delete(found: Comparison) -> int:
    """Remove what nobody knows of; returns how many things went.

    Raises:
        OSError: the storage is away.
    """
    for key in {stored.key for stored in found.orphans}:
        recording_delete(key)
    store = bucket()
    for upload in found.stale_uploads:
        if store is not None:
            multipart_abort(store, upload.key, upload.multipart_id)
    for upload_id in found.stale_folders:
        parts_delete(upload_id)
    return len(found.orphans) + len(found.stale_uploads) + len(found.stale_folders)


def recordings_damaged() -> Iterator[Recording]:
    """Read every recording and give those whose bytes are not what was sent, or cannot be had."""
    for recording in _kept().iterator():
        try:
            with recording_local_path(recording.storage_key) as path:
                recording_verify(recording, path)
        except (PermanentError, FileNotFoundError):
            if _kept().filter(pk=recording.pk).exists():
                yield recording


def _kept() -> models.QuerySet[Recording]:
    return Recording.objects.filter(deleted_at=None).defer("peaks")


def _known() -> tuple[set[str], set[str], set[UUID]]:
    """Keys, multipart ids and uploads that the database knows of at this moment."""
    uploads = Upload.objects.exclude(state=UploadState.COMPLETED)
    erasures = MediaErasure.objects.all()
    keys = {
        *_kept().values_list("storage_key", flat=True),
        *erasures.values_list("storage_key", flat=True),
        *uploads.values_list("storage_key", flat=True),
    }
    multiparts = {
        *uploads.values_list("multipart_id", flat=True),
        *erasures.values_list("multipart_id", flat=True),
    }
    return keys, multiparts, set(uploads.values_list("pk", flat=True))
