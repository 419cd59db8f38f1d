"""Published layouts load strictly; what does not fit is named."""

from __future__ import annotations

import json
from functools import partial
from pathlib import Path

import pytest
import torch

from ml.errors import BackendNotInstalled, PermanentError
from ml.multimodal.videollama2.assembly import load_model
from ml.multimodal.videollama2.beats import Beats
from ml.multimodal.videollama2.checkpoint import published_layout
from ml.multimodal.videollama2.config import VideoLlama2Config
from ml.multimodal.videollama2.media import Medium
from ml.multimodal.videollama2.model import VideoLlama2Model
from ml.multimodal.videollama2.published import PUBLISHED, parameter_counts, published_model
from ml.tests.multimodal.tiny_videollama2 import (
    TINY_BEATS,
    config,
    published_tensors,
    random_model,
    write_checkpoint,
)

IDS = torch.tensor([[1, 7, -201, 9, 10]])
Tensors = dict[str, torch.Tensor]


def clip(side: int) -> Medium:
    torch.manual_seed(7)
    return Medium("video", pixels=torch.randn(4, 3, side, side))


def logits(model: VideoLlama2Model, medium: Medium) -> torch.Tensor:
    with torch.no_grad():
        found: torch.Tensor = model(IDS, media=[medium]).logits
    return found


@pytest.fixture
def qwen(tmp_path: Path) -> tuple[VideoLlama2Model, Tensors]:
    model = random_model(tmp_path, config())
    return model, published_tensors(model)


@pytest.mark.parametrize(("kind", "side"), [("mistral", 56), ("qwen2", 70)])
def test_a_sharded_checkpoint_gives_the_same_model(tmp_path: Path, kind: str, side: int) -> None:
    model = random_model(tmp_path, config(kind))
    folder = write_checkpoint(tmp_path / "checkpoint", config(kind), published_tensors(model))
    loaded = load_model(folder)
    assert torch.equal(logits(loaded, clip(side)), logits(model, clip(side)))
    assert not loaded.training


def test_a_bin_file_and_old_buffers_and_new_names_are_understood(
    tmp_path: Path, qwen: tuple[VideoLlama2Model, Tensors]
) -> None:
    model, tensors = qwen
    renamed = {name.replace(".vision_model.", "."): tensor for name, tensor in tensors.items()}
    renamed["model.vision_tower.vision_tower.vision_model.embeddings.position_ids"] = torch.arange(25)
    renamed["model.layers.0.self_attn.rotary_emb.inv_freq"] = torch.ones(4)
    folder = tmp_path / "checkpoint"
    folder.mkdir()
    (folder / "config.json").write_text(json.dumps(config()))
    torch.save(renamed, folder / "pytorch_model.bin")
    assert torch.equal(logits(load_model(folder), clip(70)), logits(model, clip(70)))


def test_weights_become_the_wanted_type(tmp_path: Path, qwen: tuple[VideoLlama2Model, Tensors]) -> None:
    folder = write_checkpoint(tmp_path / "checkpoint", config(), qwen[1])
    loaded = load_model(folder, dtype=torch.bfloat16)
    assert {weight.dtype for weight in loaded.parameters()} == {torch.bfloat16}
    assert logits(loaded, clip(70)).dtype == torch.bfloat16


