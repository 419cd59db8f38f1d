"""The two shapes of a log line: readable, and JSON for a log collector; the same rules for both.

What `core.api.log_lines` promises holds in either: an exception is its type and places, an address
has no query. Further fields of a record reach a line only if `FIELDS` names them, so nothing that
somebody hands to a logger on the side comes through.
"""

from __future__ import annotations

import logging
from collections.abc import MutableMapping
from typing import Any

from opentelemetry import trace
from structlog.contextvars import get_contextvars, merge_contextvars
from structlog.processors import JSONRenderer, TimeStamper
from structlog.stdlib import ExtraAdder, ProcessorFormatter, add_log_level, add_logger_name

from core.api.log_lines import PlacesFormatter

FIELDS = ("method", "route", "status", "ms", "bytes", "therapist_id", "code")
"""What an access line adds (`core.observability.requests`)."""

_Event = MutableMapping[str, Any]


class ReadableFormatter(PlacesFormatter):
    """A line for people; the ids of its request or task stand at the end."""

    def format(self, record: logging.LogRecord) -> str:
        """The line, then `name=value` for each field and id."""
        fields = {name: record.__dict__[name] for name in FIELDS if name in record.__dict__}
        ids = {**fields, **get_contextvars(), **_trace_ids()}
        line = super().format(record)
        return f"{line} [{' '.join(f'{name}={value}' for name, value in ids.items())}]" if ids else line


def json_formatter(process: str = "") -> ProcessorFormatter:
    """One JSON object a line: time, level, logger, event, ids; `process` tells several apart."""

    def add_process(_: object, __: str, event: _Event) -> _Event:
        if process:
            event["process"] = process
        return event

    return ProcessorFormatter(
        foreign_pre_chain=[
            merge_contextvars,
            ExtraAdder(allow=FIELDS),
            add_log_level,
            add_logger_name,
            TimeStamper(fmt="iso", utc=True),
            add_process,
            _add_trace_ids,
        ],
        processors=[_exception_places, ProcessorFormatter.remove_processors_meta, JSONRenderer()],
    )


def _exception_places(_: object, __: str, event: _Event) -> _Event:
    if info := event.pop("exc_info", None):
        event["exception"] = PlacesFormatter().formatException(info)
    return event


def _add_trace_ids(_: object, __: str, event: _Event) -> _Event:
    event.update(_trace_ids())
    return event


def _trace_ids() -> dict[str, str]:
    """The ids under which a trace viewer finds this moment; nothing where nothing is traced."""
    context = trace.get_current_span().get_span_context()
    if not context.is_valid:
        return {}
    return {"trace_id": f"{context.trace_id:032x}", "span_id": f"{context.span_id:016x}"}
