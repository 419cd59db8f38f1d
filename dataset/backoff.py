"""Calling a service again, later and not for ever.

Worth another attempt: `TransientService`, time-outs, lost connections, and answers 429 and 5xx of
any client library. A Retry-After header is honoured to the second. Any other error, 4xx included,
goes to the caller at once.
"""

from __future__ import annotations

import random
import sys
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any, TypeVar

from dataset.errors import TransientService

if TYPE_CHECKING:
    import tenacity

__all__ = ["TransientService", "retry_after_s", "status_of", "with_backoff"]

T = TypeVar("T")

LONGEST_RETRY_AFTER_S = 900.0
"""A service that wants to be left alone longer than this is left to the next run."""

# Client libraries' own names for a lost connection or a time-out; only those loaded are looked at.
_LOST = (
    ("httpx", "TransportError"),
    ("httpx2", "TransportError"),
    ("requests.exceptions", "ConnectionError"),
    ("requests.exceptions", "Timeout"),
    ("urllib3.exceptions", "HTTPError"),
    ("httplib2", "HttpLib2Error"),
)


def with_backoff(
    call: Callable[[], T],
    *,
    attempts: int = 5,
    base_s: float = 1.0,
    max_s: float = 60.0,
    sleep: Callable[[float], None] = time.sleep,
) -> T:
    """The call's answer, after up to `attempts` tries with growing pauses.

    Pauses are base_s, 2 base_s, 4 base_s … up to max_s, each with up to a quarter more by chance,
    unless the service states its own.

    Raises:
        TransientService: every attempt failed in a way that was worth another.
        Exception: whatever else the call raised, unchanged.
    """

    # Not part of the product's installation, whose worker imports the tasks of this floor.
    import tenacity

    def wait(state: tenacity.RetryCallState) -> float:
        error = state.outcome.exception() if state.outcome else None
        stated = retry_after_s(error) if error else None
        if stated is not None:
            return stated
        return min(max_s, base_s * 2.0 ** (state.attempt_number - 1)) * random.uniform(1.0, 1.25)  # noqa: S311

    retrying = tenacity.Retrying(
        stop=tenacity.stop_after_attempt(attempts),
        wait=wait,
        retry=tenacity.retry_if_exception(_is_worth_another),
        sleep=sleep,
        reraise=True,
    )
    try:
        return retrying(call)
    except Exception as error:
        if not is_transient(error) or isinstance(error, TransientService):
            raise
        status = status_of(error)
        kind = f"status {status}" if status else type(error).__name__
        raise TransientService(
            f"The service did not answer as it should ({kind}).", retry_after_s(error)
        ) from error


def is_transient(error: BaseException) -> bool:
    """Whether the same call may succeed later."""
    if isinstance(error, TransientService | TimeoutError | ConnectionError):
        return True
    status = status_of(error)
    if status is not None:
        return status == 429 or status >= 500
    return any(
        isinstance(error, getattr(sys.modules[module], name))
        for module, name in _LOST
        if module in sys.modules
    )


def status_of(error: BaseException) -> int | None:
    """The HTTP status an error of any client library carries; None where it carries none."""
    response = getattr(error, "response", None)
    candidates = (
        getattr(error, "status_code", None),
        getattr(error, "code", None),
        getattr(getattr(error, "resp", None), "status", None),
        getattr(response, "status_code", None),
        getattr(error, "status", None),
    )
    for value in candidates:
        try:
            number = int(value) if value is not None and not callable(value) else 0
        except (TypeError, ValueError):
            continue
        if 100 <= number <= 599:
            return number
    return None


def retry_after_s(error: BaseException) -> float | None:
    """How long the service asks to wait, from `TransientService` or the Retry-After header."""
    if isinstance(error, TransientService):
        return error.retry_after_s
    text = _header(error)
    if text is None:
        return None
    try:
        return max(0.0, float(text))
    except ValueError:
        pass
    try:
        moment = parsedate_to_datetime(text)
    except ValueError:
        return None
    return max(0.0, (moment.replace(tzinfo=moment.tzinfo or UTC) - datetime.now(UTC)).total_seconds())


def _is_worth_another(error: BaseException) -> bool:
    return is_transient(error) and (retry_after_s(error) or 0.0) <= LONGEST_RETRY_AFTER_S


def _header(error: BaseException) -> str | None:
    response: Any = getattr(error, "response", None)
    for headers in (
        getattr(response, "headers", None),
        getattr(error, "headers", None),
        getattr(error, "resp", None),
    ):
        if not isinstance(headers, Mapping):
            continue
        for name, value in headers.items():
            if str(name).lower() == "retry-after":
                return str(value)
    return None
