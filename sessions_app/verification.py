"""Whether the bytes that a worker is about to read are those that were sent."""

from __future__ import annotations

from pathlib import Path

from core.storage.checksums import Checksum, ChecksumMismatch, file_verify
from ml.errors import ErrorCode, PermanentError
from sessions_app.models import Recording


def recording_verify(recording: Recording, path: Path) -> None:
    """Compare a local copy with what the row says; the first reader notes the hash of the whole.

    Raises:
        PermanentError: `checksum_mismatch`.
    """
    expected = Checksum(recording.sha256, recording.parts_sha256, recording.part_bytes or 0)
    try:
        sha256 = file_verify(path, expected)
    except ChecksumMismatch:
        raise PermanentError(
            ErrorCode.CHECKSUM_MISMATCH, "The stored recording is not the one that was sent."
        ) from None
    if not recording.sha256:
        Recording.objects.filter(pk=recording.pk, sha256="").update(sha256=sha256)
