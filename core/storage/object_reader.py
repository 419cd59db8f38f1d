"""An object of the bucket as a file to read a header from: only what is looked at travels."""

from __future__ import annotations

import io
from typing import Any

from core.storage.bucket import Bucket, bucket_errors, object_range
from core.storage.failures import storage_errors

READ_AHEAD_BYTES = 256 * 1024


def object_reader(store: Bucket, key: str, size_bytes: int) -> io.BufferedReader:
    """The object as a seekable binary file; a bucket that is away is `storage_unavailable`."""
    return io.BufferedReader(_ObjectReader(store, key, size_bytes), READ_AHEAD_BYTES)


class _ObjectReader(io.RawIOBase):
    def __init__(self, store: Bucket, key: str, size_bytes: int) -> None:
        super().__init__()
        self._store, self._key, self._size = store, key, size_bytes
        self._position = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._position, io.SEEK_END: self._size}[whence]
        self._position = max(0, base + offset)
        return self._position

    def readinto(self, buffer: Any) -> int:
        length = min(len(buffer), self._size - self._position)
        if length <= 0:
            return 0
        # Not an OSError: who reads a header takes that for a file that cannot be read.
        with storage_errors(), bucket_errors():
            body = object_range(self._store, self._key, self._position, length)
            try:
                data = body.read(length)
            finally:
                body.close()
        buffer[: len(data)] = data
        self._position += len(data)
        return len(data)
