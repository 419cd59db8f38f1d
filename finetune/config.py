"""What one training run is: records read from a YAML file, where an unknown key is an error."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, ValidationError, model_validator

from finetune.errors import FinetuneError, FinetuneErrorCode
from ml.schemas.base import Record

CONFIGS = Path(__file__).parent / "configs"
"""The configurations that come with this package."""


class Task(StrEnum):
    """What a training example asks of the model."""

    RESPONSE = "response"
    """Write the therapist's next turn."""
    EMOTION = "emotion"
    """Name the emotion of a client's turn that is seen."""
    STRATEGY = "strategy"
    """Name the strategy of a therapist's turn that is seen (labelling)."""
    NEXT_STRATEGY = "next_strategy"
    """Name the strategy the therapist should take next, before the turn is seen (prediction)."""
    WORDING = "wording"
    """Word a quote as the platform asks for it; learnt from `wording` sources alone."""


class SourceKind(StrEnum):
    """Where dialogues are read from."""

    DATASET_DICT = "dataset_dict"
    """A folder that dataset_publish left (or that `DatasetDict.save_to_disk` wrote of the same tables)."""
    JSONL = "jsonl"
    """One AnnotatedDialogue per line."""
    WORDING = "wording"
    """The wording.jsonl that `export_training_set` wrote: signed sentences instead of dialogues."""
    MESC = "mesc"
    ESCONV = "esconv"
    ANNOMI = "annomi"


class ModelConfig(Record):
    """The base model: a folder with weights, a folder with one GGUF file, or a hub name."""

    path: str
    revision: str | None = None
    dtype: Literal["auto", "bfloat16", "float32"] = "auto"
    """auto: bfloat16 where the device computes it, else float32."""
    attention: Literal["auto", "sdpa", "eager", "flash_attention_2"] = "auto"


class QuantConfig(Record):
    """How the frozen base is stored. NF4 with double quantization is QLoRA's (arXiv 2305.14314)."""

    kind: Literal["none", "nf4"] = "nf4"
    double_quant: bool = True


class LoraOptions(Record):
    """The adapter: rank, scale and the modules that get one."""

    rank: int = Field(default=16, ge=1)
    alpha: int = Field(default=16, ge=1)
    dropout: float = Field(default=0.0, ge=0.0, lt=1.0)
    target_modules: Literal["all-linear"] | list[str] = "all-linear"


class OptimConfig(Record):
    """The optimizer and its schedule; `max_steps` counts updates, not micro-batches."""

    name: Literal["adamw_8bit", "adamw_torch"] = "adamw_8bit"
    learning_rate: float = Field(default=2e-4, gt=0)
    batch_size: int = Field(default=2, ge=1)
    gradient_accumulation: int = Field(default=4, ge=1)
    max_steps: int = Field(ge=1)
    warmup_steps: int = Field(default=5, ge=0)
    weight_decay: float = Field(default=0.01, ge=0)
    max_grad_norm: float = Field(default=1.0, gt=0)
    schedule: Literal["linear", "cosine", "constant_with_warmup"] = "linear"


class SequenceConfig(Record):
    """Length and layout of what the model reads."""

    max_tokens: int = Field(default=2048, ge=16)
    packing: bool = False
    """Several examples in one sequence, each attending only to itself."""
    gradient_checkpointing: bool = True


class DataSource(Record):
    """One file or folder of dialogues; `sha256` where it must be exactly that file."""

    kind: SourceKind
    path: str
    own: bool = False
    """Our own recordings: source videos shared between splits are refused, not only reported."""
    sha256: str | None = None


class DataConfig(Record):
    """Which dialogues, which tasks, how much of them."""

    sources: list[DataSource] = Field(min_length=1)
    tasks: list[Task] = Field(default=[Task.RESPONSE], min_length=1)
    context_turns: int = Field(default=6, ge=0)
    """Turns before the one in question; older ones are left out."""
    max_examples: int | None = Field(default=None, ge=1)
    """A seeded choice of this many training examples; None takes all."""
    max_eval_examples: int | None = Field(default=200, ge=1)
    clip_root: str | None = None
    """The folder that the clips' paths start at; None trains on text only."""


class VisionConfig(Record):
    """The frozen eyes of a multimodal run.

    `path` is a VideoLLaMA2 checkpoint whose connector has the language model's width (for Qwen2.5-7B
    that of VideoLLaMA2.1-7B-16F); `tower` the folder of its vision tower, where it holds none.
    `clip_tokens` of sequence.max_tokens are left for the clip.
    """

    path: str
    tower: str | None = None
    clip_tokens: int = Field(default=2048, ge=1)


