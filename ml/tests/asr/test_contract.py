"""What every recognizer of the registry keeps to."""

from __future__ import annotations

import importlib.util
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ml.asr.backends import TRANSCRIBERS
from ml.asr.base import TranscribeOptions, Transcriber
from ml.audio.decode import decode
from ml.errors import BackendNotInstalled
from ml.tests.asr.stand_in import stand_in_server
from ml.tests.real_models import ROOT, SAMPLE, models_dir


@pytest.fixture(scope="module")
def speech() -> np.ndarray:
    with decode(SAMPLE) as audio:
        return audio.mono(0, 6_000)


@pytest.fixture(
    params=["fake", "openai_api", pytest.param("faster_whisper", marks=pytest.mark.weights), "openai_whisper"]
)
def transcriber(request: pytest.FixtureRequest) -> Iterator[Transcriber]:
    name: str = request.param
    if name == "faster_whisper":
        options: dict[str, Any] = {"model": "whisper-tiny-en", "models_dir": models_dir("whisper-tiny-en")}
    elif name == "openai_whisper":
        root = ROOT / "var" / "models"
        if importlib.util.find_spec("whisper") is None or not list(root.glob("openai-whisper/*.pt")):
            pytest.skip("openai-whisper and a checkpoint of it are an optional install")
        options = {"models_dir": root, "model": str(next(root.glob("openai-whisper/*.pt")))}
    else:
        options = {"models_dir": Path("unused")}
    with stand_in_server() as server:
        if name == "openai_api":
            options["base_url"] = server.url
        yield TRANSCRIBERS.build(name, **options)


def test_it_is_a_transcriber_with_names(transcriber: Transcriber) -> None:
    assert isinstance(transcriber, Transcriber)
    assert transcriber.engine
    assert transcriber.model


def test_words_have_times_inside_the_clip(transcriber: Transcriber, speech: np.ndarray) -> None:
    result = transcriber.transcribe(speech, TranscribeOptions(language="en"))
    passages = list(result.passages)

    assert result.language == "en"
    words = [word for passage in passages for word in passage.words]
    assert words
    assert all(0 <= word.start_ms <= word.end_ms <= 6_100 for word in words)
    assert all(earlier.start_ms <= later.start_ms for earlier, later in pairwise(words))
    assert all(0.0 <= word.confidence <= 1.0 for word in words)
    for passage in passages:
        assert "".join(word.text for word in passage.words).split() == passage.text.split()


@pytest.mark.parametrize("name", ["faster_whisper", "openai_whisper"])
def test_missing_model_is_said_when_it_is_built(name: str, tmp_path: Path) -> None:
    with pytest.raises(BackendNotInstalled):
        TRANSCRIBERS.build(name, models_dir=tmp_path)


def test_unknown_name_lists_the_known_ones() -> None:
    with pytest.raises(KeyError, match="faster_whisper"):
        TRANSCRIBERS.build("nobody")


def test_damaged_model_is_not_available(tmp_path: Path) -> None:
    (tmp_path / "model.bin").write_bytes(b"this is no model")
    (tmp_path / "config.json").write_text("{}")
    transcriber = TRANSCRIBERS.build("faster_whisper", models_dir=tmp_path, model=str(tmp_path))

    with pytest.raises(BackendNotInstalled):
        transcriber.transcribe(np.zeros(16_000, np.float32))


@pytest.mark.weights
def test_real_model_hears_the_sample(speech: np.ndarray) -> None:
    transcriber = TRANSCRIBERS.build("faster_whisper", models_dir=models_dir("whisper-base"))

    heard = transcriber.transcribe(speech, TranscribeOptions())

    assert heard.language == "en"
    assert "good to see you again" in " ".join(passage.text for passage in heard.passages)
