"""The finished recordings, behind Django's storage named "recordings"."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol, cast
from uuid import uuid4

from django.core.files.storage import FileSystemStorage, storages

from core.storage.bucket import (
    PREFIX,
    bucket,
    object_delete,
    object_download,
    object_range,
    object_upload,
)
from core.storage.incoming import incoming_folder, sync_file, sync_folder
from ml.spans import traced

CHUNK_BYTES = 256 * 1024


def recording_key() -> str:
    """A fresh key; it names neither the patient nor the session."""
    return f"{PREFIX}{uuid4().hex}"


def recording_store(key: str, path: Path, sha256: str = "") -> None:
    """Store a finished local file under `key`; a local storage moves it without a copy.

    A bucket computes and keeps a checksum of its own, and is told the whole file's `sha256`.
    """
    store = bucket()
    if store is None:
        _adopt(_local(), key, path)
    else:
        object_upload(store, key, path, sha256)


def recording_delete(key: str) -> None:
    """Erase a recording, in a bucket with all its versions; one that is gone already is fine."""
    store = bucket()
    if store is None:
        _local().delete(key)
    else:
        object_delete(store, key)


def recording_read(key: str, start: int, length: int) -> RecordingChunks:
    """`length` bytes from `start`, in chunks.

    The file is opened at the call, so that a missing one is an error and not half an answer.
    """
    store = bucket()
    if store is not None:
        return RecordingChunks(object_range(store, key, start, length), length)
    file = _local().open(key, "rb")
    file.seek(start)
    return RecordingChunks(file, length)


class Readable(Protocol):
    """A file, or the body of a bucket's answer."""

    def read(self, amount: int, /) -> bytes:
        """At most so many bytes; none at the end."""

    def close(self) -> None:
        """Let go of it."""


class RecordingChunks:
    """A part of a stored file in chunks; `close` also when nothing was read."""

    def __init__(self, file: Readable, length: int) -> None:
        self._file = file
        self._left = length

    def __iter__(self) -> Iterator[bytes]:
        return self

    def __next__(self) -> bytes:
        """The next chunk."""
        chunk: bytes = self._file.read(min(CHUNK_BYTES, self._left)) if self._left > 0 else b""
        if not chunk:
            self.close()
            raise StopIteration
        self._left -= len(chunk)
        return chunk

    def close(self) -> None:
        """Let go of the file; Django calls it when the answer is sent or the client went away."""
        self._file.close()


@contextmanager
def recording_local_path(key: str) -> Iterator[Path]:
    """A path that media libraries can open: the file itself, or a copy while in use."""
    store = bucket()
    if store is None:
        yield Path(_local().path(key))
        return
    copy = incoming_folder() / f"incoming-{uuid4().hex}"
    try:
        with traced("download"):
            object_download(store, key, copy)
        yield copy
    finally:
        copy.unlink(missing_ok=True)


def _local() -> FileSystemStorage:
    return cast("FileSystemStorage", storages["recordings"])


def _adopt(storage: FileSystemStorage, key: str, path: Path) -> None:
    target = Path(storage.path(key))
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    if target.exists():
        raise FileExistsError(key)
    shutil.move(path, target)
    sync_file(target)  # a move to another disk was a copy
    if storage.file_permissions_mode is not None:
        target.chmod(storage.file_permissions_mode)
    sync_folder(target.parent)
