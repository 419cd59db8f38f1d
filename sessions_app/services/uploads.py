"""Resumable uploads: parts that arrive in any order and any number of times, then one recording."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable
from datetime import timedelta
from functools import partial
from uuid import UUID

from django.conf import settings
from django.db import DatabaseError, transaction
from django.utils import timezone

from core.errors import ApplicationError
from core.storage.bucket import BucketError, bucket, object_size
from core.storage.checksums import Checksum, parts_checksum
from core.storage.failures import storage_errors
from core.storage.incoming import IncomingFile, incoming_purge
from core.storage.multipart import multipart_join
from core.storage.parts import parts_delete, parts_join, uploads_on_disk
from core.storage.recordings import recording_key
from sessions_app.backlog import refuse_when_full
from sessions_app.consent import RECORDING, refuse_without_consent
from sessions_app.models import Upload, UploadPart, UploadState
from sessions_app.pipeline import TRANSCRIPTION
from sessions_app.services.guards import refuse_changes, session_locked_row
from sessions_app.services.media_erasure import erasure_plan, erasures_run, uploads_erase
from sessions_app.services.recordings import (
    StoredMedia,
    filename_clean,
    recording_adopt,
    recording_attach,
)
from sessions_app.services.upload_lease import UploadLease, being_completed, upload_busy
from sessions_app.services.upload_parts import parts_there, upload_expiry

# What a bucket calls bytes that are not those that were announced.
OTHER_BYTES = frozenset({"BadDigest", "InvalidPart"})


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
        expires_at=upload_expiry(),
        storage_key=recording_key() if bucket() is not None else "",
    )


def upload_complete(*, upload: Upload, size: int | None, sha256: str) -> None:
    """Join the parts to the session's recording and start the pipeline; repeating it is harmless.

    1. Take the upload, so that no part changes and nobody else joins. It is held by a lease that is
       kept alive meanwhile: after a killed process the next call takes it up within
       REQUEST_LEASE_SECONDS.
    2. Check that the parts make one whole: none missing, each but the last full, size as said.
    3. Join them: local parts into one file, whose hash is compared; parts in a bucket by the bucket,
       which compares each part's. The hash of that whole, where it is of more than one part, is
       compared by the worker that reads it.
    4. Attach it as a posted recording is; the upload is complete in the same transaction.

    After a refusal the upload is open again with all its parts.

    Raises:
        ApplicationError: `validation_error` with the missing parts, `checksum_mismatch`,
            `file_too_large`, `session_busy`, and what `recording_attach` raises.
    """
    if size is not None and size > settings.UPLOAD_MAX_BYTES:
        raise ApplicationError("file_too_large", extra={"max_bytes": settings.UPLOAD_MAX_BYTES})
    lease = UploadLease(upload.pk)
    if not lease.take():
        return
    upload.refresh_from_db()
    join = _join_in_bucket if upload.storage_key else _join
    try:
        with lease.kept():
            with transaction.atomic():
                refuse_changes(session_locked_row(upload.session_id))
            whole = size if size is not None else upload.size_bytes
            join(upload, lease, whole, (sha256 or upload.sha256).lower())
    except BaseException:
        with contextlib.suppress(DatabaseError):
            _give_back(upload, lease)
        raise


def _give_back(upload: Upload, lease: UploadLease) -> None:
    """Open again after a refusal; what was joined for an upload that is gone goes as well."""
    if lease.end(UploadState.OPEN) or Upload.objects.filter(pk=upload.pk).exists():
        return
    if upload.storage_key:
        erasure_plan([upload.storage_key], upload.multipart_id)


def _join(upload: Upload, lease: UploadLease, size: int | None, sha256: str) -> None:
    parts = _whole(upload, parts_there(upload), size)
    with IncomingFile(settings.UPLOAD_MAX_BYTES) as joined:
        with storage_errors():
            parts_join(upload.pk, [part.number for part in parts], joined)
        if sha256 and joined.sha256 != sha256:
            raise ApplicationError("checksum_mismatch")
        recording_attach(
            session_id=upload.session_id,
            incoming=joined,
            filename=upload.filename,
            attached=partial(_completed, lease),
        )


def _join_in_bucket(upload: Upload, lease: UploadLease, size: int | None, sha256: str) -> None:
    parts = _whole(upload, parts_there(upload), size)
    total = sum(part.size_bytes for part in parts)
    if len(parts) == 1:
        if sha256 not in {"", parts[0].sha256}:
            raise ApplicationError("checksum_mismatch")
        sha256 = parts[0].sha256
    with storage_errors():
        store = bucket()
        if store is None:
            raise ApplicationError("storage_unavailable")
        if object_size(store, upload.storage_key) != total:
            named = {part.number: (part.etag, part.sha256) for part in parts}
            # Announced and never sent: a later try must not count them among what was joined.
            UploadPart.objects.filter(upload=upload).exclude(number__in=named).delete()
            try:
                multipart_join(store, upload.storage_key, upload.multipart_id, named)
            except BucketError as error:
                if error.code in OTHER_BYTES:
                    raise ApplicationError("checksum_mismatch") from None
                raise
    checksum = Checksum(sha256, parts_checksum(part.sha256 for part in parts), upload.part_bytes)
    recording_adopt(
        session_id=upload.session_id,
        media=StoredMedia(upload.storage_key, total, checksum, upload.filename),
        attached=partial(_completed, lease),
    )


def _whole(upload: Upload, parts: list[UploadPart], size: int | None) -> list[UploadPart]:
    """The parts, if they make one whole."""
    if not parts:
        raise ApplicationError("empty_audio")
    sizes = {part.number: part.size_bytes for part in parts}
    total = sum(sizes.values())
    last = max(sizes)
    wanted = max(last, -(-size // upload.part_bytes)) if size is not None else last
    errors: dict[str, list[str]] = {}
    missing = [number for number in range(1, wanted + 1) if number not in sizes]
    short = [number for number, there in sizes.items() if number != last and there != upload.part_bytes]
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
    return parts


def _completed(lease: UploadLease) -> None:
    """Within the transaction that makes the recording; from now on that one has the object."""
    if not lease.end(UploadState.COMPLETED, storage_key="", multipart_id=""):
        gone = not Upload.objects.filter(pk=lease.upload_id).exists()
        raise ApplicationError("not_found") if gone else upload_busy()
    UploadPart.objects.filter(upload=lease.upload_id).delete()
    transaction.on_commit(partial(parts_delete, lease.upload_id), robust=True)


@transaction.atomic
def upload_abort(*, upload: Upload) -> None:
    """Give an upload up and remove its parts; a recording that came of it stays.

    Raises:
        ApplicationError: `session_busy` while it is being completed.
    """
    row = Upload.objects.select_for_update().filter(pk=upload.pk).first()
    if row is None:
        raise ApplicationError("not_found")
    if Upload.objects.filter(being_completed(), pk=row.pk).exists():
        raise upload_busy()
    uploads_erase([row])
    row.delete()


def uploads_purge() -> int:
    """Remove expired uploads, parts without a record and files of killed requests; returns how many."""
    gone = _expire()
    # The disk first: an upload that begins now has its row before its folder.
    folders = uploads_on_disk()
    known = set(Upload.objects.exclude(state=UploadState.COMPLETED).values_list("pk", flat=True))
    orphans = [upload_id for upload_id in folders if upload_id not in known]
    _parts_delete_all(orphans)
    stale = incoming_purge(timedelta(hours=settings.UPLOAD_EXPIRES_HOURS).total_seconds())
    return len({*gone, *orphans}) + stale + erasures_run()


@transaction.atomic
def _expire() -> list[UUID]:
    over = Upload.objects.filter(~being_completed(), expires_at__lt=timezone.now())
    expired = list(over.select_for_update())
    uploads_erase(expired)
    gone = [upload.pk for upload in expired]
    Upload.objects.filter(pk__in=gone).delete()
    return gone


def _parts_delete_all(upload_ids: Iterable[UUID]) -> None:
    for upload_id in upload_ids:
        parts_delete(upload_id)


def _shown(numbers: list[int]) -> str:
    more = ", …" if len(numbers) > 20 else ""
    return ", ".join(str(number) for number in numbers[:20]) + more
