"""X-Request-ID: taken or made, answered, and in every line of the request."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from io import StringIO
from uuid import uuid4

import pytest
from django.test import override_settings
from rest_framework.test import APIClient

from accounts.models import Therapist
from conftest import Api
from core.api.log_lines import WordsStripped
from core.observability.log_formats import ReadableFormatter, json_formatter

Lines = StringIO


@pytest.fixture
def json_log() -> Iterator[Lines]:
    """What the root logger writes as JSON, as in a container."""
    stream = StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(json_formatter("web"))
    handler.addFilter(WordsStripped())
    root = logging.getLogger()
    root.addHandler(handler)
    with override_settings(ACCESS_LOG=True):
        yield stream
    root.removeHandler(handler)


def written(stream: Lines) -> list[dict[str, object]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_an_id_of_a_proxy_is_kept(anonymous: APIClient) -> None:
    assert (
        anonymous.get("/auth/me", headers={"X-Request-ID": "edge-0123.a_b"})["X-Request-ID"]
        == "edge-0123.a_b"
    )


@pytest.mark.parametrize(
    "sent",
    ["", "short", "x" * 65, "Anna said this", 'a"b"c"d"e', "line\nbreak-123", "emoji-🙂-1234", "a/b?c=d&e"],
)
def test_anything_else_gets_a_new_one(anonymous: APIClient, sent: str) -> None:
    answered = anonymous.get("/auth/me", headers={"X-Request-ID": sent})["X-Request-ID"]
    assert answered != sent
    assert len(answered) == 32


def test_the_access_line_says_who_what_and_how_long(therapist: Therapist, api: Api, json_log: Lines) -> None:
    session_id = uuid4()
    answer = api(therapist).get(f"/sessions/{session_id}?search=Anna")
    line = next(line for line in written(json_log) if line["logger"] == "access")
    assert line.pop("ms") > 0  # type: ignore[operator]
    line.pop("timestamp")
    assert line == {
        "process": "web",
        "logger": "access",
        "level": "info",
        "event": "request",
        "request_id": answer["X-Request-ID"],
        "session_id": str(session_id),
        "method": "GET",
        "route": "sessions/<uuid:session_id>",
        "status": 404,
        "code": "not_found",
        "bytes": len(answer.content),
        "therapist_id": str(therapist.pk),
    }


def test_an_address_nobody_made_is_not_repeated(anonymous: APIClient, json_log: Lines) -> None:
    anonymous.get("/patients/Anna-Karenina/history")
    assert "Anna" not in json_log.getvalue()
    assert written(json_log)[0]["route"] == "unknown"


def test_one_request_leaves_nothing_for_the_next(anonymous: APIClient, json_log: Lines) -> None:
    anonymous.get(f"/sessions/{uuid4()}")
    anonymous.get("/auth/me")
    logging.getLogger("apart").warning("between requests")
    *_, profile, apart = written(json_log)
    assert "session_id" not in profile
    assert "request_id" not in apart


def test_a_line_of_its_own_request_carries_the_id(anonymous: APIClient, json_log: Lines) -> None:
    answer = anonymous.post("/auth/login", {"email": "nobody@clinic.example", "password": "not-the-one"})
    assert {line["request_id"] for line in written(json_log)} == {answer["X-Request-ID"]}


def test_json_writes_an_exception_by_type_and_place() -> None:
    stream = StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(json_formatter())
    logger = logging.getLogger("test.json")
    logger.addHandler(handler)
    try:
        raise ValueError("the patient said so")
    except ValueError:
        logger.exception("it broke", extra={"transcript": "the patient said so"})
    finally:
        logger.removeHandler(handler)
    line = json.loads(stream.getvalue())
    assert str(line["exception"]).startswith("ValueError at test_request_ids.py:")
    assert "patient" not in stream.getvalue()


def test_readable_lines_carry_the_same_ids() -> None:
    from structlog.contextvars import bound_contextvars

    record = logging.LogRecord("a", logging.INFO, "", 0, "it %s", ("works",), None)
    with bound_contextvars(request_id="abc"):
        assert ReadableFormatter("%(message)s").format(record) == "it works [request_id=abc]"
    assert ReadableFormatter("%(message)s").format(record) == "it works"


def test_an_exception_among_the_arguments_is_its_type() -> None:
    record = logging.LogRecord("a", logging.ERROR, "", 0, "broke: %r", (ValueError("Anna"),), None)
    WordsStripped().filter(record)
    assert record.getMessage() == "broke: 'ValueError'"
