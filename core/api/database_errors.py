"""What a database's refusal means to the caller, on PostgreSQL and on SQLite.

Services ask before they write, so these are what the question could not see: somebody else's
request between the question and the write. None of them is a defect, and none is answered by 500.
"""

from __future__ import annotations

from django.db import DataError, Error, InterfaceError, OperationalError

from core.errors import ApplicationError

# https://www.postgresql.org/docs/17/errcodes-appendix.html, and sqlite3.Error.sqlite_errorname
_GONE = frozenset({"23503", "SQLITE_CONSTRAINT_FOREIGNKEY"})
_AT_ONCE = frozenset(
    {
        "23505",  # unique_violation
        "23514",  # check_violation: of two requests, each right by what it had read
        "40001",  # serialization_failure
        "40P01",  # deadlock_detected
        "55P03",  # lock_not_available: DATABASE_LOCK_TIMEOUT_SECONDS
        "SQLITE_CONSTRAINT_CHECK",
        "SQLITE_CONSTRAINT_PRIMARYKEY",
        "SQLITE_CONSTRAINT_UNIQUE",
    }
)


def database_refusal(error: Exception) -> ApplicationError | None:
    """The refusal that a database error stands for; None for one that nobody expected."""
    if not isinstance(error, Error):
        return None
    state = database_state(error)
    if state in _GONE:
        return ApplicationError("not_found", "What this refers to has been deleted meanwhile.")
    if state in _AT_ONCE:
        detail = "Another request changed the same at this moment. Try again."
        return ApplicationError("session_busy", detail, extra={"retry_after": 1})
    if isinstance(error, DataError):
        return ApplicationError("validation_error", "A value cannot be stored: too large, or not text.")
    if isinstance(error, OperationalError | InterfaceError):
        return ApplicationError("storage_unavailable")
    return None


def database_state(error: Exception) -> str:
    """The SQLSTATE of PostgreSQL, or SQLite's name of the error; empty where there is neither."""
    cause = error.__cause__
    return str(getattr(cause, "sqlstate", None) or getattr(cause, "sqlite_errorname", None) or "")
