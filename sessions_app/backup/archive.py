"""The folder of backups: files that are whole or not there, encrypted for whom the settings name."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from ml.schemas.base import Record

SUFFIX = ".age"


class StoredRecording(Record):
    """A recording as the database knows it."""

    key: str
    sha256: str
    size_bytes: int


class Manifest(Record):
    """What one snapshot consists of; no names and no words."""

    taken_at: str
    engine: str
    database_sha256: str
    rows: dict[str, int]
    """Rows of each table."""
    recordings: list[StoredRecording]
    missing: list[str]
    """Keys that were not in the storage when it was their turn."""


class Damaged(Exception):
    """A file of the backup is not what its manifest says."""


class Digest:
    """A reader that hashes and counts what passes through it."""

    def __init__(self, source: Iterable[bytes]) -> None:
        self._source = iter(source)
        self._rest = b""
        self._hash = hashlib.sha256()
        self.size = 0

    def read(self, amount: int = -1) -> bytes:
        """Up to `amount` bytes; none at the end."""
        while not self._rest:
            try:
                self._rest = next(self._source)
            except StopIteration:
                return b""
        chunk, self._rest = (self._rest, b"") if amount < 0 else (self._rest[:amount], self._rest[amount:])
        self._hash.update(chunk)
        self.size += len(chunk)
        return chunk

    @property
    def sha256(self) -> str:
        """Of all that was read."""
        return self._hash.hexdigest()


class Archive:
    """A folder of backups.

    Args:
        folder: made if it is not there, readable by this user alone.
        recipients: age keys to encrypt for; none for plain files.
        identity: the age key file to decrypt with.
    """

    def __init__(self, folder: Path, recipients: Sequence[str] = (), identity: Path | None = None) -> None:
        self.folder = folder
        self._recipients = list(recipients)
        self._identity = identity
        for part in (folder, folder / "media", folder / "snapshots"):
            part.mkdir(mode=0o700, parents=True, exist_ok=True)

    def snapshots(self) -> list[str]:
        """The names of whole snapshots, oldest first."""
        return sorted(path.parent.name for path in self.folder.glob("snapshots/*/manifest.json"))

    def manifest(self, snapshot: str) -> Manifest:
        """What belongs to a snapshot."""
        path = self.folder / "snapshots" / snapshot / "manifest.json"
        return Manifest.model_validate_json(path.read_bytes())

    def finish(self, snapshot: str, manifest: Manifest) -> None:
        """Write the manifest: from now on the snapshot counts."""
        path = self.folder / "snapshots" / snapshot / "manifest.json"
        with _whole(path) as file:
            file.write(manifest.model_dump_json(indent=1).encode())

    def database(self, snapshot: str) -> Path:
        """Where a snapshot's database lies, without the suffix of an encrypted one."""
        folder = self.folder / "snapshots" / snapshot
        folder.mkdir(mode=0o700, exist_ok=True)
        return folder / "database"

    def media(self, key: str) -> Path:
        """Where a recording lies, without the suffix of an encrypted one."""
        return self.folder / "media" / key.rpartition("/")[2]

    def has(self, path: Path) -> bool:
        """Whether a file is there, encrypted or not."""
        return path.exists() or _encrypted(path).exists()

    def put(self, path: Path, source: Iterable[bytes]) -> Digest:
        """Write a file from its chunks; returns the digest of what they were."""
        digest = Digest(source)
        if not self._recipients:
            with _whole(path) as file:
                while chunk := digest.read():
                    file.write(chunk)
            return digest
        import pyrage

        keys = [pyrage.x25519.Recipient.from_str(name) for name in self._recipients]
        with _whole(_encrypted(path)) as file:
            pyrage.encrypt_io(digest, file, keys)
        return digest

    def forget(self, path: Path) -> None:
        """Remove a file, encrypted or not."""
        path.unlink(missing_ok=True)
        _encrypted(path).unlink(missing_ok=True)

    def get(self, path: Path, target: Path, sha256: str) -> None:
        """Copy a file out, decrypted.

        Raises:
            Damaged: it is missing, or its checksum is another one.
        """
        with target.open("wb") as file:
            try:
                self._copy(path, file)
            except FileNotFoundError:
                raise Damaged(f"{path.name} is missing") from None
        with target.open("rb") as file:
            if hashlib.file_digest(file, "sha256").hexdigest() != sha256:
                raise Damaged(f"{path.name} is damaged")

    def prune(self, before: str) -> int:
        """Remove snapshots older than `before`, the last one excepted, and media that only they had."""
        old = [name for name in self.snapshots()[:-1] if name < before]
        for name in old:
            folder = self.folder / "snapshots" / name
            (folder / "manifest.json").unlink()
            for path in folder.iterdir():
                path.unlink()
            folder.rmdir()
        kept = {
            self.media(recording.key).name
            for name in self.snapshots()
            for recording in self.manifest(name).recordings
        }
        for path in (self.folder / "media").iterdir():
            if path.name.removesuffix(SUFFIX) not in kept:
                path.unlink()
        return len(old)

    def _copy(self, path: Path, file: IO[bytes]) -> None:
        if path.exists():
            with path.open("rb") as source:
                while chunk := source.read(1024**2):
                    file.write(chunk)
            return
        import pyrage

        with _encrypted(path).open("rb") as source:
            if self._identity is None:
                raise Damaged(f"{path.name} is encrypted: --identity FILE is needed")
            try:
                pyrage.decrypt_io(source, file, identities(self._identity))
            except pyrage.DecryptError:
                raise Damaged(f"{path.name} cannot be decrypted with this key") from None


def identities(path: Path) -> list[Any]:
    """The secret keys of an age key file."""
    import pyrage

    lines = path.read_text().splitlines()
    return [pyrage.x25519.Identity.from_str(line) for line in lines if line.startswith("AGE-SECRET-KEY-")]


def _encrypted(path: Path) -> Path:
    return path.with_name(path.name + SUFFIX)


@contextmanager
def _whole(path: Path) -> Iterator[IO[bytes]]:
    """A file that appears under its name once it is written and on the disk."""
    half = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with half.open("wb") as file:
            half.chmod(0o600)
            yield file
            file.flush()
            os.fsync(file.fileno())
        half.replace(path)
    finally:
        half.unlink(missing_ok=True)
