"""The finished recordings, behind Django's storage named "recordings"."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

from django.core.files import File
from django.core.files.storage import FileSystemStorage, Storage, storages

from core.storage.incoming import incoming_folder, sync_folder

CHUNK_BYTES = 256 * 1024


def recording_key() -> str:
    """A fresh key; it names neither the patient nor the session."""
    return f"recordings/{uuid4().hex}"


def recording_store(key: str, path: Path) -> None:
    """Store a finished local file under `key`; a local storage moves it without a copy."""
    storage = _storage()
    if isinstance(storage, FileSystemStorage):
        _adopt(storage, key, path)
        return
    with path.open("rb") as file:
        stored = storage.save(key, File(file))
    if stored != key:
        storage.delete(stored)
        raise FileExistsError(key)


def recording_delete(key: str) -> None:
    """Erase a recording; one that is gone already is fine."""
    _storage().delete(key)


def recording_exists(key: str) -> bool:
    """Whether the storage holds this recording."""
    return _storage().exists(key)


def recording_read(key: str, start: int, length: int) -> Iterator[bytes]:
    """`length` bytes from `start`, in chunks.

    The file is opened at the call, so that a missing one is an error and not half an answer.
    """
    file = _storage().open(key, "rb")
    file.seek(start)
    return _chunks(file, length)


def _chunks(file: File, length: int) -> Iterator[bytes]:
    with file:
        left = length
        while left > 0 and (chunk := file.read(min(CHUNK_BYTES, left))):
            left -= len(chunk)
            yield chunk


@contextmanager
def recording_local_path(key: str) -> Iterator[Path]:
    """A path that media libraries can open: the file itself, or a copy while in use."""
    storage = _storage()
    if isinstance(storage, FileSystemStorage):
        yield Path(storage.path(key))
        return
    copy = incoming_folder() / f"incoming-{uuid4().hex}"
    try:
        with storage.open(key, "rb") as source, copy.open("xb") as target:
            copy.chmod(0o600)
            shutil.copyfileobj(source, target, CHUNK_BYTES)
        yield copy
    finally:
        copy.unlink(missing_ok=True)


def _storage() -> Storage:
    return storages["recordings"]


def _adopt(storage: FileSystemStorage, key: str, path: Path) -> None:
    target = Path(storage.path(key))
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    if target.exists():
        raise FileExistsError(key)
    shutil.move(path, target)
    if storage.file_permissions_mode is not None:
        target.chmod(storage.file_permissions_mode)
    sync_folder(target.parent)
