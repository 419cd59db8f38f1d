"""The parts of a resumable upload in a bucket: S3's multipart upload.

A part is written by this server, or by the client at a signed address that takes nothing but that
part: its number, size and SHA-256 are signed, and the bucket checks them. Joining names each part's
SHA-256 again, so that a bucket which holds other bytes refuses.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from operator import itemgetter
from pathlib import Path
from typing import Any

from core.storage.bucket import Bucket, BucketError, bucket_errors

GONE = "NoSuchUpload"
CHECKSUM_HEADER = "x-amz-checksum-sha256"


@dataclass(frozen=True, slots=True)
class StoredPart:
    """A part that the bucket holds; `etag` is the bucket's name for its content."""

    size_bytes: int
    etag: str


@dataclass(frozen=True, slots=True)
class SignedRequest:
    """An address for one PUT, with the headers that have to go with it."""

    url: str
    headers: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class PendingUpload:
    """A multipart upload as a listing of the bucket shows it."""

    key: str
    multipart_id: str
    began_at: datetime


def multipart_begin(store: Bucket, key: str, sha256: str = "") -> str:
    """Begin one and give its id; `sha256` of the whole is kept with the object, where it is known."""
    extra: dict[str, Any] = {**store.write_parameters, "ChecksumAlgorithm": "SHA256"}
    if sha256:
        extra["Metadata"] = {"sha256": sha256}
    with bucket_errors():
        return str(store.client.create_multipart_upload(Bucket=store.name, Key=key, **extra)["UploadId"])


def part_address(
    store: Bucket, key: str, multipart_id: str, *, number: int, size: int, sha256: str, seconds: int
) -> SignedRequest:
    """Where the client may put this part and nothing else, for so long."""
    checksum = _base64(sha256)
    with bucket_errors():
        url = store.signer.generate_presigned_url(
            "upload_part",
            Params={
                "Bucket": store.name, "Key": key, "UploadId": multipart_id, "PartNumber": number,
                "ContentLength": size, "ChecksumSHA256": checksum,
            },
            ExpiresIn=seconds,
        )  # fmt: skip
    return SignedRequest(url, {CHECKSUM_HEADER: checksum})


def part_upload(store: Bucket, key: str, multipart_id: str, *, number: int, path: Path, sha256: str) -> str:
    """Write a part from a local file; returns its ETag.

    Raises:
        BucketError: with the code `GONE` after the upload was joined or given up.
    """
    with bucket_errors(), path.open("rb") as file:
        answer = store.client.upload_part(
            Bucket=store.name, Key=key, UploadId=multipart_id, PartNumber=number,
            Body=file, ChecksumSHA256=_base64(sha256),
        )  # fmt: skip
    return str(answer["ETag"])


def multipart_parts(store: Bucket, key: str, multipart_id: str) -> dict[int, list[StoredPart]] | None:
    """The parts that the bucket holds, by number; None once it was joined or given up.

    S3 lists a part that was sent again once, SeaweedFS each time it was sent; the newest comes last.
    """
    try:
        with bucket_errors():
            pages = store.client.get_paginator("list_parts").paginate(
                Bucket=store.name, Key=key, UploadId=multipart_id
            )
            listed = [part for page in pages for part in page.get("Parts", ())]
    except BucketError as error:
        if error.code != GONE:
            raise
        return None
    found: dict[int, list[StoredPart]] = {}
    for part in sorted(listed, key=itemgetter("LastModified")):
        found.setdefault(part["PartNumber"], []).append(StoredPart(part["Size"], part["ETag"]))
    return found


def multipart_join(store: Bucket, key: str, multipart_id: str, parts: Mapping[int, tuple[str, str]]) -> None:
    """Make the parts one object: number to (ETag, SHA-256), in the order of the numbers.

    Raises:
        BucketError: with S3's code; `BadDigest` and `InvalidPart` for other bytes than named.
    """
    named = [
        {"PartNumber": number, "ETag": etag, "ChecksumSHA256": _base64(sha256)}
        for number, (etag, sha256) in sorted(parts.items())
    ]
    with bucket_errors():
        store.client.complete_multipart_upload(
            Bucket=store.name, Key=key, UploadId=multipart_id, MultipartUpload={"Parts": named}
        )


def multipart_abort(store: Bucket, key: str, multipart_id: str) -> None:
    """Give it up and remove its parts; one that is over already is fine."""
    try:
        with bucket_errors():
            store.client.abort_multipart_upload(Bucket=store.name, Key=key, UploadId=multipart_id)
    except BucketError as error:
        if error.code != GONE:
            raise


def multiparts_pending(store: Bucket, prefix: str) -> list[PendingUpload]:
    """Every multipart upload that was begun and neither joined nor given up."""
    with bucket_errors():
        pages = store.client.get_paginator("list_multipart_uploads").paginate(
            Bucket=store.name, Prefix=prefix
        )
        return [
            PendingUpload(entry["Key"], entry["UploadId"], entry["Initiated"])
            for page in pages
            for entry in page.get("Uploads", ())
        ]


def _base64(sha256: str) -> str:
    return base64.b64encode(bytes.fromhex(sha256)).decode()
