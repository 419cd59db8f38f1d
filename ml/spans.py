"""Spans: how long a piece of work took, for a trace viewer; a name from this code, ids and counts.

OpenTelemetry's API does nothing until somebody sets up where spans go; the platform does so in
`core.observability.traces`. A message of an exception may quote a patient, so a span that raises is
marked with the exception's type alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from opentelemetry import trace
from opentelemetry.context import Context
from opentelemetry.trace import Span, SpanKind, Status, StatusCode

PREFIX = "platform."


@contextmanager
def traced(
    name: str,
    ids: Mapping[str, str | float] | None = None,
    *,
    kind: SpanKind = SpanKind.INTERNAL,
    context: Context | None = None,
) -> Iterator[Span]:
    """A span around a block, or around each call of a function that it decorates.

    Args:
        name: what is done; never built from data.
        ids: ids, counts, seconds and names of this code, as attributes `platform.NAME`.
        kind: SERVER for an answered request.
        context: the parent where it is not the present span.
    """
    tracer = trace.get_tracer("platform")
    attributes = {PREFIX + key: value for key, value in (ids or {}).items()}
    with tracer.start_as_current_span(
        name,
        context=context,
        kind=kind,
        attributes=attributes,
        record_exception=False,
        set_status_on_exception=False,
    ) as current:
        try:
            yield current
        except BaseException as error:
            current.set_attribute(PREFIX + "exception", type(error).__name__)
            current.set_status(Status(StatusCode.ERROR))
            raise
