"""`Idempotency-Key`: a POST that is sent again does its work once and gets the first answer again.

    class PatientListView(IdempotentCreateMixin, APIView):
        def post(self, request): ...

- same key, same request: the stored status and body, with `Idempotency-Replayed: true`;
- same key, another request: 422 `idempotency_mismatch`;
- same key while the first one still runs: 409 `session_busy` with Retry-After; after a killed
  process that ends with its lease (`core.leases`);
- an answer of 400 or more is not kept: the key can be used for the corrected request.

The work and its stored answer are one transaction, so a crash leaves both or neither, and a request
that was slower than its lease leaves nothing. A view that streams an upload sets
`idempotency_atomic = False`, because a transaction would hold the database for as long as the upload
takes; its lease is kept alive meanwhile. Its body is not read for the fingerprint either: length, type and
the Content-Digest header (RFC 9530), where sent, stand for it.
"""

from __future__ import annotations

import functools
import json
import re
import uuid
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.crypto import salted_hmac
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from core.errors import ApplicationError
from core.leases import ASK_AGAIN_SECONDS, request_lease_end, request_lease_kept
from core.models import IdempotencyRecord

HEADER = "Idempotency-Key"
REPLAYED = "Idempotency-Replayed"
ANONYMOUS = "anonymous"

_KEY = re.compile(r"[\x21-\x7e]{1,255}")
_KEPT_HEADERS = ("Location", "ETag")

Handler = Callable[..., Response]


class IdempotentCreateMixin:
    """Makes the `post` of an APIView honour Idempotency-Key."""

    idempotency_atomic = True
    """False for a view whose post streams a body and makes its own short transactions."""

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if "post" in cls.__dict__:
            cls.post = idempotent(cls.__dict__["post"])  # type: ignore[attr-defined]


def idempotent(post: Handler) -> Handler:
    """Wrap a view's `post`; without the header it runs as it is."""

    @functools.wraps(post)
    def wrapped(view: Any, request: Request, *args: Any, **kwargs: Any) -> Response:
        key = request.headers.get(HEADER)
        if key is None:
            return post(view, request, *args, **kwargs)
        if not _KEY.fullmatch(key):
            raise ApplicationError(
                "validation_error", errors={HEADER: ["1 to 255 printable ASCII characters without spaces."]}
            )
        record, stored = _begin(request, key)
        if stored is not None:
            return stored
        atomic = getattr(view, "idempotency_atomic", True)
        once: AbstractContextManager[object] = transaction.atomic() if atomic else _kept(record)
        try:
            with once:
                response = post(view, request, *args, **kwargs)
                if response.status_code < 400 and not _store(record, response) and atomic:
                    # Slower than its lease, and somebody else does it now: this one did nothing.
                    raise _still_running()
        except BaseException:
            _forget(record)
            raise
        if response.status_code >= 400:
            _forget(record)
        return response

    return wrapped


def idempotency_purge() -> int:
    """Remove the answers older than IDEMPOTENCY_KEY_HOURS; returns how many."""
    limit = timezone.now() - timedelta(hours=settings.IDEMPOTENCY_KEY_HOURS)
    removed, _ = IdempotencyRecord.objects.filter(created_at__lt=limit).delete()
    return removed


def _begin(request: Request, key: str) -> tuple[IdempotencyRecord, Response | None]:
    """Take the key for this request, or give the answer that is stored under it."""
    now = timezone.now()
    therapist = request.user if request.user.is_authenticated else None
    scope = str(therapist.pk) if therapist else ANONYMOUS
    fingerprint = _fingerprint(request)
    expired = now - timedelta(hours=settings.IDEMPOTENCY_KEY_HOURS)
    IdempotencyRecord.objects.filter(scope=scope, key=key, created_at__lt=expired).delete()
    try:
        record, mine = IdempotencyRecord.objects.get_or_create(
            scope=scope,
            key=key,
            defaults={
                "therapist": therapist,
                "fingerprint": fingerprint,
                "locked_until": request_lease_end(),
            },
        )
    except IntegrityError as error:
        # It was there at the insert and gone at the look: another request was refused just now.
        raise _still_running() from error
    if mine:
        return record, None
    if record.fingerprint != fingerprint:
        raise ApplicationError("idempotency_mismatch")
    if record.status is not None:
        return record, Response(
            record.body, status=record.status, headers={**record.headers, REPLAYED: "true"}
        )
    # The first one died before it answered, or it still runs.
    attempt = uuid.uuid4()
    taken = IdempotencyRecord.objects.filter(
        pk=record.pk, attempt=record.attempt, status=None, locked_until__lt=Now()
    ).update(attempt=attempt, locked_until=request_lease_end())
    if not taken:
        raise _still_running()
    record.attempt = attempt
    return record, None


def _kept(record: IdempotencyRecord) -> AbstractContextManager[object]:
    return request_lease_kept(_mine(record), "locked_until")


def _store(record: IdempotencyRecord, response: Response) -> bool:
    body = None if response.data is None else json.loads(JSONRenderer().render(response.data))
    headers = {name: response[name] for name in _KEPT_HEADERS if response.has_header(name)}
    return _mine(record).update(status=response.status_code, body=body, headers=headers) == 1


def _forget(record: IdempotencyRecord) -> None:
    _mine(record).delete()


def _mine(record: IdempotencyRecord) -> QuerySet[IdempotencyRecord]:
    """The record while this request has it and has not answered."""
    return IdempotencyRecord.objects.filter(pk=record.pk, attempt=record.attempt, status=None)


def _still_running() -> ApplicationError:
    return ApplicationError(
        "session_busy",
        "A request with this Idempotency-Key is still running.",
        extra={"retry_after": ASK_AGAIN_SECONDS},
    )


def _fingerprint(request: Request) -> str:
    """A keyed digest of what makes two requests the same; a streamed body is not read."""
    media_type = (request.content_type or "").partition(";")[0].strip().lower()
    if media_type == "application/json" or not media_type:
        content = json.dumps(request.data, sort_keys=True, ensure_ascii=False, default=str)
    else:
        digest = request.headers.get("Content-Digest", "")
        content = f"{media_type} {request.headers.get('Content-Length', '')} {digest}"
    parts = json.dumps([request.method, request.path, content])
    return salted_hmac("core.api.idempotency", parts, algorithm="sha256").hexdigest()
