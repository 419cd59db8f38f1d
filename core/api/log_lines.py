"""Log lines without anybody's words: exceptions by type and place, addresses without their query.

An exception's message can quote what was sent (a parser's complaint, a database row in an
integrity error) and a query string can hold a patient's name, so neither reaches the log.
"""

from __future__ import annotations

import logging
from types import TracebackType

_DEPTH = 8
_ExcInfo = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]


def exception_places(error: BaseException) -> str:
    """The innermost files and lines an exception went through, outermost first."""
    return _places(error.__traceback__)


def _places(traceback: TracebackType | None) -> str:
    places = []
    while traceback is not None:
        code = traceback.tb_frame.f_code
        places.append(f"{code.co_filename.rsplit('/', 1)[-1]}:{traceback.tb_lineno}")
        traceback = traceback.tb_next
    return " ".join(places[-_DEPTH:])


class PlacesFormatter(logging.Formatter):
    """Writes an exception as its type and places, never its message."""

    def formatException(self, ei: _ExcInfo) -> str:
        """One line instead of a trace."""
        return f"{ei[0].__name__ if ei[0] else 'None'} at {_places(ei[2])}"


class WordsStripped(logging.Filter):
    """Takes out of the lines of others what may hold somebody's words.

    - Django and its development server: the query of an address; the address itself becomes its
      route, because a client may put anything into a path.
    - Celery: the message, the arguments and the trace of a task that raised.
    - Anybody: an exception among the arguments becomes its type.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        """Always keeps the record."""
        if isinstance(record.args, tuple):
            path = getattr(getattr(record, "request", None), "path", None)
            record.args = tuple(
                _route(record) if value == path and path else _stripped(value) for value in record.args
            )
        elif isinstance(record.args, dict) and "exc" in record.args:
            kind = record.exc_info[0] if record.exc_info else None
            name = kind.__name__ if kind else "an exception"
            record.args = {**record.args, "exc": name, "traceback": "", "args": "", "kwargs": ""}
        return True


def _stripped(value: object) -> object:
    if isinstance(value, BaseException):
        return type(value).__name__
    if not isinstance(value, str) or "?" not in value:
        return value
    return " ".join(word.split("?", 1)[0] for word in value.split(" "))


def _route(record: logging.LogRecord) -> str:
    match = getattr(record.__dict__["request"], "resolver_match", None)
    return str(match.route) if match else "an unknown address"