def test_the_audio_branch_comes_from_the_shards_or_its_own_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ml.multimodal.videollama2.model.Beats", partial(Beats, TINY_BEATS))
    raw = config(audio=True)
    model = random_model(tmp_path, raw)
    tensors = published_tensors(model)
    audio = {
        name: tensor for name, tensor in tensors.items() if "audio_tower" in name or "projector_a" in name
    }
    bias = "model.audio_tower.encoder.layers.{}.self_attn.relative_attention_bias.weight"
    shared = {bias.format(1): tensors[bias.format(0)].clone()}
    whole = write_checkpoint(tmp_path / "whole", raw, tensors | shared)
    rest = {name: tensor for name, tensor in tensors.items() if name not in audio}
    split = write_checkpoint(tmp_path / "split", raw, rest)
    for file, part in (
        ("audio_tower.bin", "model.audio_tower."),
        ("mm_projector_a.bin", "model.mm_projector_a."),
    ):
        torch.save({name: tensor for name, tensor in audio.items() if name.startswith(part)}, split / file)
    torch.manual_seed(1)
    heard = Medium("video", pixels=clip(70).pixels, filterbank=torch.randn(64, 128) * 5 + 15)
    expected = logits(model, heard)
    assert expected.shape[1] == 4 + 8 + 4 * 8  # text, clip, sound
    assert torch.equal(logits(load_model(whole), heard), expected)
    assert torch.equal(logits(load_model(split), heard), expected)

    other = write_checkpoint(tmp_path / "other", raw, tensors | {bias.format(1): tensors[bias.format(0)] + 1})
    with pytest.raises(BackendNotInstalled, match="1 unlike their shared copy"):
        load_model(other)


def test_a_model_without_ears_says_so(qwen: tuple[VideoLlama2Model, Tensors]) -> None:
    with pytest.raises(PermanentError, match="no audio branch"):
        qwen[0](torch.tensor([[1, -202]]), media=[Medium("audio", filterbank=torch.zeros(64, 128))])


def test_what_does_not_fit_is_named(tmp_path: Path, qwen: tuple[VideoLlama2Model, Tensors]) -> None:
    tensors = dict(qwen[1])
    del tensors["model.norm.weight"]
    tensors["model.mm_projector.s9.weight"] = torch.zeros(1)
    tensors["lm_head.weight"] = torch.zeros(3, 32)
    folder = write_checkpoint(tmp_path / "checkpoint", config(), tensors)
    with pytest.raises(BackendNotInstalled) as caught:
        load_model(folder)
    said = str(caught.value)
    assert "2 missing (lm_head.weight, model.norm.weight)" in said
    assert "1 unknown (model.mm_projector.s9.weight)" in said
    assert "lm_head.weight is 3x32, not 64x32" in said


def test_damaged_and_absent_files_are_named(tmp_path: Path, qwen: tuple[VideoLlama2Model, Tensors]) -> None:
    folder = write_checkpoint(tmp_path / "checkpoint", config(), qwen[1])
    shard = folder / "model-00002-of-00002.safetensors"
    shard.write_bytes(shard.read_bytes()[:1000])
    with pytest.raises(BackendNotInstalled, match=r"model-00002-of-00002\.safetensors is damaged"):
        load_model(folder)
    shard.unlink()
    with pytest.raises(BackendNotInstalled, match=r"lacks model-00002-of-00002\.safetensors"):
        load_model(folder)
    (folder / "model.safetensors.index.json").unlink()
    (folder / "pytorch_model.bin").write_bytes(b"no pickle")
    with pytest.raises(BackendNotInstalled, match=r"pytorch_model\.bin is damaged"):
        load_model(folder)
    (folder / "pytorch_model.bin").unlink()
    with pytest.raises(BackendNotInstalled, match="holds no weights"):
        load_model(folder)
    (folder / "config.json").write_text("{")
    with pytest.raises(PermanentError, match="cannot be read as JSON"):
        load_model(folder)


def test_a_bin_file_cannot_run_code(tmp_path: Path) -> None:
    folder = tmp_path / "checkpoint"
    random_model(tmp_path, config())
    folder.mkdir()
    (folder / "config.json").write_text(json.dumps(config()))
    torch.save({"model.norm.weight": Path("x")}, folder / "pytorch_model.bin")
    with pytest.raises(BackendNotInstalled, match="is damaged"):
        load_model(folder)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"model_type": "llava"}, "model_type is 'llava'"),
        ({"mm_projector_type": "linear"}, "mm_projector_type is 'linear'"),
        ({"mm_vision_select_feature": "cls_patch"}, "only 'patch'"),
    ],
)
def test_other_configurations_are_refused(change: dict[str, str], said: str) -> None:
    with pytest.raises(PermanentError, match=said):
        VideoLlama2Config.from_dict(config() | change)


