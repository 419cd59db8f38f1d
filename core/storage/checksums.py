"""What the bytes of a recording must be, and whether they are.

A recording that came through this server was hashed whole. One that a client sent to the bucket in
parts was hashed part by part; `parts_sha256` is SHA-256 over those hashes one after another, as S3
computes its composite checksum.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

CHUNK_BYTES = 1024 * 1024


class ChecksumMismatch(Exception):
    """The stored bytes are not those that were sent."""


@dataclass(frozen=True, slots=True)
class Checksum:
    """What is known of a file: hashes in hexadecimal, empty where unknown."""

    sha256: str = ""
    parts_sha256: str = ""
    part_bytes: int = 0


def parts_checksum(part_hashes: Iterable[str]) -> str:
    """The composite of the parts' hashes, in their order."""
    return hashlib.sha256(b"".join(bytes.fromhex(one) for one in part_hashes)).hexdigest()


def file_verify(path: Path, expected: Checksum) -> str:
    """Read a file once, compare what is known, and return the SHA-256 of the whole.

    Raises:
        ChecksumMismatch: the whole or a part differs.
    """
    whole, part, digests = hashlib.sha256(), hashlib.sha256(), []
    left = expected.part_bytes
    with path.open("rb") as file:
        while chunk := file.read(min(CHUNK_BYTES, left) if expected.parts_sha256 else CHUNK_BYTES):
            whole.update(chunk)
            if not expected.parts_sha256:
                continue
            part.update(chunk)
            left -= len(chunk)
            if left == 0:
                digests.append(part.hexdigest())
                part, left = hashlib.sha256(), expected.part_bytes
    if expected.parts_sha256:
        if left < expected.part_bytes:
            digests.append(part.hexdigest())
        if parts_checksum(digests) != expected.parts_sha256:
            raise ChecksumMismatch
    if expected.sha256 and whole.hexdigest() != expected.sha256:
        raise ChecksumMismatch
    return whole.hexdigest()
