"""A worker loads the engines of its own queues, once in each process, and lives without them."""

from __future__ import annotations

import pytest
from celery import current_app, signals
from pytest_django import Settings

from core.worker_warmup import warm_engines
from ml.errors import BackendNotInstalled

warmed: list[str] = []


def hear() -> None:
    """Stands for loading a recognizer."""
    warmed.append("heard")


def write() -> None:
    """Stands for loading a language model."""
    warmed.append("written")


def missing() -> None:
    """Stands for an engine whose model was never fetched."""
    raise BackendNotInstalled("no such model")


@pytest.fixture(autouse=True)
def queues(monkeypatch: pytest.MonkeyPatch, settings: Settings) -> None:
    """A worker of two queues, one of which has engines."""
    warmed.clear()
    settings.WORKER_WARM = True
    here = __name__
    settings.WORKER_WARMUPS = {"transcription": f"{here}.hear", "reports": f"{here}.write"}
    served = {name: current_app.amqp.queues[name] for name in ("default", "transcription")}
    monkeypatch.setattr(current_app.amqp.queues, "_consume_from", served)


def test_the_engines_of_its_queues_and_no_others() -> None:
    warm_engines()
    assert warmed == ["heard"]


def test_only_where_a_setting_says_so(settings: Settings) -> None:
    settings.WORKER_WARM = False
    warm_engines()
    assert warmed == []


def test_a_missing_model_is_said_and_the_worker_goes_on(
    settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    settings.WORKER_WARMUPS = {"transcription": f"{__name__}.missing"}
    warm_engines()
    assert "the engines of transcription are not loaded: model_not_available" in caplog.text


def test_each_process_of_a_pool_does_it() -> None:
    signals.worker_process_init.send(sender=None)
    assert warmed == ["heard"]
