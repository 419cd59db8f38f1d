"""Recognizers with too little memory: real libraries and models on the CPU, whose decoding call is made
to fail as it fails on a GPU."""

from __future__ import annotations

from collections.abc import Callable
from importlib.util import find_spec
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ml.asr.base import TranscribeOptions
from ml.asr.effort import efforts
from ml.asr.faster_whisper import FasterWhisper
from ml.asr.openai_whisper import OpenAIWhisper
from ml.audio.decode import decode
from ml.errors import BackendNotInstalled, DeviceLost, ErrorCode, TransientError
from ml.metrics.wer import word_errors
from ml.tests.real_models import SAMPLE, models_dir

OUT_OF_MEMORY = RuntimeError("CUDA failed with error out of memory")
LOST = RuntimeError("CUDA failed with error an illegal memory access was encountered")
ENGLISH = TranscribeOptions(language="en")


class Tight:
    """A CTranslate2 model whose `generate` is refused where `refuses` says so: (call, hypotheses)."""

    def __init__(self, model: Any, refuses: Callable[[int, int], Exception | None]) -> None:
        self._model = model
        self._refuses = refuses
        self.calls: list[tuple[int, int]] = []

    def generate(self, features: Any, prompts: Any, **options: Any) -> Any:
        width = max(options.get("beam_size", 1), options.get("num_hypotheses", 1))
        self.calls.append((len(prompts), width))
        if (error := self._refuses(len(self.calls), width)) is not None:
            raise error
        return self._model.generate(features, prompts, **options)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._model, name)


def test_less_and_less_is_tried() -> None:
    assert [(e.batch_size, e.beam_size, e.best_of) for e in efforts(8, 5)] == [
        (8, 5, 5), (4, 5, 5), (2, 5, 5), (0, 5, 5), (0, 2, 2), (0, 1, 1),
    ]  # fmt: skip
    assert [(e.batch_size, e.beam_size, e.best_of) for e in efforts(0, 1)] == [
        (0, 1, 5),
        (0, 1, 2),
        (0, 1, 1),
    ]


@pytest.fixture(scope="module")
def speech() -> np.ndarray:
    with decode(SAMPLE) as audio:
        return audio.mono()


@pytest.fixture
def whisper() -> FasterWhisper:
    return FasterWhisper(models_dir=models_dir("whisper-tiny-en"), model="whisper-tiny-en", device="cpu")


def _tight(whisper: FasterWhisper, refuses: Callable[[int, int], Exception | None]) -> Tight:
    model = whisper._load()
    model.model = Tight(model.model, refuses)
    return model.model


@pytest.mark.weights
def test_it_goes_on_where_it_stood_with_a_narrower_search(whisper: FasterWhisper, speech: np.ndarray) -> None:
    whole = " ".join(passage.text for passage in whisper.transcribe(speech, ENGLISH).passages)
    tight = _tight(whisper, lambda call, width: OUT_OF_MEMORY if call > 1 and width > 2 else None)

    passages = list(whisper.transcribe(speech, ENGLISH).passages)

    assert [width for _, width in tight.calls[:3]] == [5, 5, 2]  # the first window stays as it was
    assert all(earlier.end_ms <= later.start_ms for earlier, later in pairwise(passages))
    errors = word_errors(whole, " ".join(passage.text for passage in passages))
    assert errors.rate < 0.1  # nothing lost, nothing said twice
    words = [word for passage in passages for word in passage.words]
    assert all(earlier.start_ms <= later.start_ms for earlier, later in pairwise(words))
    assert words[-1].end_ms > 42_000


@pytest.mark.weights
def test_a_batch_is_halved_and_then_given_up(whisper: FasterWhisper, speech: np.ndarray) -> None:
    whisper._batch_size = 4
    tight = _tight(whisper, lambda call, width: None)
    tight._refuses = lambda call, width: OUT_OF_MEMORY if tight.calls[-1][0] > 1 else None

    passages = list(whisper.transcribe(speech, ENGLISH).passages)

    sizes = [size for size, _ in tight.calls]
    assert sizes[0] > 1 and sizes[-1] == 1
    assert passages[-1].end_ms > 42_000