def test_a_configuration_without_a_field_is_refused() -> None:
    raw = config()
    del raw["mm_hidden_size"]
    with pytest.raises(PermanentError, match="'mm_hidden_size' is missing"):
        VideoLlama2Config.from_dict(raw)


def test_tied_embeddings_need_no_head(tmp_path: Path) -> None:
    raw = config() | {"tie_word_embeddings": True}
    model = random_model(tmp_path, raw)
    tensors = published_tensors(model)
    assert "lm_head.weight" not in tensors
    loaded = load_model(write_checkpoint(tmp_path / "checkpoint", raw, tensors))
    assert torch.equal(logits(loaded, clip(70)), logits(model, clip(70)))


# Sizes of the published files in GB, from their repositories' listings (two decimals each).
SHARDS = {
    "VideoLLaMA2-7B-16F": (4.94, 5.00, 4.99, 1.14),
    "VideoLLaMA2.1-7B-16F": (4.88, 4.93, 4.99, 2.04),
}


@pytest.mark.parametrize("name", SHARDS)
def test_the_published_models_are_as_large_as_their_files(name: str) -> None:
    total = 2 * sum(parameter_counts(name).values()) / 1e9
    assert total == pytest.approx(sum(SHARDS[name]), abs=0.02)


def test_the_published_parts_are_as_large_as_their_files() -> None:
    """mm_projector.bin of VideoLLaMA2.1-7B-16F-Base: 754 MB; mm_projector_a.bin of the AV one: 31.2 MB."""
    counts = parameter_counts("VideoLLaMA2.1-7B-AV")
    assert 2 * counts["connector"] / 1e6 == pytest.approx(754, abs=0.5)
    assert 2 * counts["audio_projector"] / 1e6 == pytest.approx(31.2, abs=0.05)
    assert 2 * counts["audio_tower"] / 1e6 == pytest.approx(182, abs=1)


def test_the_published_layout_has_the_known_names_and_shapes() -> None:
    layout = published_layout(published_model("VideoLLaMA2-7B-16F"))
    known = {
        "model.embed_tokens.weight": (32000, 4096),
        "lm_head.weight": (32000, 4096),
        "model.layers.31.self_attn.k_proj.weight": (1024, 4096),
        "model.layers.31.mlp.up_proj.weight": (14336, 4096),
        "model.norm.weight": (4096,),
        "model.vision_tower.vision_tower.vision_model.embeddings.class_embedding": (1024,),
        "model.vision_tower.vision_tower.vision_model.embeddings.position_embedding.weight": (577, 1024),
        "model.vision_tower.vision_tower.vision_model.pre_layrnorm.weight": (1024,),
        "model.vision_tower.vision_tower.vision_model.encoder.layers.23.mlp.fc1.weight": (4096, 1024),
        "model.mm_projector.s1.b1.conv1.conv.weight": (4096, 1024, 1, 1),
        "model.mm_projector.s1.b1.se.fc1.weight": (256, 4096, 1, 1),
        "model.mm_projector.s1.b1.downsample.bn.bias": (4096,),
        "model.mm_projector.s2.b4.conv2.conv.weight": (4096, 1, 3, 3),
        "model.mm_projector.sampler.0.weight": (4096, 4096, 2, 2, 2),
        "model.mm_projector.readout.2.bias": (4096,),
    }
    assert {name: layout.get(name) for name in known} == known
    connector = [name for name in layout if ".mm_projector." in name]
    assert len(connector) == 8 * 13 + 3 + 2 + 4  # blocks, the way around the first, sampler, readout
    assert len(layout) == 3 + 32 * 9 + len(connector) + (5 + 24 * 16 + 2)


def test_every_published_configuration_is_read() -> None:
    specs = {name: VideoLlama2Config.from_dict(raw) for name, raw in PUBLISHED.items()}
    assert {name: spec.hidden_size for name, spec in specs.items()} == {
        "VideoLLaMA2-7B-16F": 4096,
        "VideoLLaMA2.1-7B-16F": 3584,
        "VideoLLaMA2.1-7B-AV": 3584,
    }
    assert specs["VideoLLaMA2.1-7B-AV"].audio is not None
