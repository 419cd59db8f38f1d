"""The S3 bucket behind the storage named "recordings", where the settings name one.

django-storages holds the address, the credentials and the client's options; what it has no call
for (ranges, parts, versions, signed addresses) goes through the same client here. Every error of
the bucket leaves as an OSError, like one of a disk.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from weakref import WeakKeyDictionary

from django.conf import settings
from django.core.files.storage import FileSystemStorage, Storage, storages

PREFIX = "recordings/"
# Servers that know no versions.
NO_VERSIONS = frozenset({"NotImplemented", "MethodNotAllowed"})
MISSING = frozenset({"NoSuchKey", "NoSuchVersion", "404"})


class BucketError(OSError):
    """The bucket refused or could not be reached; `code` is S3's own, or the exception's name."""

    def __init__(self, code: str) -> None:
        super().__init__(f"bucket: {code}")
        self.code = code


@dataclass(frozen=True, slots=True)
class Bucket:
    """A bucket's name and its clients, both safe for threads.

    `signer` knows the address at which browsers reach it, which may not be the servers' own.
    `write_parameters` is what every new object is written with (encryption).
    """

    name: str
    client: Any
    signer: Any
    write_parameters: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class StoredObject:
    """One object, or one version of it, as a listing shows it.

    Not `readable`: an older version, or the mark that a newer one was deleted.
    """

    key: str
    size_bytes: int
    modified_at: datetime
    version_id: str | None = None
    readable: bool = True


_known: WeakKeyDictionary[Storage, Bucket] = WeakKeyDictionary()


def bucket() -> Bucket | None:
    """The bucket of the recordings; None where they are local files."""
    storage = storages["recordings"]
    if isinstance(storage, FileSystemStorage):
        return None
    known = _known.get(storage)
    if known is None:
        known = _known[storage] = _opened(storage)
    return known


def _opened(storage: Any) -> Bucket:
    client = storage.connection.meta.client
    signer = client
    if settings.AWS_S3_PUBLIC_ENDPOINT_URL:
        place: dict[str, Any] = settings.STORAGES["recordings"]
        options = {**place["OPTIONS"], "endpoint_url": settings.AWS_S3_PUBLIC_ENDPOINT_URL}
        public: Any = storages.create_storage({**place, "OPTIONS": options})
        signer = public.connection.meta.client
    return Bucket(storage.bucket_name, client, signer, dict(storage.object_parameters))


@contextmanager
def bucket_errors() -> Iterator[None]:
    """Raise botocore's errors as `FileNotFoundError` for an object that is not there, else `BucketError`."""
    # Only with a bucket: importing it costs 0.3 s.
    from boto3.exceptions import Boto3Error
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        yield
    except ClientError as error:
        code = str(error.response.get("Error", {}).get("Code", "unknown"))
        if code in MISSING:
            raise FileNotFoundError from None
        raise BucketError(code) from None
    except (BotoCoreError, Boto3Error) as error:
        raise BucketError(type(error).__name__) from None


def object_upload(store: Bucket, key: str, path: Path, sha256: str) -> None:
    """Write a local file as an object, a few parts at a time; its checksum is kept with it."""
    extra = {**store.write_parameters, "ChecksumAlgorithm": "SHA256"}
    if sha256:
        extra["Metadata"] = {"sha256": sha256}  # type: ignore[assignment]
    with bucket_errors():
        store.client.upload_file(str(path), store.name, key, ExtraArgs=extra, Config=_transfer())


def object_download(store: Bucket, key: str, path: Path) -> None:
    """Copy an object to a local file; a connection that breaks is taken up again."""
    with bucket_errors():
        store.client.download_file(store.name, key, str(path), Config=_transfer())


def object_size(store: Bucket, key: str) -> int | None:
    """Bytes of an object; None when there is none."""
    try:
        with bucket_errors():
            return int(store.client.head_object(Bucket=store.name, Key=key)["ContentLength"])
    except FileNotFoundError:
        return None


def object_range(store: Bucket, key: str, start: int, length: int) -> Any:
    """The body of `length` bytes from `start`: has `read(amount)` and `close()`."""
    with bucket_errors():
        wanted = f"bytes={start}-{start + length - 1}"
        return store.client.get_object(Bucket=store.name, Key=key, Range=wanted)["Body"]


def object_delete(store: Bucket, key: str) -> None:
    """Remove an object with all its versions; one that is gone already is fine."""
    try:
        named = [
            {"VersionId": version.version_id} for version in object_versions(store, key) if version.key == key
        ]
    except BucketError as error:
        if error.code not in NO_VERSIONS:
            raise
        named = [{}]
    with bucket_errors():
        for version in named:
            store.client.delete_object(Bucket=store.name, Key=key, **version)


def object_versions(store: Bucket, prefix: str) -> Iterator[StoredObject]:
    """Every version and every delete marker of the objects whose key begins so.

    Without versioning an object has one version, named "null".
    """
    with bucket_errors():
        pages = store.client.get_paginator("list_object_versions").paginate(Bucket=store.name, Prefix=prefix)
        for page in pages:
            versions, markers = page.get("Versions", ()), page.get("DeleteMarkers", ())
            for entry in [*versions, *markers]:
                readable = bool(entry["IsLatest"]) and "Size" in entry
                yield StoredObject(
                    entry["Key"], entry.get("Size", 0), entry["LastModified"], entry["VersionId"], readable
                )


def browser_origin() -> str | None:
    """Scheme, host and port at which browsers reach the bucket; None with local files."""
    store = bucket()
    if store is None:
        return None
    with bucket_errors():
        url: str = store.signer.generate_presigned_url(
            "get_object", Params={"Bucket": store.name, "Key": "k"}
        )
    scheme, _, rest = url.partition("://")
    return f"{scheme}://{rest.partition('/')[0]}"


def _transfer() -> Any:
    from boto3.s3.transfer import TransferConfig

    # Two parts of 8 MiB at a time: what a process holds of a file does not grow with the file.
    part = settings.UPLOAD_PART_BYTES
    return TransferConfig(multipart_threshold=2 * part, multipart_chunksize=part, max_concurrency=2)
