"""A data set in a Google Cloud Storage bucket: a local working folder and its copy there."""

from __future__ import annotations

import base64
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from dataset.backoff import status_of, with_backoff
from dataset.errors import StopRun
from dataset.workspace import replacing

_SCHEME = "gs://"
_PIECE = 1 << 20


def is_remote(root: str) -> bool:
    """Whether a root names a bucket."""
    return root.startswith(_SCHEME)


def bucket_and_prefix(root: str) -> tuple[str, str]:
    """gs://bucket/some/prefix as ("bucket", "some/prefix").

    Raises:
        ValueError: no bucket is named.
    """
    bucket, _, prefix = root.removeprefix(_SCHEME).partition("/")
    if not is_remote(root) or not bucket or ".." in prefix.split("/"):
        raise ValueError(f"{root} does not name a bucket: gs://bucket/prefix.")
    return bucket, prefix.strip("/")


class GcsMirror:
    """A `dataset.workspace.Mirror` in a bucket; files are compared by CRC-32C.

    Args:
        root: the working folder.
        bucket: the bucket's name.
        prefix: what stands before every path in it.
        sleep: how pauses between attempts are made.

    STORAGE_EMULATOR_HOST points the client at another server, as Google's library reads it.
    """

    def __init__(
        self, root: Path, bucket: str, prefix: str = "", sleep: Callable[[float], None] = time.sleep
    ) -> None:
        self._root = root
        self._bucket_name = bucket
        self._prefix = f"{prefix}/" if prefix else ""
        self._sleep = sleep
        self._made: Any = None

    def upload(self, relative: str, source: Path | None = None) -> None:
        path = source or self._root / relative
        blob = self._call(lambda: self._bucket().get_blob(self._prefix + relative))
        if blob is not None and blob.crc32c == crc32c_of(path):
            return
        new = self._bucket().blob(self._prefix + relative)
        self._call(lambda: new.upload_from_filename(str(path), checksum="crc32c", retry=None))

    def fetch(self, relative: str) -> bool:
        blob = self._call(lambda: self._bucket().get_blob(self._prefix + relative))
        if blob is None:
            return False
        path = self._root / relative
        if path.is_file() and crc32c_of(path) == blob.crc32c:
            return True
        with replacing(path) as part:
            self._call(lambda: blob.download_to_filename(str(part), checksum="crc32c", retry=None))
        return True

    def _call(self, call: Callable[[], Any]) -> Any:
        try:
            return with_backoff(call, sleep=self._sleep)
        except Exception as error:
            status = status_of(error)
            if status is None:
                raise
            raise StopRun(
                f"The bucket {self._bucket_name} cannot be used (status {status}).", "bucket_refused"
            ) from None

    def _bucket(self) -> Any:
        if self._made is None:
            from google.auth.exceptions import GoogleAuthError
            from google.cloud import storage

            try:
                self._made = storage.Client().bucket(self._bucket_name)
            except (GoogleAuthError, OSError):
                raise StopRun("There are no Google Cloud credentials.", "bucket_refused") from None
        return self._made


def crc32c_of(path: Path) -> str:
    """A file's CRC-32C as Google Cloud Storage writes it: base64 of four bytes."""
    import google_crc32c

    checksum = google_crc32c.Checksum()
    with path.open("rb") as file:
        while piece := file.read(_PIECE):
            checksum.update(piece)
    return base64.b64encode(checksum.digest()).decode()
