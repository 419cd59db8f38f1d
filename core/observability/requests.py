"""Middleware around every request: its id, its access line, its count.

The address is written as its route (`sessions/<uuid:session_id>/audio`) with the ids beside it:
a path or a query may hold whatever a client put there, a route holds what this code says.
"""

from __future__ import annotations

import logging
import time
import uuid
from collections.abc import Callable

from django.conf import settings
from django.core.signals import request_finished
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.functional import SimpleLazyObject
from opentelemetry.propagate import extract
from opentelemetry.trace import Span, SpanKind, Status, StatusCode
from structlog.contextvars import clear_contextvars

from core.observability import metrics
from core.observability.metrics_page import PATH, metrics_answer
from core.observability.request_ids import HEADER, bind_ids, request_id_of
from ml.spans import PREFIX, traced

logger = logging.getLogger("access")

UNKNOWN_ROUTE = "unknown"
_PROBES = ("/health", PATH)
"""Asked every few seconds by machines: no trace, and a line only for what fails."""
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


class ObservedRequests:
    """The first middleware: what it does not see did not happen.

    It answers GET /metrics itself, ahead of the check of the host name: a collector asks every
    instance by its address, which no ALLOWED_HOSTS can list.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """The answer, with the request's id in its header."""
        began = time.perf_counter()
        clear_contextvars()
        request_id = request_id_of(request.headers.get(HEADER))
        bind_ids(request_id=request_id)
        if settings.TRACES and not request.path_info.startswith(_PROBES):
            with traced("request", kind=SpanKind.SERVER, context=extract(request.headers)) as current:
                current.set_attribute(f"{PREFIX}request_id", request_id)
                response = self._answer(request, request_id, began)
                _describe(current, request, response)
                return response
        return self._answer(request, request_id, began)

    def process_view(self, request: HttpRequest, *_: object) -> None:
        """The ids of the address are known from here on: UUIDs only, a converter has seen to that."""
        match = request.resolver_match
        if match is not None and match.kwargs:
            bind_ids(**{name: value for name, value in match.kwargs.items() if isinstance(value, uuid.UUID)})

    def _answer(self, request: HttpRequest, request_id: str, began: float) -> HttpResponseBase:
        if request.path_info == PATH and settings.METRICS:
            return metrics_answer(request)
        response = self.get_response(request)
        response[HEADER] = request_id
        self._note(request, response, time.perf_counter() - began)
        return response

    def _note(self, request: HttpRequest, response: HttpResponseBase, seconds: float) -> None:
        method, route = _method(request), _route(request)
        metrics.REQUESTS.labels(method, route, response.status_code).inc()
        metrics.REQUEST_SECONDS.labels(method, route).observe(seconds)
        code = _problem_code(response)
        if code:
            metrics.API_ERRORS.labels(route, code).inc()
        quiet = response.status_code < 400 and request.path_info.startswith(_PROBES)
        if settings.ACCESS_LOG and not quiet:
            fields: dict[str, object] = {
                "method": method,
                "route": route,
                "status": response.status_code,
                "ms": round(seconds * 1000, 1),
                "bytes": _length(response),
            }
            if code:
                fields["code"] = code
            if therapist_id := _therapist_id(request):
                fields["therapist_id"] = therapist_id
            logger.info("request", extra=fields)


def _describe(current: Span, request: HttpRequest, response: HttpResponseBase) -> None:
    method, route = _method(request), _route(request)
    current.update_name(f"{method} {route}")
    current.set_attribute("http.request.method", method)
    current.set_attribute("http.route", route)
    current.set_attribute("http.response.status_code", response.status_code)
    if response.status_code >= 500:
        current.set_status(Status(StatusCode.ERROR))


def _method(request: HttpRequest) -> str:
    return request.method if request.method in _METHODS else "other"


def _route(request: HttpRequest) -> str:
    match = request.resolver_match
    return (match.route or "root") if match is not None else UNKNOWN_ROUTE


def _forget_ids(**_: object) -> None:
    clear_contextvars()


# Django logs refusals after the last middleware, and a stream is read after that.
request_finished.connect(_forget_ids, dispatch_uid="forget-request-ids")


def _problem_code(response: HttpResponseBase) -> str:
    """The code of a problem document; empty for every other answer."""
    data = getattr(response, "data", None)
    if response.status_code < 400 or not isinstance(data, dict):
        return ""
    code = data.get("code")
    return code if isinstance(code, str) else ""


def _length(response: HttpResponseBase) -> int | None:
    """Bytes of the body; None for a stream of unknown length."""
    if response.has_header("Content-Length"):
        return int(response["Content-Length"])
    return len(response.content) if isinstance(response, HttpResponse) else None


def _therapist_id(request: HttpRequest) -> str:
    """Who was signed in, if the view found out: looking it up here would cost a query."""
    user = getattr(request, "user", None)
    if user is None or isinstance(user, SimpleLazyObject) or user.pk is None:
        return ""
    return str(user.pk)
