"""A recording's way through the bucket, tried with a few bytes: what the server really keeps to."""

from __future__ import annotations

import contextlib
import hashlib
from dataclasses import replace
from uuid import uuid4

import httpx
from django.conf import settings

from core.storage.bucket import Bucket, BucketError, browser_origin, bucket_errors, object_delete
from core.storage.bucket_setup import Finding, State
from core.storage.multipart import CHECKSUM_HEADER, multipart_abort, multipart_begin, part_address

BYTES = b"tried by prepare_bucket"
OTHER = b"other by prepare_bucket"
TIMEOUT_SECONDS = 10.0


def bucket_trial(store: Bucket, origin: str | None) -> list[Finding]:
    """Write and read an object, send a part as a browser would; everything is removed again.

    Where browsers have an address of their own that is not reached from here (a container's
    localhost is another one), the servers' address is tried in its place.
    """
    key = f"trial/{uuid4().hex}"
    unseen = _unseen(store)
    if unseen:
        store = replace(store, signer=store.client)
    try:
        return [*unseen, _written(store, key), _private(store, key), *_part(store, key, origin)]
    except (BucketError, httpx.TransportError, FileNotFoundError) as error:
        return [*unseen, Finding("a trial recording", State.FAILED, _cause(store, error))]
    finally:
        # What could not be written cannot be removed; the findings say the rest.
        with contextlib.suppress(OSError):
            object_delete(store, key)


def _unseen(store: Bucket) -> list[Finding]:
    address = browser_origin()
    if store.signer is store.client or address is None:
        return []
    try:
        httpx.head(address, timeout=TIMEOUT_SECONDS)
    except httpx.TransportError:
        return [Finding("the browsers' address", State.UNSEEN, address)]
    return []


def _cause(store: Bucket, error: Exception) -> str:
    code = getattr(error, "code", type(error).__name__)
    encryption = store.write_parameters.get("ServerSideEncryption")
    # SeaweedFS says no more than InternalError.
    return f"{code}; has the server a key for {encryption}?" if encryption else str(code)


def _written(store: Bucket, key: str) -> Finding:
    with bucket_errors():
        store.client.put_object(
            Bucket=store.name, Key=key, Body=BYTES, ChecksumAlgorithm="SHA256", **store.write_parameters
        )
        kept = store.client.head_object(Bucket=store.name, Key=key, ChecksumMode="ENABLED")
        body = store.client.get_object(Bucket=store.name, Key=key, Range="bytes=6-7")["Body"].read()
    if body != BYTES[6:8]:
        return Finding("objects are read by ranges", State.FAILED)
    named = "ChecksumSHA256" in kept
    return Finding("checksums are kept", State.FINE if named else State.UNSUPPORTED)


def _private(store: Bucket, key: str) -> Finding:
    with bucket_errors():
        url = store.signer.generate_presigned_url("get_object", Params={"Bucket": store.name, "Key": key})
    unsigned = httpx.get(url.partition("?")[0], timeout=TIMEOUT_SECONDS)
    step = "a stranger is refused"
    if unsigned.is_success:
        return Finding(step, State.FAILED, "anybody can read recordings")
    return Finding(step, State.FINE, str(unsigned.status_code))


def _part(store: Bucket, key: str, origin: str | None) -> list[Finding]:
    multipart_id = multipart_begin(store, key)
    try:
        signed = part_address(
            store, key, multipart_id, number=1, size=len(BYTES),
            sha256=hashlib.sha256(BYTES).hexdigest(), seconds=settings.UPLOAD_ADDRESS_SECONDS,
        )  # fmt: skip
        with httpx.Client(timeout=TIMEOUT_SECONDS) as client:
            wrong = client.put(signed.url, content=OTHER, headers=dict(signed.headers))
            right = client.put(signed.url, content=BYTES, headers=dict(signed.headers))
            findings = [
                Finding(
                    "a part with other bytes is refused",
                    State.UNSUPPORTED if wrong.is_success else State.FINE,
                    "the worker finds it" if wrong.is_success else str(wrong.status_code),
                ),
                Finding(
                    "a part at its signed address is taken",
                    State.FINE if right.is_success else State.FAILED,
                    str(right.status_code),
                ),
            ]
            if origin is not None:
                findings.append(_preflight(client, signed.url, origin))
        return findings
    finally:
        multipart_abort(store, key, multipart_id)


def _preflight(client: httpx.Client, url: str, origin: str) -> Finding:
    asked = client.options(
        url,
        headers={
            "Origin": origin,
            "Access-Control-Request-Method": "PUT",
            "Access-Control-Request-Headers": CHECKSUM_HEADER,
        },
    )
    allowed = asked.headers.get("access-control-allow-origin")
    state = State.FINE if asked.is_success and allowed in {origin, "*"} else State.FAILED
    return Finding("a page is allowed to send", state, origin)
