from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from finetune.config import CONFIGS, Task, load_config
from finetune.errors import FinetuneError

SHIPPED = sorted(path.stem for path in CONFIGS.glob("*.yaml"))


@pytest.mark.parametrize("name", SHIPPED)
def test_every_shipped_configuration_is_valid(name: str) -> None:
    config = load_config(name)
    assert config.require_gpu is (name != "tiny_cpu")


def test_the_reference_run_has_the_published_numbers() -> None:
    config = load_config("qwen2_5_7b_qlora")
    assert (config.quant.kind, config.quant.double_quant) == ("nf4", True)
    assert (config.lora.rank, config.lora.alpha) == (16, 16)
    assert (config.optim.name, config.optim.learning_rate) == ("adamw_8bit", 2e-4)
    assert (config.optim.batch_size, config.optim.gradient_accumulation, config.optim.max_steps) == (
        2,
        4,
        166,
    )
    assert (config.sequence.max_tokens, config.sequence.packing) == (2048, False)
    assert config.data.max_examples == 1329
    assert load_config("qwen2_5_7b_qlora_packed").sequence.packing


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ("optim.learning_rte=1", "optim.learning_rte"),
        ("lora.rank=0", "lora.rank"),
        ("data.tasks=[guess]", "data.tasks.0"),
        ("model=3", "model"),
        ("data.sources.7.path=x", "data.sources.7"),
        ("nonsense", "nonsense"),
    ],
)
def test_an_unknown_key_or_wrong_value_is_named(change: str, named: str) -> None:
    with pytest.raises(FinetuneError, match=named) as caught:
        load_config("tiny_cpu", [change])
    assert caught.value.code == "config_invalid"


def test_overrides_reach_into_lists_and_tables() -> None:
    config = load_config("tiny_cpu", ["data.sources.0.path=here.csv", "data.tasks=[response]", "seed=7"])
    assert config.data.sources[0].path == "here.csv"
    assert config.data.tasks == [Task.RESPONSE]
    assert config.seed == 7


@pytest.mark.parametrize("text", ["a: [", "just words", "- a list"])
def test_a_file_that_is_no_table_is_refused(tmp_path: Path, text: str) -> None:
    file = tmp_path / "odd.yaml"
    file.write_text(text)
    with pytest.raises(FinetuneError, match=r"odd\.yaml"):
        load_config(file)


def test_clips_cannot_be_packed(tmp_path: Path) -> None:
    raw = yaml.safe_load((CONFIGS / "tiny_cpu.yaml").read_text())
    raw["vision"] = {"path": "somewhere"}
    raw["sequence"]["packing"] = True
    file = tmp_path / "clips.yaml"
    file.write_text(yaml.safe_dump(raw))
    with pytest.raises(FinetuneError, match="packed"):
        load_config(file)


def test_an_unknown_name_lists_the_known_ones() -> None:
    with pytest.raises(FinetuneError, match="tiny_cpu"):
        load_config("no_such")
