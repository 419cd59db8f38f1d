"""The whole training path on a CPU: a tiny Qwen2, NF4 and 8-bit AdamW for real."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from finetune import checkpoints
from finetune.config import FinetuneConfig
from finetune.errors import FinetuneError
from finetune.run_folder import RunFolder
from finetune.tests.conftest import Trained
from finetune.tests.made import made_file
from finetune.tests.runs import Watch, adapter_weights, tiny_config
from finetune.train import train

pytestmark = [pytest.mark.weights, pytest.mark.slow, pytest.mark.timeout(900)]


def test_the_adapter_learns_and_the_base_stays_bit_for_bit(trained: Trained) -> None:
    assert trained.metrics["steps"] == 166
    assert trained.watch.quantized == {"Linear4bit"}
    assert trained.watch.optimizer.startswith("bitsandbytes.")
    assert "torch.uint8" in trained.watch.moments
    before, after = trained.watch.hashes
    assert before == after
    assert trained.metrics["validation_loss"] < trained.metrics["base_validation_loss"] - 0.5


def test_the_run_folder_tells_the_whole_story(trained: Trained) -> None:
    root = trained.folder.root
    data = json.loads((root / "data.json").read_text())
    environment = json.loads((root / "environment.json").read_text())
    assert len(data["examples_sha256"]) == 64
    assert len((root / "lineage.jsonl").read_text().splitlines()) == data["train_examples"]
    assert environment["packages"]["trl"] != "not installed"
    assert environment["git_revision"]
    assert (root / "loss.png").read_bytes().startswith(b"\x89PNG")
    assert any(root.joinpath("tensorboard").glob("events.*"))
    assert [entry["step"] for entry in trained.folder.history() if "loss" in entry] == list(range(1, 167))
    card = trained.folder.card.read_text()
    assert data["examples_sha256"] in card
    assert "no\nmedical device" in card
    adapter = json.loads((trained.folder.adapter / "adapter_config.json").read_text())
    assert (adapter["r"], adapter["lora_alpha"]) == (64, 64)
    assert (trained.folder.adapter / "tokenizer.json").exists()


def test_a_finished_run_is_left_alone(trained: Trained, tiny_model: Path) -> None:
    config = FinetuneConfig.model_validate(_yaml(trained.folder.config))
    said: list[str] = []
    again = train(config, trained.folder.root, resume=True, say=said.append)
    assert again.metrics == trained.metrics
    assert said == ["The run is finished; nothing to do."]
    with pytest.raises(FinetuneError, match="--resume") as caught:
        train(config, trained.folder.root)
    assert caught.value.code == "run_exists"


def test_a_resumed_run_equals_an_unbroken_one(tiny_model: Path, tmp_path: Path) -> None:
    config = tiny_config(
        tiny_model, made_file(tmp_path), "optim.max_steps=12", "logging.checkpoint_every=4",
        "logging.keep_checkpoints=3", "lora.dropout=0.1", "data.max_examples=80",
    )  # fmt: skip
    unbroken = train(config, tmp_path / "unbroken").folder
    with pytest.raises(KeyboardInterrupt):
        train(config, tmp_path / "broken", callbacks=[Watch(break_after=10)])
    broken = RunFolder(tmp_path / "broken")
    assert not broken.finished
    other = config.model_copy(update={"seed": 9})
    with pytest.raises(FinetuneError, match="another configuration"):
        train(other, broken.root, resume=True)

    # the newest checkpoint is damaged: the one before it is taken
    newest = checkpoints.all_of(broken.checkpoints)[0]
    assert checkpoints.step_of(newest) == 8
    with (newest / "optimizer.pt").open("r+b") as file:
        file.seek(200)
        file.write(b"damage")
    said: list[str] = []
    resumed = train(config, broken.root, resume=True, say=said.append).folder
    assert "checkpoint-8 is not whole and is passed over." in said
    assert "Going on from checkpoint-4." in said

    wanted, found = adapter_weights(unbroken.adapter), adapter_weights(resumed.adapter)
    assert wanted.keys() == found.keys()
    assert max(float((wanted[name] - found[name]).abs().max()) for name in wanted) <= 1e-6
    losses = [[entry["loss"] for entry in run.history() if "loss" in entry] for run in (unbroken, resumed)]
    assert losses[0] == pytest.approx(losses[1], abs=1e-6)
    assert len(losses[0]) == 12


def test_without_a_whole_checkpoint_a_resume_says_so(tmp_path: Path) -> None:
    assert checkpoints.last_whole(tmp_path) == (None, [])
    half = tmp_path / "checkpoint-5"
    half.mkdir()
    (half / "adapter_model.safetensors").write_bytes(b"half")
    with pytest.raises(FinetuneError, match="checkpoint-5") as caught:
        checkpoints.last_whole(tmp_path)
    assert caught.value.code == "checkpoint_broken"
    checkpoints.seal(half)
    assert checkpoints.last_whole(tmp_path) == (half, [])


def _yaml(path: Path) -> Any:
    import yaml

    return yaml.safe_load(path.read_text())
