"""Hashes of the whole and of its parts."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from core.storage.checksums import Checksum, ChecksumMismatch, file_verify, parts_checksum


def digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


@pytest.mark.parametrize("size", [1, 9, 10, 11, 20, 25])
def test_parts_of_ten(tmp_path: Path, size: int) -> None:
    content = bytes(range(size))
    path = tmp_path / "recording"
    path.write_bytes(content)
    parts = parts_checksum(digest(content[at : at + 10]) for at in range(0, size, 10))
    assert file_verify(path, Checksum("", parts, 10)) == digest(content)
    assert file_verify(path, Checksum(digest(content), parts, 10)) == digest(content)
    path.write_bytes(content[:-1] + b"\xff")
    for wrong in (Checksum("", parts, 10), Checksum(digest(content))):
        with pytest.raises(ChecksumMismatch):
            file_verify(path, wrong)
    path.write_bytes(content + b"more")
    with pytest.raises(ChecksumMismatch):
        file_verify(path, Checksum("", parts, 10))


def test_nothing_known_is_no_mismatch(tmp_path: Path) -> None:
    path = tmp_path / "recording"
    path.write_bytes(b"words")
    assert file_verify(path, Checksum()) == digest(b"words")
    with pytest.raises(ChecksumMismatch):
        file_verify(path, Checksum("0" * 64))
