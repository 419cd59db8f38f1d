"""Logs hold ids and places, never words, addresses of people or query strings."""

from __future__ import annotations

import logging
import logging.config
from typing import Any

import pytest
from django.conf import settings as django_settings
from rest_framework.test import APIClient

from accounts.models import Therapist
from conftest import Api
from core.api.log_lines import PlacesFormatter, WordsStripped


def test_an_exception_is_written_without_its_message() -> None:
    try:
        raise ValueError("the patient said so")
    except ValueError as error:
        line = PlacesFormatter().formatException((type(error), error, error.__traceback__))
    assert line.startswith("ValueError at test_log_lines.py:")
    assert "patient" not in line


def test_a_request_line_loses_its_query() -> None:
    record = logging.LogRecord(
        "django.server", logging.INFO, "", 0, '"%s" %s', ("GET /patients?search=Anna HTTP/1.1", "200"), None
    )
    assert WordsStripped().filter(record)
    assert record.getMessage() == '"GET /patients HTTP/1.1" 200'


def test_the_settings_use_both() -> None:
    logs: Any = django_settings.LOGGING
    assert logs["formatters"]["line"]["()"] == "core.observability.log_formats.ReadableFormatter"
    assert logs["handlers"]["console"]["filters"] == ["words_stripped"]
    # Django's own handlers mail whole requests.
    assert logs["loggers"]["django"]["handlers"] == []
    # gunicorn's writes whole addresses, and with them a pass to hear a recording.
    assert logs["loggers"]["gunicorn.error"] == {"handlers": ["console"], "propagate": False}


def test_nothing_that_was_sent_is_logged(
    anonymous: APIClient, therapist: Therapist, api: Api, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO):
        anonymous.post("/auth/login", {"email": "whisper@clinic.example", "password": "hidden-words-1"})
        anonymous.post("/auth/register", {"email": "whisper@clinic.example", "password": "hidden-words-1"})
        client = api(therapist)
        client.post("/patients", {"full_name": "Hidden Words", "notes": "hidden-words-2"})
        client.post("/patients", {"full_name": "Hidden Words", "colour": "hidden-words-3"})
        client.get("/patients?search=hidden-words-4")
        client.get("/patients?page=hidden-words-5")
    assert "hidden" not in caplog.text.lower()
    assert "whisper@" not in caplog.text