@pytest.mark.weights
def test_when_nothing_fits_it_ends_with_its_code(whisper: FasterWhisper, speech: np.ndarray) -> None:
    tight = _tight(whisper, lambda call, width: OUT_OF_MEMORY)

    with pytest.raises(TransientError) as caught:
        list(whisper.transcribe(speech, ENGLISH).passages)

    assert caught.value.code is ErrorCode.OUT_OF_MEMORY
    assert [width for _, width in tight.calls] == [5, 2, 1]


@pytest.mark.weights
def test_a_lost_gpu_is_not_asked_again(whisper: FasterWhisper, speech: np.ndarray) -> None:
    tight = _tight(whisper, lambda call, width: LOST)

    with pytest.raises(DeviceLost):
        list(whisper.transcribe(speech, ENGLISH).passages)
    assert len(tight.calls) == 1


@pytest.mark.weights
def test_a_defect_stays_a_defect(whisper: FasterWhisper, speech: np.ndarray) -> None:
    _tight(whisper, lambda call, width: ZeroDivisionError())

    with pytest.raises(ZeroDivisionError):
        list(whisper.transcribe(speech, ENGLISH).passages)


@pytest.mark.weights
def test_a_model_that_does_not_fit_is_no_damaged_file(
    whisper: FasterWhisper, monkeypatch: pytest.MonkeyPatch
) -> None:
    import faster_whisper

    def no_room(*_: Any, **__: Any) -> None:
        raise OUT_OF_MEMORY

    monkeypatch.setattr(faster_whisper, "WhisperModel", no_room)
    with pytest.raises(TransientError) as caught:
        whisper.transcribe(np.zeros(16_000, np.float32))
    assert caught.value.code is ErrorCode.OUT_OF_MEMORY


@pytest.fixture(scope="module")
def checkpoint(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """openai-whisper's own smallest network with random weights; what it says is nonsense."""
    if find_spec("whisper") is None:
        pytest.skip("openai-whisper is an optional install")
    import torch
    from whisper.model import ModelDimensions, Whisper

    torch.manual_seed(1)
    dims = ModelDimensions(
        n_mels=80, n_audio_ctx=1500, n_audio_state=32, n_audio_head=2, n_audio_layer=1,
        n_vocab=51864, n_text_ctx=448, n_text_state=32, n_text_head=2, n_text_layer=1,
    )  # fmt: skip
    network = Whisper(dims)
    for parameter in network.parameters():  # some are left as memory happened to be
        torch.nn.init.normal_(parameter, std=0.02)
    path = tmp_path_factory.mktemp("openai-whisper") / "random.en.pt"
    torch.save({"dims": dims.__dict__, "model_state_dict": network.state_dict()}, path)
    return path


# openai-whisper with NumPy 2; a file of its tokenizer that it leaves open
@pytest.mark.filterwarnings("ignore:__array_wrap__:DeprecationWarning")
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_openai_whisper_searches_narrower_and_then_gives_up(
    checkpoint: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import torch

    whisper = OpenAIWhisper(models_dir=checkpoint.parent, model=str(checkpoint), device="cpu")
    model = whisper._load()
    decode_one = model.decode
    widths: list[int] = []
    fits = 2

    def tight(mel: Any, options: Any) -> Any:
        widths.append(options.beam_size or options.best_of or 1)
        if widths[-1] > fits:
            raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 20.00 MiB.")
        return decode_one(mel, options)

    monkeypatch.setattr(model, "decode", tight)
    options = TranscribeOptions(language="en", temperatures=(0.0,))
    noise = np.random.default_rng(1).normal(0, 0.1, 16_000).astype(np.float32)
    assert whisper.transcribe(noise, options).language == "en"
    assert widths[:2] == [5, 2]

    fits = 0
    with pytest.raises(TransientError) as caught:
        whisper.transcribe(noise, options)
    assert caught.value.code is ErrorCode.OUT_OF_MEMORY


def test_a_gpu_that_is_not_there_is_said_when_an_engine_is_built(checkpoint: Path) -> None:
    import torch

    if torch.cuda.is_available():
        pytest.skip("this machine has a GPU")
    with pytest.raises(BackendNotInstalled, match="no NVIDIA GPU"):
        OpenAIWhisper(models_dir=checkpoint.parent, model=str(checkpoint), device="cuda")
    with pytest.raises(BackendNotInstalled, match="no NVIDIA GPU"):
        FasterWhisper(models_dir=models_dir("whisper-tiny-en"), model="whisper-tiny-en", device="cuda")
