"""The ids that every log line of a request or task carries.

They live in structlog's context variables, one set for each thread of work: bound where a request
or a task begins, read by the log formatters, sent on in the headers of Celery messages.
"""

from __future__ import annotations

import re
import uuid

from structlog.contextvars import bind_contextvars, get_contextvars

HEADER = "X-Request-ID"
_SHAPE = re.compile(r"[A-Za-z0-9._-]{8,64}")


def request_id_of(sent: str | None) -> str:
    """The id a proxy or client sent, if it looks like one, else a new one.

    Whatever is sent ends in every log line, so only 8 to 64 letters, digits, dots, dashes and
    underscores are taken: no room for a line break, a quote or a sentence.
    """
    return sent if sent and _SHAPE.fullmatch(sent) else uuid.uuid4().hex


def current_request_id() -> str:
    """The id of the request that this work began with; empty outside of one."""
    return str(get_contextvars().get("request_id", ""))


def bind_ids(**ids: object) -> None:
    """Add ids to every further log line of this request or task."""
    bind_contextvars(**{name: value if isinstance(value, int) else str(value) for name, value in ids.items()})
