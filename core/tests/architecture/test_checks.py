"""The system checks find what would fail later."""

from __future__ import annotations

from pathlib import Path

from pytest_django.fixtures import Settings

from core import checks


def test_the_project_passes() -> None:
    assert checks.pipeline_paths(None) == []
    assert checks.secret_key_length(None) == []
    assert checks.engine_names(None) == []


def test_a_path_that_leads_nowhere(settings: Settings) -> None:
    settings.SESSION_PIPELINE = {"transcription": "sessions_app.tasks.nothing"}
    settings.PATIENT_ERASURE_HOOKS = ["no_such_module.erase"]
    assert [message.id for message in checks.pipeline_paths(None)] == ["core.E001", "core.E001"]


def test_an_engine_that_nobody_knows(settings: Settings) -> None:
    settings.TRANSCRIBER = "faster-whisper"
    settings.REPORT_BACKEND = "extraction"
    (message,) = checks.engine_names(None)
    assert message.id == "core.E002"
    assert "faster_whisper" in message.msg


def test_a_short_secret_key(settings: Settings) -> None:
    settings.SECRET_KEY = "short"
    assert [message.id for message in checks.secret_key_length(None)] == ["core.E003"]


def test_https_off_is_named_at_deployment(settings: Settings) -> None:
    settings.HTTPS = False
    assert [message.id for message in checks.https(None)] == ["core.W001"]


def test_an_adapter_that_may_not_serve_is_an_error(settings: Settings, tmp_path: Path) -> None:
    settings.REPORT_BACKEND = "transformers_local"
    settings.ADAPTERS_DIR = tmp_path
    settings.REPORT_ADAPTER = "march"

    [message] = checks.report_adapter(None)

    assert message.id == "core.E004"
    assert "march" in message.msg


def test_a_device_that_is_no_word_is_an_error(settings: Settings) -> None:
    settings.ENGINE_DEVICE = "gpu0"
    [message] = checks.engine_device(None)
    assert message.id == "core.E005"
    settings.ENGINE_DEVICE = "cuda:1"
    assert checks.engine_device(None) == []