class ParallelConfig(Record):
    """Several GPUs: started by torchrun or accelerate launch, described here."""

    strategy: Literal["none", "ddp", "fsdp"] = "none"


class LoggingConfig(Record):
    """How often something is written; checkpoints hold all that an exact resume needs."""

    log_every: int = Field(default=1, ge=1)
    evaluate_every: int | None = Field(default=None, ge=1)
    checkpoint_every: int = Field(default=50, ge=1)
    keep_checkpoints: int = Field(default=2, ge=1)


class FinetuneConfig(Record):
    """A whole run. `require_gpu` stops a 7B run that would take weeks on a CPU before it starts."""

    name: str = Field(pattern=r"^[a-z0-9][a-z0-9._-]*$")
    seed: int = 0
    require_gpu: bool = True
    threads: int | None = Field(default=None, ge=1)
    """CPU threads; None leaves it to torch. A tiny model is fastest on one."""
    model: ModelConfig
    quant: QuantConfig = QuantConfig()
    lora: LoraOptions = LoraOptions()
    optim: OptimConfig
    sequence: SequenceConfig = SequenceConfig()
    data: DataConfig
    vision: VisionConfig | None = None
    parallel: ParallelConfig = ParallelConfig()
    logging: LoggingConfig = LoggingConfig()

    @model_validator(mode="after")
    def _parts_agree(self) -> FinetuneConfig:
        if self.vision is not None and self.sequence.packing:
            raise ValueError("clips cannot be packed: set sequence.packing to false")
        if self.vision is not None and self.data.clip_root is None:
            raise ValueError("a multimodal run needs data.clip_root")
        if self.vision is not None and self.vision.clip_tokens >= self.sequence.max_tokens:
            raise ValueError("sequence.max_tokens leaves no room beside vision.clip_tokens")
        return self


def load_config(path: str | Path, overrides: Sequence[str] = ()) -> FinetuneConfig:
    """The configuration of a file, or of a name in `CONFIGS`, with ``key.key=value`` on top.

    Raises:
        FinetuneError: config_invalid: no such file, not YAML, an unknown key or a wrong value; the
            message names the keys.
    """
    import yaml

    file = _file_of(path)
    try:
        raw = yaml.safe_load(file.read_text(encoding="utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise _invalid(f"{file.name} is not YAML.") from error
    if not isinstance(raw, dict):
        raise _invalid(f"{file.name} is not a table of keys.")
    for override in overrides:
        _apply(raw, override)
    try:
        return FinetuneConfig.model_validate(raw)
    except ValidationError as error:
        faults = "; ".join(f"{'.'.join(map(str, e['loc'])) or 'file'}: {e['msg']}" for e in error.errors())
        raise _invalid(f"{file.name}: {faults}.") from None


def _file_of(path: str | Path) -> Path:
    for candidate in (Path(path), CONFIGS / str(path), CONFIGS / f"{path}.yaml"):
        if candidate.is_file():
            return candidate
    known = ", ".join(sorted(file.stem for file in CONFIGS.glob("*.yaml")))
    raise _invalid(f"There is no configuration {str(path)!r}; known: {known}.")


def _apply(raw: dict[str, Any], override: str) -> None:
    import yaml

    key, sign, value = override.partition("=")
    if not sign or not key:
        raise _invalid(f"An override reads key.key=value, not {override!r}.")
    try:
        given = yaml.safe_load(value)
    except yaml.YAMLError:
        raise _invalid(f"The value of {key} is not YAML: {value!r}.") from None
    *parents, last = key.split(".")
    table: Any = raw
    for parent in parents:
        table = _inside(table, parent)
    if isinstance(table, list) and last.isdigit() and int(last) < len(table):
        table[int(last)] = given
    elif isinstance(table, dict):
        table[last] = given
    else:
        raise _invalid(f"There is no table {'.'.join(parents)!r} to set {last!r} in.")


def _inside(table: Any, name: str) -> Any:
    if isinstance(table, dict):
        return table.setdefault(name, {})
    if isinstance(table, list) and name.isdigit() and int(name) < len(table):
        return table[int(name)]
    return None


def _invalid(message: str) -> FinetuneError:
    return FinetuneError(FinetuneErrorCode.CONFIG_INVALID, message)
