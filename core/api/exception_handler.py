"""Every error leaves as application/problem+json (RFC 9457) with a code of `core.errors.CATALOGUE`.

`problem_response` is DRF's exception handler; `not_found`, `bad_request`, `forbidden`,
`server_error` and `csrf_failure` are what Django itself shows outside DRF's views. What was sent
is never logged: an unexpected exception is logged by its type and the places it went through.
"""

from __future__ import annotations

import errno
import logging
import math
from collections.abc import Mapping
from typing import Any

from django.core.exceptions import PermissionDenied as DjangoPermissionDenied
from django.core.exceptions import RequestDataTooBig, SuspiciousOperation, TooManyFieldsSent, TooManyFilesSent
from django.core.exceptions import ValidationError as DjangoValidationError
from django.db import Error as AnyDatabaseError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.http.multipartparser import MultiPartParserError
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.views import set_rollback

from core.api.database_errors import database_refusal, database_state
from core.api.field_errors import coded, django_errors
from core.api.log_lines import exception_places
from core.errors import CATALOGUE, ApplicationError

logger = logging.getLogger(__name__)

PROBLEM_MEDIA_TYPE = "application/problem+json"
TYPE_PREFIX = "urn:therapist-ai-platform:error:"

_MULTIPART_ERRORS = (TooManyFieldsSent, TooManyFilesSent, MultiPartParserError)


def problem_body(
    code: str,
    detail: str | None = None,
    *,
    errors: Mapping[str, Any] | None = None,
    extra: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """The members of a problem document for one code of the catalogue."""
    spec = CATALOGUE[code]
    body: dict[str, Any] = {
        "type": TYPE_PREFIX + code,
        "title": spec.title,
        "status": spec.status,
        "code": code,
        "detail": detail or spec.sentence,
    }
    if errors:
        body["errors"] = errors
    return {**body, **(extra or {})}


def problem_response(exc: Exception, context: Mapping[str, Any]) -> Response:
    """DRF's exception handler: any exception becomes a problem document."""
    error = application_error(exc)
    if error is None:
        view = type(context.get("view")).__name__
        logger.error("%s in %s at %s", type(exc).__name__, view, exception_places(exc))
        error = ApplicationError("internal_error")
    set_rollback()
    headers: dict[str, str] = {}
    if error.spec.status == 401:
        headers["WWW-Authenticate"] = getattr(exc, "auth_header", None) or 'Bearer realm="api"'
    wait = getattr(exc, "wait", None) or error.extra.get("retry_after")
    if wait is not None:
        headers["Retry-After"] = str(max(1, math.ceil(wait)))
    # Other codes list ids there: what is open before signing.
    by_field = error.errors and error.code == "validation_error"
    errors = coded(error.errors) if by_field else error.errors
    body = problem_body(error.code, error.detail, errors=errors, extra=error.extra)
    return Response(body, status=error.spec.status, headers=headers, content_type=PROBLEM_MEDIA_TYPE)


def application_error(exc: Exception) -> ApplicationError | None:  # noqa: C901, PLR0911, PLR0912
    """The refusal an exception stands for; None for one that nobody expected."""
    match exc:
        case ApplicationError():
            return exc
        case exceptions.ValidationError():
            return ApplicationError("validation_error", errors=_by_field(exc.detail))
        case DjangoValidationError():
            return ApplicationError("validation_error", errors=django_errors(exc))
        # InvalidToken of simplejwt is an AuthenticationFailed.
        case exceptions.NotAuthenticated() | exceptions.AuthenticationFailed():
            return ApplicationError("not_authenticated")
        case exceptions.PermissionDenied() | DjangoPermissionDenied():
            return ApplicationError("permission_denied")
        case exceptions.NotFound() | Http404():
            return ApplicationError("not_found")
        case exceptions.Throttled():
            return ApplicationError("rate_limited")
        case exceptions.MethodNotAllowed():
            return ApplicationError("method_not_allowed")
        case exceptions.UnsupportedMediaType():
            return ApplicationError("validation_error", "This address does not take that content type.")
        case RequestDataTooBig():
            return ApplicationError("file_too_large")
        case exceptions.ParseError() | SuspiciousOperation() | exceptions.NotAcceptable():
            return ApplicationError("validation_error", "The request cannot be read.")
        case AnyDatabaseError():
            return _database_refusal(exc)
        case OSError(errno=errno.ENOSPC | errno.EDQUOT | errno.EROFS | errno.EIO):
            logger.warning("storage: errno %s at %s", exc.errno, exception_places(exc))
            return ApplicationError("storage_unavailable")
        case _ if isinstance(exc, _MULTIPART_ERRORS):
            return ApplicationError("validation_error", "The request cannot be read.")
    return None


def _database_refusal(exc: Exception) -> ApplicationError | None:
    refusal = database_refusal(exc)
    if refusal is not None:
        # Its message can hold the row, so only its kind is logged.
        kind = f"{type(exc).__name__} {database_state(exc)}".strip()
        logger.warning("database: %s at %s", kind, exception_places(exc))
    return refusal


def _by_field(detail: Any) -> Mapping[str, Any]:
    return detail if isinstance(detail, Mapping) else {"non_field_errors": detail}


def _problem(code: str) -> HttpResponse:
    return JsonResponse(problem_body(code), status=CATALOGUE[code].status, content_type=PROBLEM_MEDIA_TYPE)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Django's 404: no such address, or an id that is no UUID."""
    return _problem("not_found")


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Django's 400: a host that is not served, a malformed request; too much data is a 413."""
    return _problem("file_too_large" if isinstance(exception, RequestDataTooBig) else "validation_error")


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Django's 403."""
    return _problem("permission_denied")


def server_error(request: HttpRequest) -> HttpResponse:
    """Django's 500; says nothing about the cause."""
    return _problem("internal_error")


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """What a form without a valid CSRF token gets."""
    return _problem("permission_denied")
