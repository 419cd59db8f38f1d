from __future__ import annotations

import json
from pathlib import Path

import pytest

from finetune.config import VisionConfig, load_config
from finetune.errors import FinetuneError
from finetune.memory import GIB, Shape, estimate
from finetune.preflight import check_disk, check_memory, choose_device, estimate_run, read_data
from finetune.tests.made import dialogue, made_file, write_jsonl
from finetune.tests.runs import tiny_config
from ml.schemas.dialogue import Split

QWEN_7B = Shape(layers=28, hidden=3584, intermediate=18944, kv_width=512, vocabulary=152064, tied=False)


def test_the_shape_of_qwen2_5_7b_has_its_published_size() -> None:
    # 7.61 billion parameters, 6.53 of them outside the embeddings (the model's card)
    assert QWEN_7B.linear_weights == pytest.approx(6.53e9, rel=0.005)
    assert QWEN_7B.linear_weights + QWEN_7B.embedding_weights == pytest.approx(7.61e9, rel=0.005)
    assert QWEN_7B.adapter_weights(16) == 40_370_176


def test_the_reference_run_is_reckoned_to_fit_a_16_gb_card() -> None:
    config = load_config("qwen2_5_7b_qlora")
    needed = estimate(config, QWEN_7B, 2)
    assert needed.total < 14.5 * GIB
    assert "= " in needed.sentence()
    plain = config.model_copy(update={"quant": config.quant.model_copy(update={"kind": "none"})})
    assert estimate(plain, QWEN_7B, 2).total > 16 * GIB


@pytest.mark.weights
def test_too_little_memory_is_told_with_the_arithmetic(tiny_model: Path, tmp_path: Path) -> None:
    config = tiny_config(tiny_model, made_file(tmp_path), "optim.batch_size=400000")
    with pytest.raises(FinetuneError, match=r"base weights.*activations.*GiB free") as caught:
        check_memory(config, "cpu")
    assert caught.value.code == "memory_too_small"


def test_the_eyes_of_a_multimodal_run_are_in_the_sum(tmp_path: Path) -> None:
    pytest.importorskip("accelerate")
    from finetune.eyes_memory import shape_of_eyes
    from ml.multimodal.videollama2.published import PUBLISHED

    (tmp_path / "config.json").write_text(json.dumps(PUBLISHED["VideoLLaMA2.1-7B-16F"]))
    eyes = shape_of_eyes(VisionConfig(path=str(tmp_path)))
    assert eyes.weights == 428_225_600 + 376_889_248, "as ml/multimodal/videollama2/README.md counts them"
    config = load_config("qwen2_5_7b_multimodal")
    with_eyes, without = estimate(config, QWEN_7B, 2, eyes), estimate(config, QWEN_7B, 2)
    assert with_eyes.total - without.total > 2 * eyes.weights
    assert "clips and what sees them" in with_eyes.sentence()
    with pytest.raises(FinetuneError, match=r"config\.json is missing") as caught:
        shape_of_eyes(VisionConfig(path=str(tmp_path / "none")))
    assert caught.value.code == "model_not_available"


@pytest.mark.weights
def test_the_arithmetic_of_a_gguf_base_converts_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("gguf")
    from finetune import base_model
    from ml.tests.real_models import models_dir

    monkeypatch.setattr(base_model, "CONVERTED", tmp_path / "bases")
    folder = models_dir("smollm2-135m") / "smollm2-135m"
    needed = estimate_run(tiny_config(folder, made_file(tmp_path)), "cpu")
    assert 0.1 * GIB < needed.base < 0.6 * GIB
    assert not (tmp_path / "bases").exists()


def test_a_missing_gpu_is_told_before_anything_is_loaded() -> None:
    torch = pytest.importorskip("torch")
    config = load_config("qwen2_5_7b_qlora")
    if torch.cuda.is_available():
        assert choose_device(config).startswith("cuda")
        return
    with pytest.raises(FinetuneError, match="CUDA GPU") as caught:
        choose_device(config)
    assert caught.value.code == "gpu_missing"


def test_a_full_disk_is_told(tmp_path: Path) -> None:
    with pytest.raises(FinetuneError, match="disk"):
        check_disk(tmp_path / "run", 1e18)


def test_a_split_without_examples_of_the_task_is_told(tmp_path: Path) -> None:
    bare = [
        item.model_copy(
            update={"utterances": [turn.model_copy(update={"emotion": None}) for turn in item.utterances]}
        )
        for item in (dialogue(1), dialogue(2, Split.VALIDATION))
    ]
    file = write_jsonl(tmp_path / "bare.jsonl", bare)
    with pytest.raises(FinetuneError, match="emotion") as caught:
        read_data(tiny_config(tmp_path, file, "data.tasks=[emotion]"))
    assert caught.value.code == "split_empty"


def test_sources_are_compared_with_each_other(tmp_path: Path) -> None:
    one = write_jsonl(tmp_path / "one.jsonl", [dialogue(1), dialogue(2, Split.VALIDATION)])
    two = write_jsonl(tmp_path / "two.jsonl", [dialogue(1, Split.VALIDATION)])
    config = tiny_config(
        tmp_path, one, f"data.sources=[{{kind: jsonl, path: {one}}}, {{kind: jsonl, path: {two}}}]"
    )
    with pytest.raises(FinetuneError, match="more than one split"):
        read_data(config)
