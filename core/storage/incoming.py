"""A file on its way in: written once, counted and hashed while it is written."""

from __future__ import annotations

import contextlib
import hashlib
import os
import tempfile
import time
from pathlib import Path
from types import TracebackType

from django.conf import settings

from core.errors import ApplicationError


def incoming_folder() -> Path:
    """Where unfinished files lie, on the same disk as local media so that a move is a rename."""
    folder = Path(settings.FILE_UPLOAD_TEMP_DIR)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return folder


class IncomingFile:
    """A temporary file that is removed unless somebody takes it.

    Use as a context manager: at the end the file is deleted if it is still at `path`; storing it
    moves it away. `write` raises `file_too_large` beyond `max_bytes`.
    """

    def __init__(self, max_bytes: int, *, folder: Path | None = None) -> None:
        handle, name = tempfile.mkstemp(prefix="incoming-", dir=folder or incoming_folder())
        self.path = Path(name)
        self.size_bytes = 0
        self._max_bytes = max_bytes
        self._file = os.fdopen(handle, "wb")
        self._hash = hashlib.sha256()

    @property
    def sha256(self) -> str:
        """Hash of what was written so far, in hexadecimal."""
        return self._hash.hexdigest()

    def write(self, chunk: bytes) -> None:
        """Append a chunk."""
        self.size_bytes += len(chunk)
        if self.size_bytes > self._max_bytes:
            raise ApplicationError("file_too_large", extra={"max_bytes": self._max_bytes})
        self._hash.update(chunk)
        self._file.write(chunk)

    def finish(self) -> None:
        """Put everything on the disk; an upload that was answered survives a power cut."""
        if not self._file.closed:
            self._file.flush()
            os.fsync(self._file.fileno())
            self._file.close()

    def discard(self) -> None:
        """Forget the file, unless it was moved away."""
        with contextlib.suppress(OSError):  # a full disk also fails the last flush
            self._file.close()
        self.path.unlink(missing_ok=True)

    def __enter__(self) -> IncomingFile:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.discard()


def sync_folder(folder: Path) -> None:
    """Put a folder's names on the disk: a file that was renamed is only then there to stay."""
    sync_file(folder)


def sync_file(path: Path) -> None:
    """Put a file's content on the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def incoming_purge(older_than_seconds: float) -> int:
    """Remove what killed processes left behind; returns how many files."""
    limit = time.time() - older_than_seconds
    removed = 0
    for path in incoming_folder().glob("incoming-*"):
        if path.stat().st_mtime < limit:
            path.unlink(missing_ok=True)
            removed += 1
    return removed
