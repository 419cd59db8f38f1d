"""Traces from a request to its last task, over OTLP, once OTEL_EXPORTER_OTLP_ENDPOINT names a collector.

Our own spans are ids and durations by construction (`ml.spans`). Those of libraries are not, so
everything passes `WordsLeftOut` on its way out, which lets through what it knows.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from typing import Any

from celery import signals
from django.conf import settings
from opentelemetry import propagate, trace
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.instrumentation.celery import CeleryInstrumentor
from opentelemetry.sdk.resources import SERVICE_NAME, Resource
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter, SpanExportResult
from opentelemetry.trace import Status
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from ml.spans import PREFIX

SERVICE = "therapist-platform"
KNOWN = frozenset(
    {
        "http.request.method",
        "http.response.status_code",
        "http.route",
        "celery.action",
        "celery.state",
        "celery.task_name",
        "messaging.message.id",
        "messaging.destination",
        "db.system",
    }
)
"""Attributes that hold a name of some code, a number or an id; `db.statement` and addresses don't."""


def set_up() -> None:
    """Send this process's spans; its forks go on by themselves (the SDK restarts its sender there)."""
    name = os.environ.get("OTEL_SERVICE_NAME", SERVICE)
    provider = TracerProvider(
        resource=Resource.create({SERVICE_NAME: name, "process": os.environ.get("PROCESS_NAME", "")})
    )
    provider.add_span_processor(BatchSpanProcessor(WordsLeftOut(OTLPSpanExporter())))
    trace.set_tracer_provider(provider)
    # Without baggage: what a client puts there would travel in the broker's messages.
    propagate.set_global_textmap(TraceContextTextMapPropagator())
    CeleryInstrumentor().instrument()
    if settings.DATABASES["default"]["ENGINE"] == "django.db.backends.postgresql":
        from opentelemetry.instrumentation.psycopg import PsycopgInstrumentor

        PsycopgInstrumentor().instrument()

    def flush(**_: Any) -> None:
        provider.force_flush()

    # A worker's child ends without Python's own end, which would send what is left.
    signals.worker_process_shutdown.connect(flush, weak=False)


class WordsLeftOut(SpanExporter):
    """Passes spans on without events, messages, and attributes that nobody vouches for."""

    def __init__(self, exporter: SpanExporter) -> None:
        self._exporter = exporter

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        """The inner exporter's result."""
        return self._exporter.export([_bare(span) for span in spans])

    def shutdown(self) -> None:
        """Ends the inner one."""
        self._exporter.shutdown()

    def force_flush(self, timeout_millis: int = 30000) -> bool:
        """What the inner one says."""
        return self._exporter.force_flush(timeout_millis)


def _bare(span: ReadableSpan) -> ReadableSpan:
    return ReadableSpan(
        name=span.name,
        context=span.context,
        parent=span.parent,
        resource=span.resource,
        attributes=_known(span.attributes or {}),
        kind=span.kind,
        status=Status(span.status.status_code),
        start_time=span.start_time,
        end_time=span.end_time,
        instrumentation_scope=span.instrumentation_scope,
    )


def _known(attributes: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in attributes.items() if key in KNOWN or key.startswith(PREFIX)}
