"""Multimodal runs: a tiny donor of eyes, clips made here, the language model of the other tests."""

from __future__ import annotations

from io import StringIO
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from django.core.management import CommandError, call_command

from finetune.errors import FinetuneError
from finetune.tests.made import dialogue, write_jsonl
from finetune.tests.runs import adapter_weights, tiny_config
from finetune.tokens import IGNORED
from finetune.train import train
from ml.schemas.chat import ChatMessage
from ml.schemas.dialogue import Split

pytestmark = [pytest.mark.weights, pytest.mark.slow, pytest.mark.timeout(600)]


def write_clip(path: Path, shade: int) -> Path:
    """Twelve frames that grow lighter from a shade."""
    import av

    path.parent.mkdir(parents=True, exist_ok=True)
    with av.open(str(path), "w") as container:
        stream = container.add_stream("mpeg4", rate=12)
        stream.width = stream.height = 64
        stream.pix_fmt = "yuv420p"
        for number in range(12):
            picture = np.full((64, 64, 3), min(shade + 5 * number, 255), dtype=np.uint8)
            container.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="rgb24")))
        container.mux(stream.encode())
    return path


@pytest.fixture(scope="module")
def donor(tmp_path_factory: pytest.TempPathFactory) -> Path:
    pytest.importorskip("torch")
    from ml.tests.multimodal.tiny_videollama2 import (
        config,
        published_tensors,
        random_model,
        write_checkpoint,
    )

    root = tmp_path_factory.mktemp("eyes")
    raw = config() | {"hidden_size": 64}
    return write_checkpoint(root / "donor", raw, published_tensors(random_model(root, raw)))


def clip_data(root: Path) -> Path:
    """Dialogues whose clients are seen; the therapist's turns have no clips."""
    dialogues = []
    for number in range(6):
        made = dialogue(number, Split.TRAIN if number < 4 else Split.VALIDATION)
        turns = [
            turn.model_copy(update={"clip": f"clips/{turn.id}.mp4"}) if turn.index in (0, 2) else turn
            for turn in made.utterances
        ]
        for turn in turns:
            if turn.clip:
                write_clip(root / turn.clip, 40 * number)
        dialogues.append(made.model_copy(update={"utterances": turns}))
    return write_jsonl(root / "dialogues.jsonl", dialogues)


def test_a_run_learns_with_clips_and_answers_about_one(
    tiny_model: Path, donor: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = clip_data(tmp_path)
    wishes = (
        "data.tasks=[emotion]", f"data.clip_root={tmp_path}", f"vision.path={donor}",
        "vision.clip_tokens=100",
        "optim.max_steps=2", "optim.gradient_accumulation=2", "sequence.gradient_checkpointing=true",
        "data.max_eval_examples=4",
    )  # fmt: skip
    config = tiny_config(tiny_model, file, *wishes)
    result = train(config, tmp_path / "run")
    assert result.metrics["steps"] == 2
    names = set(adapter_weights(result.folder.adapter))
    assert names and all("lora_" in name for name in names), "the eyes are frozen and stay where they are"

    lines = iter(["What do I look like?", ""])
    monkeypatch.setattr("builtins.input", lambda: next(lines))
    out = StringIO()
    clip = next((tmp_path / "clips").glob("*.mp4"))
    options = ("--adapter", str(result.folder.root), "--clip", str(clip), "--max-tokens", "3")
    call_command("finetune_infer", *options, "--vision", str(donor), stdout=out)
    assert out.getvalue().count("> ") == 2
    with pytest.raises(CommandError, match="--vision"):
        call_command("finetune_infer", *options, stdout=out)

    clip.unlink()
    with pytest.raises(FinetuneError, match="is not in"):
        train(config, tmp_path / "again")


def test_another_clip_is_another_input(tiny_model: Path, donor: Path, tokenizer: Any, tmp_path: Path) -> None:
    import torch

    from finetune.clips import encode_with_clip, with_eyes
    from finetune.config import VisionConfig
    from finetune.inference import load_tuned

    eyes = with_eyes(
        load_tuned(str(tiny_model), None, device="cpu").model, tokenizer, VisionConfig(path=str(donor))
    )
    chat = [
        ChatMessage(role="system", content="Look."),
        ChatMessage(role="user", content="Is <video> my face?"),
        ChatMessage(role="assistant", content="It is."),
    ]
    encoded = encode_with_clip(tokenizer, chat, 100)
    assert encoded.input_ids.count(-201) == 1, "the word that a client says is no clip"
    learnt = [
        token for token, label in zip(encoded.input_ids, encoded.labels, strict=True) if label != IGNORED
    ]
    assert tokenizer.decode(learnt) == "It is.<|im_end|>"
    ids = torch.tensor([encoded.input_ids])
    with torch.no_grad():
        dark, light = (
            eyes.model(ids, media=[eyes.medium(write_clip(tmp_path / f"{shade}.mp4", shade))]).logits[0, -1]
            for shade in (0, 190)
        )
    assert not torch.allclose(dark, light, atol=1e-4)
    with pytest.raises(FinetuneError, match="left beside the clip"):
        encode_with_clip(tokenizer, chat, 10)


def test_eyes_of_another_width_are_refused(tiny_model: Path, tmp_path: Path, tokenizer: Any) -> None:
    from finetune.clips import with_eyes
    from finetune.config import VisionConfig
    from finetune.inference import load_tuned
    from ml.tests.multimodal.tiny_videollama2 import (
        config,
        published_tensors,
        random_model,
        write_checkpoint,
    )

    other = write_checkpoint(
        tmp_path / "donor", config(), published_tensors(random_model(tmp_path, config()))
    )
    model = load_tuned(str(tiny_model), None, device="cpu").model
    with pytest.raises(FinetuneError, match="width") as caught:
        with_eyes(model, tokenizer, VisionConfig(path=str(other)))
    assert caught.value.code == "model_not_available"
