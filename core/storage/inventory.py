"""What lies in the storage of the recordings, to compare it with what the database knows of."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

from django.conf import settings

from core.storage.bucket import (
    NO_VERSIONS,
    PREFIX,
    Bucket,
    BucketError,
    StoredObject,
    bucket,
    bucket_errors,
    object_versions,
)
from core.storage.multipart import PendingUpload, multiparts_pending
from core.storage.parts import uploads_on_disk


def objects_stored() -> Iterator[StoredObject]:
    """Every recording in the storage; in a bucket every version of it, delete markers among them.

    Raises:
        OSError: the storage is away.
    """
    store = bucket()
    if store is None:
        yield from _files(Path(settings.MEDIA_ROOT))
        return
    try:
        yield from object_versions(store, PREFIX)
    except BucketError as error:
        if error.code not in NO_VERSIONS:
            raise
        yield from _objects(store)


def uploads_pending() -> list[PendingUpload]:
    """The bucket's uploads that were neither joined nor given up; none with local files."""
    store = bucket()
    return multiparts_pending(store, PREFIX) if store is not None else []


def upload_folders() -> dict[UUID, datetime]:
    """Folders of parts on this disk, with the time of their last change."""
    root = Path(settings.MEDIA_ROOT) / "uploads"
    return {
        upload_id: datetime.fromtimestamp((root / str(upload_id)).stat().st_mtime, UTC)
        for upload_id in uploads_on_disk()
    }


def _files(root: Path) -> Iterator[StoredObject]:
    for path in sorted((root / PREFIX).rglob("*")):
        if path.is_file():
            status = path.stat()
            modified = datetime.fromtimestamp(status.st_mtime, UTC)
            yield StoredObject(str(path.relative_to(root)), status.st_size, modified)


def _objects(store: Bucket) -> Iterator[StoredObject]:
    with bucket_errors():
        pages = store.client.get_paginator("list_objects_v2").paginate(Bucket=store.name, Prefix=PREFIX)
        for page in pages:
            for entry in page.get("Contents", ()):
                yield StoredObject(entry["Key"], entry["Size"], entry["LastModified"])
