"""A language model of one's own behind a donor's eyes, as a trainer uses it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import torch

from ml.errors import BackendNotInstalled, PermanentError
from ml.multimodal.videollama2.assembly import add_lora, compose
from ml.multimodal.videollama2.media import Medium
from ml.multimodal.videollama2.model import VideoLlama2Model
from ml.tests.multimodal.tiny_videollama2 import (
    LANGUAGE,
    config,
    published_tensors,
    random_model,
    write_checkpoint,
)

IDS = torch.tensor([[1, 7, -201, 9, 10], [1, 8, 9, 2, 0]])
MASK = torch.tensor([[1, 1, 1, 1, 1], [1, 1, 1, 1, 0]])
LABELS = torch.tensor([[-100, -100, -100, 9, 10], [-100, -100, 9, 2, -100]])


def language_model(**changed: Any) -> Any:
    """The clinic's own language model: another than the donor's."""
    from transformers import Qwen2Config, Qwen2ForCausalLM

    torch.manual_seed(11)
    return Qwen2ForCausalLM(Qwen2Config(**(LANGUAGE | changed)))


@pytest.fixture
def donor(tmp_path: Path) -> Path:
    model = random_model(tmp_path, config())
    return write_checkpoint(tmp_path / "donor", config(), published_tensors(model))


@pytest.fixture
def model(donor: Path) -> VideoLlama2Model:
    return compose(language_model(num_hidden_layers=3), donor).train()


def batch() -> dict[str, Any]:
    torch.manual_seed(5)
    clip = Medium("video", pixels=torch.randn(4, 3, 70, 70))
    return {"input_ids": IDS, "attention_mask": MASK, "labels": LABELS, "media": [clip, None]}


def gradients(model: VideoLlama2Model) -> dict[str, torch.Tensor]:
    model.zero_grad()
    model(**batch()).loss.backward()
    return {name: w.grad.clone() for name, w in model.named_parameters() if w.grad is not None}


def test_the_donor_gives_its_eyes_and_nothing_else(tmp_path: Path, model: VideoLlama2Model) -> None:
    of_donor = random_model(tmp_path, config())
    own = language_model(num_hidden_layers=3).state_dict()
    assert all(torch.equal(own[name], w) for name, w in model.language_model.state_dict().items())
    for part in ("connector", "vision_tower"):
        theirs = getattr(of_donor, part).state_dict()
        assert all(torch.equal(theirs[name], w) for name, w in getattr(model, part).state_dict().items())


def test_the_loss_teaches_connector_and_language_model_but_not_the_tower(model: VideoLlama2Model) -> None:
    found = gradients(model)
    assert {name.split(".")[0] for name in found} == {"connector", "language_model"}
    assert float(found["connector.s1.b1.conv1.conv.weight"].abs().max()) > 0


def test_gradient_checkpointing_changes_nothing_but_memory(model: VideoLlama2Model) -> None:
    plain = gradients(model)
    model.activation_checkpointing_enable()
    checkpointed = gradients(model)
    assert model.is_activation_checkpointing
    assert plain.keys() == checkpointed.keys()
    assert all(torch.allclose(plain[name], checkpointed[name], atol=1e-6) for name in plain)


# peft 0.21 asks transformers by an old name
@pytest.mark.filterwarnings("ignore:`is_gradient_checkpointing` is deprecated:FutureWarning")
def test_lora_on_the_language_model_alone_is_trained(model: VideoLlama2Model) -> None:
    from peft import LoraConfig

    model.connector.requires_grad_(False)
    add_lora(model, LoraConfig(r=2, lora_alpha=2, target_modules=["q_proj", "v_proj"], task_type="CAUSAL_LM"))
    model.activation_checkpointing_enable()
    found = gradients(model)
    assert found
    assert all(".lora_" in name and name.startswith("language_model.") for name in found)
    assert (
        model.generate(IDS[:1], media=batch()["media"][:1], max_new_tokens=2, do_sample=False).shape[1] <= 2
    )


def test_the_trainer_of_transformers_lowers_the_loss(tmp_path: Path, model: VideoLlama2Model) -> None:
    from transformers import Trainer, TrainingArguments

    arguments = TrainingArguments(
        output_dir=str(tmp_path / "run"),
        max_steps=8,
        per_device_train_batch_size=1,
        learning_rate=5e-3,
        activation_checkpointing=True,
        remove_unused_columns=False,
        report_to=[],
        save_strategy="no",
        disable_tqdm=True,
        use_cpu=True,
        dataloader_pin_memory=False,
    )
    with torch.no_grad():
        before = float(model(**batch()).loss)
    trainer = Trainer(
        model=model,
        args=arguments,
        train_dataset=[0] * 8,
        data_collator=lambda _: batch(),
    )
    trainer.train()
    with torch.no_grad():
        after = float(model(**batch()).loss)
    assert after < before - 0.1


def test_a_connector_of_another_width_is_refused(donor: Path) -> None:
    with pytest.raises(PermanentError, match="width 32, this one's is 48"):
        compose(language_model(hidden_size=48), donor)


def test_a_base_checkpoint_needs_its_vision_tower(tmp_path: Path, donor: Path) -> None:
    tensors = published_tensors(random_model(tmp_path, config()))
    base = tmp_path / "base"
    base.mkdir()
    (base / "config.json").write_text((donor / "config.json").read_text())
    connector = {name: w for name, w in tensors.items() if ".mm_projector." in name}
    torch.save(connector, base / "mm_projector.bin")
    with pytest.raises(BackendNotInstalled, match="give the folder of google/tiny-siglip"):
        compose(language_model(), base)

    eyes = "model.vision_tower.vision_tower."
    seeing = {name.removeprefix(eyes): w for name, w in tensors.items() if name.startswith(eyes)}
    tower = tmp_path / "tiny-siglip"
    torch.save(seeing | {"text_model.unused": torch.zeros(1)}, tower / "pytorch_model.bin")
    from_base = compose(language_model(), base, vision_folder=tower)
    whole = compose(language_model(), donor)
    assert torch.equal(from_base(**batch()).loss, whole(**batch()).loss)


def test_ears_are_taken_only_where_there_are_some(donor: Path) -> None:
    with pytest.raises(BackendNotInstalled, match="no audio branch"):
        compose(language_model(), donor, with_audio=True)


def test_a_batch_is_generated_as_its_rows_are(model: VideoLlama2Model) -> None:
    """Right-padded prompts of different lengths: each answer as if it were asked alone."""
    model.eval()
    media = batch()["media"]
    options: dict[str, Any] = {"max_new_tokens": 6, "do_sample": False, "eos_token_id": None}
    together = model.generate(IDS, MASK, media, **options)
    alone = [model.generate(IDS[:1], media=media[:1], **options), model.generate(IDS[1:, :4], **options)]
    assert together.tolist() == [alone[0][0].tolist(), alone[1][0].tolist()]
