"""The annotation backend over a tiny VideoLLaMA2 with random weights."""

from __future__ import annotations

from pathlib import Path

import pytest

torch = pytest.importorskip("torch")

from ml.errors import ErrorCode, PermanentError  # noqa: E402
from ml.llm.base import GenerationOptions  # noqa: E402
from ml.multimodal.backends import build_multimodal_model  # noqa: E402
from ml.multimodal.base import Clip, MultimodalModel  # noqa: E402
from ml.schemas.chat import ChatMessage  # noqa: E402
from ml.tests.multimodal.test_videollama2_inference import write_clip  # noqa: E402
from ml.tests.multimodal.tiny_videollama2 import (  # noqa: E402
    config,
    published_tensors,
    random_model,
    write_checkpoint,
    write_tokenizer,
)

ASK = [ChatMessage(role="user", content="user")]
BRIEFLY = GenerationOptions(max_tokens=6)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("model")
    raw = config("mistral")
    write_checkpoint(root / "tiny", raw, published_tensors(random_model(root, raw)))
    write_tokenizer(root / "tiny")
    return root


def test_it_answers_with_and_without_a_clip_and_stops_when_closed(folder: Path, tmp_path: Path) -> None:
    model = build_multimodal_model(
        "videollama2_local", model_path=folder / "tiny", device="cpu", vision_folder=folder / "tiny-clip"
    )
    assert isinstance(model, MultimodalModel)
    assert model.name == "tiny"
    seen = model.complete(ASK, BRIEFLY, clip=Clip(write_clip(tmp_path / "c.mp4")))
    told = model.complete(ASK, BRIEFLY)
    assert seen.text != told.text
    assert seen == model.complete(ASK, BRIEFLY, clip=Clip(write_clip(tmp_path / "same.mp4", sound=False)))
    model.close()
    model.close()


def test_a_clip_that_cannot_be_decoded_is_the_clips_fault(folder: Path, tmp_path: Path) -> None:
    model = build_multimodal_model(
        "videollama2_local", model_path=folder / "tiny", device="cpu", vision_folder=folder / "tiny-clip"
    )
    noise = tmp_path / "noise.mp4"
    noise.write_bytes(bytes(range(256)))
    with pytest.raises(PermanentError) as caught:
        model.complete(ASK, BRIEFLY, clip=Clip(noise))
    assert caught.value.code is ErrorCode.UNSUPPORTED_MEDIA
