"""GET /metrics for Prometheus: the web server's, and a port of its own for a worker's container."""

from __future__ import annotations

import secrets
import threading
from ipaddress import ip_address
from typing import TYPE_CHECKING
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector

from core.observability.state_metrics import StateCollector

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

PATH = "/metrics"


def metrics_answer(request: HttpRequest) -> HttpResponse:
    """All metrics in Prometheus' text format, for who may see them; else 401."""
    # What came through a proxy comes from outside, whatever the proxy's own address is.
    address = "" if "X-Forwarded-For" in request.headers else request.META.get("REMOTE_ADDR", "")
    if not _may_see(request.headers.get("Authorization", ""), address):
        return HttpResponse(status=401, headers={"WWW-Authenticate": 'Bearer realm="metrics"'})
    return HttpResponse(counted() + stated(), content_type=CONTENT_TYPE_LATEST)


def counted() -> bytes:
    """What the processes of this machine or container have counted."""
    registry = CollectorRegistry()
    MultiProcessCollector(registry)
    return generate_latest(registry)


def stated() -> bytes:
    """What database, broker and disk say now."""
    registry = CollectorRegistry()
    registry.register(StateCollector())
    return generate_latest(registry)


def serve_worker_metrics(port: int) -> WSGIServer:
    """Answer GET /metrics with what this worker's processes have counted, from a thread."""
    server = make_server("", port, _worker_page, handler_class=_Quiet)
    threading.Thread(target=server.serve_forever, name="metrics", daemon=True).start()
    return server


def _worker_page(environ: WSGIEnvironment, start_response: StartResponse) -> list[bytes]:
    if environ.get("PATH_INFO") != PATH:
        start_response("404 Not Found", [])
        return [b""]
    if not _may_see(environ.get("HTTP_AUTHORIZATION", ""), environ.get("REMOTE_ADDR", "")):
        start_response("401 Unauthorized", [("WWW-Authenticate", 'Bearer realm="metrics"')])
        return [b""]
    start_response("200 OK", [("Content-Type", CONTENT_TYPE_LATEST)])
    return [counted()]


def _may_see(authorization: str, address: str) -> bool:
    scheme, _, token = authorization.partition(" ")
    if settings.METRICS_TOKEN and scheme.lower() == "bearer":
        return secrets.compare_digest(token.strip().encode(), settings.METRICS_TOKEN.encode())
    try:
        return any(ip_address(address) in network for network in settings.METRICS_NETWORKS)
    except ValueError:
        return False


class _Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        """A scrape every few seconds is no event."""
