"""What the bucket of the recordings has to be, put there and looked at again.

Each step answers with a finding; a server that lacks a function is told apart from one that is set
up wrongly. Repeating it changes nothing.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.conf import settings

from core.storage.bucket import Bucket, BucketError, bucket_errors
from core.storage.multipart import CHECKSUM_HEADER

UNSUPPORTED = frozenset({"NotImplemented", "MethodNotAllowed", "501", "405"})
NOT_SET = frozenset(
    {
        "NoSuchPublicAccessBlockConfiguration", "NoSuchCORSConfiguration", "NoSuchLifecycleConfiguration",
        "ServerSideEncryptionConfigurationNotFoundError",
    }
)  # fmt: skip
STALE_RULE = "abort-stale-uploads"
PARTS_RULE = "parts-from-pages"
SPARE_DAYS = 1
CLOSED = {
    "BlockPublicAcls": True,
    "IgnorePublicAcls": True,
    "BlockPublicPolicy": True,
    "RestrictPublicBuckets": True,
}


class State(StrEnum):
    """How a step ended; DIFFERS only where nothing may be changed."""

    FINE = "fine"
    CHANGED = "set now"
    DIFFERS = "not as it should be"
    UNSUPPORTED = "not known to this server"
    FAILED = "failed"
    UNSEEN = "not reached from here"


@dataclass(frozen=True, slots=True)
class Finding:
    """One step and how it ended."""

    step: str
    state: State
    note: str = ""

    @property
    def well(self) -> bool:
        """Whether recordings may be stored with this."""
        return self.state not in {State.DIFFERS, State.FAILED}


def bucket_prepare(
    store: Bucket, *, origins: Sequence[str], versioning: bool | None, change: bool
) -> list[Finding]:
    """Set up what is missing (with `change`) and say how everything stands.

    Args:
        store: the bucket.
        origins: of the pages that may send parts to it, as https://clinic.example.
        versioning: on, off, or None to leave it.
        change: False only looks.
    """
    made = _step("bucket", lambda: _bucket(store, change=change))
    if not made.well:
        return [made]
    findings = [
        made,
        _step("closed to the public", lambda: _closed(store, change=change)),
        _step("stale uploads are given up", lambda: _lifecycle(store, change=change)),
        _step("versions", lambda: _versions(store, versioning, change=change)),
        _step("encryption by default", lambda: _encryption(store)),
    ]
    if origins:
        findings.append(_step("pages may send parts", lambda: _cors(store, origins, change=change)))
    return findings


def _step(name: str, look: Callable[[], tuple[State, str]]) -> Finding:
    try:
        state, note = look()
    except BucketError as error:
        known = error.code in UNSUPPORTED
        return Finding(name, State.UNSUPPORTED if known else State.FAILED, "" if known else error.code)
    return Finding(name, state, note)


def _bucket(store: Bucket, *, change: bool) -> tuple[State, str]:
    try:
        with bucket_errors():
            store.client.head_bucket(Bucket=store.name)
        return State.FINE, store.name
    except FileNotFoundError:
        if not change:
            return State.DIFFERS, "there is none"
    region = store.client.meta.region_name
    place = {} if region in {None, "us-east-1", "aws-global"} else {"LocationConstraint": region}
    with bucket_errors():
        store.client.create_bucket(
            Bucket=store.name, **({"CreateBucketConfiguration": place} if place else {})
        )
    return State.CHANGED, store.name


def _closed(store: Bucket, *, change: bool) -> tuple[State, str]:
    present = _asked(lambda: store.client.get_public_access_block(Bucket=store.name))
    wanted = {"PublicAccessBlockConfiguration": CLOSED}
    return _put(
        present.get("PublicAccessBlockConfiguration") == CLOSED, change,
        lambda: store.client.put_public_access_block(Bucket=store.name, **wanted),
    )  # fmt: skip


def _cors(store: Bucket, origins: Sequence[str], *, change: bool) -> tuple[State, str]:
    rule = {
        "ID": PARTS_RULE,
        "AllowedOrigins": sorted(origins),
        "AllowedMethods": ["PUT"],
        "AllowedHeaders": [CHECKSUM_HEADER],
        "MaxAgeSeconds": 3600,
    }
    rules = _asked(lambda: store.client.get_bucket_cors(Bucket=store.name)).get("CORSRules", [])
    state, _ = _put(
        any(one.items() >= rule.items() for one in rules), change,
        lambda: store.client.put_bucket_cors(
            Bucket=store.name, CORSConfiguration={"CORSRules": _with(rules, rule)}
        ),
    )  # fmt: skip
    return state, ", ".join(sorted(origins))


def _lifecycle(store: Bucket, *, change: bool) -> tuple[State, str]:
    days = math.ceil(settings.UPLOAD_EXPIRES_HOURS / 24) + SPARE_DAYS
    rule = {
        "ID": STALE_RULE,
        "Status": "Enabled",
        "Filter": {"Prefix": ""},
        "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": days},
    }
    rules = _asked(lambda: store.client.get_bucket_lifecycle_configuration(Bucket=store.name)).get(
        "Rules", []
    )
    state, _ = _put(
        any(one.items() >= rule.items() for one in rules), change,
        lambda: store.client.put_bucket_lifecycle_configuration(
            Bucket=store.name, LifecycleConfiguration={"Rules": _with(rules, rule)}
        ),
    )  # fmt: skip
    return state, f"after {days} days"


def _versions(store: Bucket, wanted: bool | None, *, change: bool) -> tuple[State, str]:
    status = _asked(lambda: store.client.get_bucket_versioning(Bucket=store.name)).get("Status", "")
    if wanted is None or wanted == (status == "Enabled"):
        kept = "kept, and removed with a recording" if status == "Enabled" else "not kept"
        return State.FINE, kept
    to = "Enabled" if wanted else "Suspended"
    return _put(
        False, change,
        lambda: store.client.put_bucket_versioning(
            Bucket=store.name, VersioningConfiguration={"Status": to}
        ),
    )  # fmt: skip


def _encryption(store: Bucket) -> tuple[State, str]:
    present = _asked(lambda: store.client.get_bucket_encryption(Bucket=store.name))
    rules = present.get("ServerSideEncryptionConfiguration", {}).get("Rules", [])
    named = [rule.get("ApplyServerSideEncryptionByDefault", {}).get("SSEAlgorithm", "") for rule in rules]
    by_us = store.write_parameters.get("ServerSideEncryption", "")
    note = ", ".join(filter(None, named)) or "none"
    return State.FINE, f"{note}; asked for with each recording: {by_us or 'no'}"


def _asked(call: Callable[[], Any]) -> dict[str, Any]:
    """The answer; nothing where nothing was set yet."""
    try:
        with bucket_errors():
            answer: dict[str, Any] = call()
            return answer
    except BucketError as error:
        if error.code in NOT_SET:
            return {}
        raise


def _with(rules: list[dict[str, Any]], rule: dict[str, Any]) -> list[dict[str, Any]]:
    """Others' rules stay as they are."""
    return [*(one for one in rules if one.get("ID") != rule["ID"]), rule]


def _put(there: bool, change: bool, call: Callable[[], Any]) -> tuple[State, str]:
    if there:
        return State.FINE, ""
    if not change:
        return State.DIFFERS, ""
    with bucket_errors():
        call()
    return State.CHANGED, ""
