"""Backoff: what is tried again, how long it waits, what goes to the caller at once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import httpx
import pytest

from dataset.backoff import retry_after_s, with_backoff
from dataset.errors import TransientService


def http_error(status: int, headers: dict[str, str] | None = None) -> httpx.HTTPStatusError:
    request = httpx.Request("GET", "http://service.test/")
    return httpx.HTTPStatusError("no", request=request, response=httpx.Response(status, headers=headers))


class Service:
    """Raises its script one by one, then answers."""

    def __init__(self, *script: Exception) -> None:
        self.script = list(script)
        self.calls = 0

    def __call__(self) -> str:
        self.calls += 1
        if self.script:
            raise self.script.pop(0)
        return "answer"


@pytest.fixture
def pauses() -> list[float]:
    return []


@pytest.fixture
def run(pauses: list[float]) -> Callable[[Service], str]:
    return lambda service: with_backoff(service, attempts=4, base_s=1.0, max_s=3.0, sleep=pauses.append)


@pytest.mark.parametrize(
    "error",
    [
        http_error(429),
        http_error(500),
        http_error(503),
        TimeoutError(),
        ConnectionResetError(),
        httpx.ReadTimeout("slow"),
        httpx.ConnectError("gone"),
        TransientService("busy"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_passing_trouble_is_tried_again(
    run: Callable[[Service], str], pauses: list[float], error: Exception
) -> None:
    service = Service(error)
    assert run(service) == "answer"
    assert service.calls == 2
    assert 1.0 <= pauses[0] <= 1.25


@pytest.mark.parametrize("error", [http_error(400), http_error(401), http_error(403), ValueError("x")])
def test_other_errors_go_to_the_caller_at_once(
    run: Callable[[Service], str], pauses: list[float], error: Exception
) -> None:
    service = Service(error)
    with pytest.raises(type(error)) as caught:
        run(service)
    assert caught.value is error
    assert (service.calls, pauses) == (1, [])


def test_retry_after_is_honoured_in_seconds_and_as_a_date(
    run: Callable[[Service], str], pauses: list[float]
) -> None:
    date = format_datetime(datetime.now(UTC) + timedelta(seconds=30), usegmt=True)
    run(Service(http_error(429, {"Retry-After": "7"}), http_error(503, {"retry-after": date})))
    assert pauses[0] == 7.0
    assert 28.0 <= pauses[1] <= 30.0


def test_attempts_are_bounded_and_pauses_grow_to_the_limit(
    run: Callable[[Service], str], pauses: list[float]
) -> None:
    service = Service(*(http_error(503) for _ in range(9)))
    with pytest.raises(TransientService, match="status 503"):
        run(service)
    assert service.calls == 4
    assert [int(pause) for pause in pauses] == [1, 2, 3]


def test_a_wait_of_hours_is_left_to_the_next_run(run: Callable[[Service], str], pauses: list[float]) -> None:
    service = Service(http_error(429, {"Retry-After": "7200"}))
    with pytest.raises(TransientService) as caught:
        run(service)
    assert (service.calls, pauses, caught.value.retry_after_s) == (1, [], 7200.0)


def test_an_unreadable_retry_after_is_ignored() -> None:
    assert retry_after_s(http_error(429, {"Retry-After": "soon"})) is None
