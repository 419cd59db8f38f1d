"""A tiny Qwen2 with the real tokenizer, and quiet, single-threaded torch: tests share two cores."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from finetune.run_folder import RunFolder
from finetune.tests.made import made_file
from finetune.tests.runs import Watch, tiny_config
from ml.tests.real_models import models_dir
from ml.weights.store import WeightStore

HAS_TORCH = all(find_spec(name) for name in ("torch", "transformers", "trl", "peft", "bitsandbytes"))
SHARED_MESC = Path(__file__).resolve().parents[3] / "shared" / "data" / "mesc_train_val.csv"

THEIRS = (
    # peft asks transformers by a name that it has given up
    "ignore:`is_gradient_checkpointing` is deprecated:FutureWarning",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What other libraries do in these tests' calls is not ours to mend."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            for one in THEIRS:
                item.add_marker(pytest.mark.filterwarnings(one))


@pytest.fixture(scope="session", autouse=True)
def _no_hub() -> Iterator[None]:
    """Models come from folders; nothing asks a hub unless a test starts one."""
    before = os.environ.get("HF_HUB_OFFLINE")
    os.environ["HF_HUB_OFFLINE"] = "1"
    if HAS_TORCH:
        import torch

        torch.set_num_threads(1)
    yield
    if before is None:
        del os.environ["HF_HUB_OFFLINE"]
    else:
        os.environ["HF_HUB_OFFLINE"] = before


@pytest.fixture(scope="session")
def tokenizer() -> Any:
    """The Qwen2.5 tokenizer and chat template, read from the packaged GGUF."""
    if not HAS_TORCH:
        pytest.skip("torch and the training packages are not installed (workbench)")
    from transformers import AutoTokenizer

    # both files hold the same tokenizer and template; `make test` gets the second
    root = models_dir()
    name = "qwen2.5-0.5b" if WeightStore(root).has("qwen2.5-0.5b") else "qwen2.5-1.5b"
    folder = models_dir(name) / name
    return AutoTokenizer.from_pretrained(str(folder), gguf_file="model.gguf")


@pytest.fixture(scope="session")
def tiny_model(tokenizer: Any, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a Qwen2 of two layers, random weights and the real tokenizer."""
    import torch
    from transformers import Qwen2Config, Qwen2ForCausalLM

    folder = tmp_path_factory.mktemp("models") / "tiny-qwen2"
    torch.manual_seed(0)
    config = Qwen2Config(
        vocab_size=len(tokenizer), hidden_size=64, intermediate_size=128, num_hidden_layers=2,
        num_attention_heads=4, num_key_value_heads=2, tie_word_embeddings=True, max_position_embeddings=4096,
        bos_token_id=None, eos_token_id=tokenizer.eos_token_id, pad_token_id=tokenizer.pad_token_id,
    )  # fmt: skip
    Qwen2ForCausalLM(config).save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder


@dataclass
class Trained:
    folder: RunFolder
    metrics: dict[str, Any]
    watch: Any
    said: list[str]


@pytest.fixture(scope="session")
def trained(tiny_model: Path, tmp_path_factory: pytest.TempPathFactory) -> Trained:
    """166 updates on a slice of MESC where it is at hand, else on made up dialogues."""
    root = tmp_path_factory.mktemp("trained")
    size = (
        "optim.max_steps=166",
        "optim.gradient_accumulation=1",
        "data.max_examples=332",
        "optim.learning_rate=5.0e-3",
    )
    if SHARED_MESC.exists():
        config = tiny_config(tiny_model, SHARED_MESC, *size, kind="mesc")
    else:
        config = tiny_config(tiny_model, made_file(root, train=60), *size)
    from finetune.train import train

    watch, said = Watch(), list[str]()
    result = train(config, root / "run", say=said.append, callbacks=[watch])
    return Trained(result.folder, result.metrics, watch, said)
