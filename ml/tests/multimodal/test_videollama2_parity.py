"""The reference's numbers, and what the parity command says of folders that are not as they should be."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from safetensors.torch import save_file

from ml.multimodal.videollama2.media import Medium
from ml.multimodal.videollama2.model import VideoLlama2Model
from ml.multimodal.videollama2.parity.__main__ import all_rows, main
from ml.multimodal.videollama2.stc_connector import Connector
from ml.tests.multimodal.tiny_videollama2 import config, published_tensors, random_model
from ml.tests.real_models import ROOT

SHARED = ROOT.parent / "shared" / "parity"


@pytest.fixture
def shared() -> Path:
    if not SHARED.is_dir():
        pytest.skip("reference numbers not on this machine: ../shared/parity")
    return SHARED


@pytest.mark.shared
def test_every_reference_number_is_met(shared: Path) -> None:
    rows = all_rows(shared)
    assert [row for row in rows if row.verdict == "FAIL"] == []
    checked = {(row.name.split()[0], row.what) for row in rows if row.verdict == "pass"}
    for part, what in (
        ("preprocess", "pixels"),
        ("connectors", "output"),
        ("fbank", "filterbank"),
        ("beats", "features"),
        ("full_mistral_clip_stc", "logits"),
        ("full_qwen2_siglip_v35", "greedy tokens"),
    ):
        assert (part, what) in checked


@pytest.mark.shared
def test_a_changed_number_is_a_miss(shared: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("fbank.npz", "frame_sample.npz", "beats.npz", "beats.safetensors", "meta.json"):
        shutil.copyfile(shared / name, tmp_path / name)
    assert main([str(tmp_path)]) == 0
    capsys.readouterr()
    arrays: dict[str, Any] = dict(np.load(tmp_path / "beats.npz"))
    arrays["features"] = arrays["features"] + 0.01
    np.savez(tmp_path / "beats.npz", **arrays)
    assert main([str(tmp_path)]) == 1
    missed = [line for line in capsys.readouterr().out.splitlines() if line.endswith("FAIL")]
    assert len(missed) == 1
    assert missed[0].split() == ["beats", "features", "1.0e-02", "1.0e-03", "FAIL"]


@pytest.mark.shared
def test_beats_needs_no_stated_shape_but_its_distances(shared: Path, tmp_path: Path) -> None:
    for name in ("beats.npz", "beats.safetensors"):
        shutil.copyfile(shared / name, tmp_path / name)
    stated = {"cases": {"beats": {"cfg": {"max_distance": 64}}}}
    (tmp_path / "meta.json").write_text(json.dumps(stated))
    assert main([str(tmp_path)]) == 0


def write_fixtures(folder: Path, model: VideoLlama2Model, raw: dict[str, object]) -> None:
    """A folder of fixtures from our own model: other shapes and names than the shared ones."""
    tensors = published_tensors(model)
    save_file(
        {name: tensor.contiguous() for name, tensor in tensors.items()}, str(folder / "full_own.safetensors")
    )
    (folder / "full_own.config.json").write_text(json.dumps(raw))
    torch.manual_seed(9)
    video, video2 = torch.randn(4, 3, 70, 70), torch.randn(4, 3, 70, 70)
    ids = torch.tensor([[1, -201, 5, -201], [1, 5, 6, 0]])
    mask = torch.tensor([[1, 1, 1, 1], [1, 1, 1, 0]])
    labels = ids.masked_fill(mask == 0, -100)
    clips = [Medium("video", pixels=video), Medium("video", pixels=video2)]
    batch = [*clips, None]
    with torch.no_grad():
        merged = model.merge(ids, attention_mask=mask, labels=labels, media=batch)
        output = model(ids, mask, labels, batch)
        single = model(ids[:1], media=clips).logits
    arrays: dict[str, Any] = {
        "video": video,
        "video2": video2,
        "e.input_ids": ids,
        "e.attention_mask": mask,
        "e.labels": labels,
        "e.merged_mask": merged.attention_mask,
        "e.merged_embeds": merged.embeddings,
        "e.merged_labels": merged.labels,
        "e.logits": output.logits,
        "e.loss": output.loss,
        "e.generated": model.generate(ids, mask, batch, max_new_tokens=5, do_sample=False),
        "single.input_ids": ids[:1],
        "single.logits": single,
    }
    packed: dict[str, Any] = {name: np.asarray(value) for name, value in arrays.items()}
    np.savez(folder / "full_own.npz", **packed)


@pytest.fixture
def own(tmp_path: Path) -> Path:
    write_fixtures(tmp_path, random_model(tmp_path, config()), config())
    return tmp_path


def test_a_folder_of_other_shapes_is_checked_whole(own: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(own)]) == 0
    out = capsys.readouterr().out
    assert "7 compared, 0 missed." in out
    assert "full_own e" in out


def test_a_clip_that_is_not_in_the_folder_limits_what_is_compared(own: Path) -> None:
    arrays: dict[str, Any] = dict(np.load(own / "full_own.npz"))
    del arrays["video2"]
    arrays["surprise"] = np.zeros(1)
    np.savez(own / "full_own.npz", **arrays)
    rows = {row.name: row for row in all_rows(own)}
    assert rows["full_own single"].verdict == "pass"
    assert rows["full_own single"].what.startswith("logits before clip 2")
    assert rows["full_own e"].verdict == "FAIL"
    assert rows["full_own surprise"].verdict == "skip"


def test_missing_or_damaged_companions_are_misses_not_stack_traces(own: Path) -> None:
    weights = own / "full_own.safetensors"
    whole = weights.read_bytes()
    weights.write_bytes(whole[:500])
    assert [row.verdict for row in all_rows(own)] == ["FAIL"]
    assert "full_own.safetensors is damaged" in all_rows(own)[0].what
    weights.unlink()
    assert "full_own.safetensors is missing" in all_rows(own)[0].what
    weights.write_bytes(whole)
    (own / "full_own.config.json").unlink()
    assert "full_own.config.json is missing" in all_rows(own)[0].what
    (own / "full_own.npz").write_bytes(b"PK broken")
    (own / "full_own.config.json").write_text(json.dumps(config()))
    assert [row.verdict for row in all_rows(own)] == ["FAIL"]
    assert main([str(own)]) == 1


def test_connectors_take_their_own_weights_where_there_are_some(tmp_path: Path) -> None:
    torch.manual_seed(4)
    features = torch.randn(1, 4, 9, 6)
    arrays: dict[str, Any] = {}
    for kind, width in (("stc_connector", 8), ("stc_connector_v35", 8), ("spatial_conv", 6)):
        connector = Connector(kind, 6, width)
        save_file(connector.state_dict(), str(tmp_path / f"{kind}.safetensors"))
        with torch.no_grad():
            arrays |= {f"{kind}.input": features, f"{kind}.output": connector(features)}
    np.savez(tmp_path / "connectors.npz", **{name: value.numpy() for name, value in arrays.items()})
    assert [row.verdict for row in all_rows(tmp_path)] == ["pass"] * 3
    (tmp_path / "spatial_conv.safetensors").unlink()
    assert sorted(row.verdict for row in all_rows(tmp_path)) == ["pass", "pass", "skip"]

    keys = {
        name: list(tensor.shape) for name, tensor in Connector("stc_connector", 6, 8).state_dict().items()
    }
    (tmp_path / "meta.json").write_text(json.dumps({"cases": {"stc_connector": {"keys": keys}}}))
    assert [row.verdict for row in all_rows(tmp_path)].count("pass") == 3
    keys["readout.2.bias"] = [9]
    (tmp_path / "meta.json").write_text(json.dumps({"cases": {"stc_connector": {"keys": keys}}}))
    assert [row.what for row in all_rows(tmp_path) if row.verdict == "FAIL"] == [
        "names and shapes of weights in meta.json: readout.2.bias differ"
    ]


def test_not_a_number_and_another_shape_are_misses(own: Path) -> None:
    arrays: dict[str, Any] = dict(np.load(own / "full_own.npz"))
    arrays["e.logits"] = np.full_like(arrays["e.logits"], np.nan)
    arrays["e.merged_mask"] = arrays["e.merged_mask"][:, :-1]
    np.savez(own / "full_own.npz", **arrays)
    missed = [row.what for row in all_rows(own) if row.verdict == "FAIL"]
    assert len(missed) == 2
    assert "logits" in missed
    assert any(what.startswith("merged mask: shape") for what in missed)


def test_a_folder_with_nothing_to_check_is_told_apart(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([str(tmp_path)]) == 2
    assert main([str(tmp_path / "absent")]) == 2
    assert "is no folder" in capsys.readouterr().err
