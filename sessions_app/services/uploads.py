"""Resumable uploads: parts that arrive in any order and any number of times, then one recording."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import partial
from typing import BinaryIO
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from core.errors import ApplicationError
from core.storage.failures import storage_errors
from core.storage.incoming import IncomingFile, incoming_purge
from core.storage.parts import (
    part_keep,
    part_open,
    parts_delete,
    parts_join,
    parts_present,
    uploads_on_disk,
)
from sessions_app.backlog import refuse_when_full
from sessions_app.consent import RECORDING, refuse_without_consent
from sessions_app.models import Upload, UploadPart, UploadState
from sessions_app.models.upload import COMPLETING_LIMIT
from sessions_app.pipeline import TRANSCRIPTION
from sessions_app.services.guards import refuse_changes, session_locked_row
from sessions_app.services.media_erasure import erasures_run
from sessions_app.services.recordings import filename_clean, recording_attach

CHUNK_BYTES = 256 * 1024


@transaction.atomic
def upload_create(*, session_id: UUID, filename: str, size: int | None, sha256: str) -> Upload:
    """Open an upload; the session's recording is untouched until it is complete.

    Raises:
        ApplicationError: `file_too_large`, `session_busy`, `report_finalized`, `consent_missing`,
            `queue_full`.
    """
    session = session_locked_row(session_id)
    refuse_changes(session)
    refuse_without_consent(session_id, *RECORDING)
    refuse_when_full(TRANSCRIPTION, session.therapist_id)
    if size is not None and size > settings.UPLOAD_MAX_BYTES:
        raise ApplicationError("file_too_large", extra={"max_bytes": settings.UPLOAD_MAX_BYTES})
    return Upload.objects.create(
        session_id=session_id,
        filename=filename_clean(filename),
        size_bytes=size,
        sha256=sha256.lower(),
        part_bytes=settings.UPLOAD_PART_BYTES,
        expires_at=_expiry(),
    )


def part_put(*, upload: Upload, number: int, body: BinaryIO, length: int, sha256: str) -> UploadPart:
    """Receive one part; the same part again replaces it, and a broken one changes nothing.

    Raises:
        ApplicationError: `file_too_large`, `checksum_mismatch`, `storage_unavailable`,
            `validation_error` for an impossible number, an empty or a broken-off body, or an
            upload that is complete.
    """
    if not 1 <= number <= -(-settings.UPLOAD_MAX_BYTES // upload.part_bytes):
        raise ApplicationError("validation_error", errors={"number": ["There is no such part."]})
    if length == 0:
        raise ApplicationError("validation_error", "The part is empty.")
    if length > upload.part_bytes:
        raise ApplicationError("file_too_large", extra={"max_bytes": upload.part_bytes})
    with storage_errors(), part_open(upload.pk, upload.part_bytes) as part:
        while chunk := body.read(CHUNK_BYTES):
            part.write(chunk)
        if part.size_bytes != length:
            raise ApplicationError("validation_error", "The part broke off on the way.")
        if sha256 and part.sha256 != sha256.lower():
            raise ApplicationError("checksum_mismatch")
        part.finish()
        with transaction.atomic():
            row = Upload.objects.select_for_update().filter(pk=upload.pk).first()
            if row is None:
                raise ApplicationError("not_found")
            if row.state != UploadState.OPEN:
                raise ApplicationError("validation_error", "This upload takes no more parts.")
            part_keep(upload.pk, number, part)
            stored, _ = UploadPart.objects.update_or_create(
                upload=row, number=number, defaults={"size_bytes": part.size_bytes, "sha256": part.sha256}
            )
            row.expires_at = _expiry()
            row.save(update_fields=["expires_at", "updated_at"])
    return stored


def upload_complete(*, upload: Upload, size: int | None, sha256: str) -> None:
    """Join the parts to the session's recording and start the pipeline; repeating it is harmless.

    1. Take the upload, so that no part changes and nobody else joins.
    2. Check that the parts make one whole: none missing, each but the last full, size as said.
    3. Join them into one file, compare the hash.
    4. Attach it as a posted recording is; the upload is complete in the same transaction.

    After a refusal the upload is open again with all its parts.

    Raises:
        ApplicationError: `validation_error` with the missing parts, `checksum_mismatch`,
            `file_too_large`, `session_busy`, and what `recording_attach` raises.
    """
    if size is not None and size > settings.UPLOAD_MAX_BYTES:
        raise ApplicationError("file_too_large", extra={"max_bytes": settings.UPLOAD_MAX_BYTES})
    if not _take(upload.pk):
        return
    try:
        _join(upload, size if size is not None else upload.size_bytes, (sha256 or upload.sha256).lower())
    except BaseException:
        Upload.objects.filter(pk=upload.pk, state=UploadState.COMPLETING).update(state=UploadState.OPEN)
        raise


def _take(upload_id: UUID) -> bool:
    """Whether the upload is ours to complete; False when it is complete already."""
    now = timezone.now()
    died = Q(state=UploadState.COMPLETING, updated_at__lt=now - COMPLETING_LIMIT)
    free = Upload.objects.filter(Q(state=UploadState.OPEN) | died, pk=upload_id)
    if free.update(state=UploadState.COMPLETING, updated_at=now):
        return True
    row = Upload.objects.filter(pk=upload_id).first()
    if row is None:
        raise ApplicationError("not_found")
    if row.state == UploadState.COMPLETED:
        return False
    raise ApplicationError("session_busy", "This upload is being completed.")


def _join(upload: Upload, size: int | None, sha256: str) -> None:
    with transaction.atomic():
        refuse_changes(session_locked_row(upload.session_id))
    parts = _whole(upload, size)
    with IncomingFile(settings.UPLOAD_MAX_BYTES) as joined:
        with storage_errors():
            parts_join(upload.pk, parts, joined)
        if sha256 and joined.sha256 != sha256:
            raise ApplicationError("checksum_mismatch")
        recording_attach(
            session_id=upload.session_id,
            incoming=joined,
            filename=upload.filename,
            attached=partial(_completed, upload.pk),
        )


def _whole(upload: Upload, size: int | None) -> list[int]:
    """The numbers of the parts in order, if they make one whole."""
    with storage_errors():
        present = parts_present(upload.pk)
    rows = {row.number: row.size_bytes for row in UploadPart.objects.filter(upload=upload)}
    sizes = {number: rows[number] for number in sorted(rows) if present.get(number) == rows[number]}
    if lost := set(rows) - set(sizes):
        # A disk that lost answered parts: say so, and let them be sent again.
        UploadPart.objects.filter(upload=upload, number__in=lost).delete()
    total = sum(sizes.values())
    last = max(sizes, default=0)
    wanted = max(last, -(-size // upload.part_bytes)) if size is not None else last
    errors: dict[str, list[str]] = {}
    missing = [number for number in range(1, wanted + 1) if number not in sizes]
    short = [number for number, there in sizes.items() if number != last and there != upload.part_bytes]
    if not sizes:
        raise ApplicationError("empty_audio")
    if missing:
        errors["parts"] = [f"Missing: {_shown(missing)}."]
    elif short:
        errors["parts"] = [f"Every part but the last has {upload.part_bytes} bytes; not so: {_shown(short)}."]
    elif size is not None and total != size:
        errors["size"] = [f"The parts have {total} bytes together."]
    if errors:
        raise ApplicationError("validation_error", errors=errors)
    if total > settings.UPLOAD_MAX_BYTES:
        raise ApplicationError("file_too_large", extra={"max_bytes": settings.UPLOAD_MAX_BYTES})
    return list(sizes)


def _completed(upload_id: UUID) -> None:
    Upload.objects.filter(pk=upload_id).update(state=UploadState.COMPLETED, updated_at=timezone.now())
    UploadPart.objects.filter(upload=upload_id).delete()
    transaction.on_commit(partial(parts_delete, upload_id), robust=True)


@transaction.atomic
def upload_abort(*, upload: Upload) -> None:
    """Give an upload up and remove its parts; a recording that came of it stays.

    Raises:
        ApplicationError: `session_busy` while it is being completed.
    """
    row = Upload.objects.select_for_update().filter(pk=upload.pk).first()
    if row is None:
        raise ApplicationError("not_found")
    if row.state == UploadState.COMPLETING and row.updated_at > timezone.now() - COMPLETING_LIMIT:
        raise ApplicationError("session_busy", "This upload is being completed.")
    row.delete()
    transaction.on_commit(partial(parts_delete, upload.pk), robust=True)


def uploads_purge() -> int:
    """Remove expired uploads, parts without a record and files of killed requests; returns how many."""
    now = timezone.now()
    expired = Upload.objects.filter(expires_at__lt=now)
    gone = list(expired.values_list("pk", flat=True))
    expired.delete()
    _parts_delete_all(gone)
    # The disk first: an upload that begins now has its row before its folder.
    folders = uploads_on_disk()
    known = set(Upload.objects.exclude(state=UploadState.COMPLETED).values_list("pk", flat=True))
    orphans = [upload_id for upload_id in folders if upload_id not in known]
    _parts_delete_all(orphans)
    stale = incoming_purge(timedelta(hours=settings.UPLOAD_EXPIRES_HOURS).total_seconds())
    return len({*gone, *orphans}) + stale + erasures_run()


def _parts_delete_all(upload_ids: Iterable[UUID]) -> None:
    for upload_id in upload_ids:
        parts_delete(upload_id)


def _expiry() -> datetime:
    return timezone.now() + timedelta(hours=settings.UPLOAD_EXPIRES_HOURS)


def _shown(numbers: list[int]) -> str:
    more = ", …" if len(numbers) > 20 else ""
    return ", ".join(str(number) for number in numbers[:20]) + more
