"""Spans of our own work: a name from this code, ids and counts; never a message.

OpenTelemetry's API does nothing until `core.observability.traces` is set up.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from opentelemetry import trace
from opentelemetry.trace import Span, Status, StatusCode

PREFIX = "platform."


@contextmanager
def span(name: str, **ids: str | int | float) -> Iterator[Span]:
    """A span around a piece of work; one that raises is marked with the exception's type alone."""
    attributes = {PREFIX + key: value for key, value in ids.items()}
    with trace.get_tracer("platform").start_as_current_span(
        name, attributes=attributes, record_exception=False, set_status_on_exception=False
    ) as current:
        try:
            yield current
        except BaseException as error:
            current.set_attribute(PREFIX + "exception", type(error).__name__)
            current.set_status(Status(StatusCode.ERROR))
            raise
