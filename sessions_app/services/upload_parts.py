"""The parts of a resumable upload: received here, or sent by the client to the bucket itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import BinaryIO
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from core.errors import ApplicationError
from core.storage import multipart
from core.storage.bucket import Bucket, BucketError, bucket, object_size
from core.storage.failures import storage_errors
from core.storage.incoming import IncomingFile
from core.storage.parts import part_keep, part_open, parts_present
from sessions_app.models import Upload, UploadPart, UploadState

CHUNK_BYTES = 256 * 1024
PART_HASH = "X-Part-SHA256"
OTHERWISE = "This part was announced with another hash. Begin a new upload."
NO_MORE = "This upload takes no more parts."


@dataclass(frozen=True, slots=True)
class PartAddress:
    """Where one part goes by PUT: `url` begins with `/` where that is this server."""

    number: int
    size: int
    sha256: str
    url: str
    headers: Mapping[str, str]
    expires_at: datetime


def part_put(*, upload: Upload, number: int, body: BinaryIO, length: int, sha256: str) -> UploadPart:
    """Receive one part; the same part again replaces it, and a broken one changes nothing.

    Raises:
        ApplicationError: `file_too_large`, `checksum_mismatch`, `storage_unavailable`,
            `validation_error` for an impossible number, an empty or a broken-off body, or an
            upload that is complete.
    """
    _refuse_part(upload, number, length)
    with storage_errors(), _opened(upload) as part:
        while chunk := body.read(CHUNK_BYTES):
            part.write(chunk)
        if part.size_bytes != length:
            raise ApplicationError("validation_error", "The part broke off on the way.")
        if sha256 and part.sha256 != sha256.lower():
            raise ApplicationError("checksum_mismatch")
        part.finish()
        # Not within the transaction: it would hold the database for as long as the bucket takes.
        etag = _pass_on(upload, number, part) if upload.storage_key else ""
        with transaction.atomic():
            row = open_row(upload.pk)
            if not row.storage_key:
                part_keep(upload.pk, number, part)
            stored, _ = UploadPart.objects.update_or_create(
                upload=row,
                number=number,
                defaults={"size_bytes": part.size_bytes, "sha256": part.sha256, "etag": etag},
            )
    return stored


def part_announce(*, upload: Upload, number: int, size: int, sha256: str, own_url: str) -> PartAddress:
    """An address for one part of just this size and hash; `own_url` is this server's.

    With a bucket it is signed for these bytes and no others, and what was announced once cannot
    change: so whatever lies there under the number is what the row says.

    Raises:
        ApplicationError: `checksum_mismatch` for a part that was announced with another hash, and
            as for `part_put`.
    """
    sha256 = sha256.lower()
    _refuse_part(upload, number, size)
    if not upload.storage_key:
        headers = {PART_HASH: sha256, "Content-Type": "application/octet-stream"}
        return PartAddress(number, size, sha256, own_url, headers, upload.expires_at)
    with storage_errors():
        store = _bucket()
        multipart_id = _multipart(store, upload)
        with transaction.atomic():
            row = open_row(upload.pk)
            part, _ = UploadPart.objects.get_or_create(
                upload=row, number=number, defaults={"size_bytes": size, "sha256": sha256}
            )
            if (part.size_bytes, part.sha256) != (size, sha256):
                raise ApplicationError("checksum_mismatch", OTHERWISE)
            if part.etag:
                UploadPart.objects.filter(pk=part.pk).update(etag="")
        signed = multipart.part_address(
            store, upload.storage_key, multipart_id,
            number=number, size=size, sha256=sha256, seconds=settings.UPLOAD_ADDRESS_SECONDS,
        )  # fmt: skip
    until = timezone.now() + timedelta(seconds=settings.UPLOAD_ADDRESS_SECONDS)
    return PartAddress(number, size, sha256, signed.url, signed.headers, until)


def parts_there(upload: Upload) -> list[UploadPart]:
    """The parts that have arrived, in order; with a bucket their rows carry the present `etag`.

    Raises:
        ApplicationError: `storage_unavailable`.
    """
    rows = list(UploadPart.objects.filter(upload=upload).order_by("number"))
    with storage_errors():
        if not upload.storage_key:
            sizes = parts_present(upload.pk)
            return [row for row in rows if sizes.get(row.number) == row.size_bytes]
        return _parts_in_bucket(upload, rows) if upload.multipart_id else []


def _parts_in_bucket(upload: Upload, rows: list[UploadPart]) -> list[UploadPart]:
    store = _bucket()
    stored = multipart.multipart_parts(store, upload.storage_key, upload.multipart_id)
    if stored is None:
        if object_size(store, upload.storage_key) is not None:
            return rows  # joined, by a request that died after it
        # Given up by the bucket's own rule: it begins anew.
        Upload.objects.filter(pk=upload.pk, multipart_id=upload.multipart_id).update(multipart_id="")
        UploadPart.objects.filter(upload=upload).delete()
        return []
    there = []
    for row in rows:
        for part in reversed(stored.get(row.number, [])):
            if part.size_bytes == row.size_bytes and row.etag in {"", part.etag}:
                row.etag = part.etag
                there.append(row)
                break
    return there


def open_row(upload_id: UUID) -> Upload:
    """The upload, locked, with a new term: a part has arrived or is about to.

    Raises:
        ApplicationError: `not_found`, or `validation_error` when it takes no parts.
    """
    row = Upload.objects.select_for_update().filter(pk=upload_id).first()
    if row is None:
        raise ApplicationError("not_found")
    if row.state != UploadState.OPEN:
        raise ApplicationError("validation_error", NO_MORE)
    row.expires_at = upload_expiry()
    row.save(update_fields=["expires_at", "updated_at"])
    return row


def upload_expiry() -> datetime:
    """When an upload that got its last part now is given up."""
    return timezone.now() + timedelta(hours=settings.UPLOAD_EXPIRES_HOURS)


def _refuse_part(upload: Upload, number: int, size: int) -> None:
    if upload.state != UploadState.OPEN:
        raise ApplicationError("validation_error", NO_MORE)
    if not 1 <= number <= -(-settings.UPLOAD_MAX_BYTES // upload.part_bytes):
        raise ApplicationError("validation_error", errors={"number": ["There is no such part."]})
    if size == 0:
        raise ApplicationError("validation_error", "The part is empty.")
    if size > upload.part_bytes:
        raise ApplicationError("file_too_large", extra={"max_bytes": upload.part_bytes})


def _opened(upload: Upload) -> IncomingFile:
    if upload.storage_key:
        return IncomingFile(upload.part_bytes)
    return part_open(upload.pk, upload.part_bytes)


def _pass_on(upload: Upload, number: int, part: IncomingFile) -> str:
    """Write a received part to the bucket; its ETag, or none where its hash was announced before."""
    before = UploadPart.objects.filter(upload=upload, number=number).first()
    announced = before is not None and not before.etag
    if before is not None and announced and before.sha256 != part.sha256:
        raise ApplicationError("checksum_mismatch", OTHERWISE)
    store = _bucket()
    try:
        etag = multipart.part_upload(
            store, upload.storage_key, _multipart(store, upload),
            number=number, path=part.path, sha256=part.sha256,
        )  # fmt: skip
    except BucketError as error:
        if error.code == multipart.GONE:
            raise ApplicationError("validation_error", NO_MORE) from None
        raise
    return "" if announced else etag


def _multipart(store: Bucket, upload: Upload) -> str:
    """The bucket's upload for ours, begun with the first part; two first parts share one."""
    if not upload.multipart_id:
        begun = multipart.multipart_begin(store, upload.storage_key, upload.sha256)
        mine = Upload.objects.filter(pk=upload.pk, state=UploadState.OPEN, multipart_id="")
        if not mine.update(multipart_id=begun):
            multipart.multipart_abort(store, upload.storage_key, begun)
            begun = Upload.objects.values_list("multipart_id", flat=True).filter(pk=upload.pk).first() or ""
            if not begun:
                raise ApplicationError("validation_error", NO_MORE)
        upload.multipart_id = begun
    return upload.multipart_id


def _bucket() -> Bucket:
    store = bucket()
    if store is None:
        # The settings name none any more: where these parts lie cannot be known.
        raise ApplicationError("storage_unavailable")
    return store
