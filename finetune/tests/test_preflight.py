from __future__ import annotations

from pathlib import Path

import pytest

from finetune.config import load_config
from finetune.errors import FinetuneError
from finetune.memory import GIB, Shape, estimate
from finetune.preflight import check_disk, check_memory, choose_device, read_data
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
