"""What annotates a data set: the models, their prices, the context they see.

Named presets stand in presets.yaml, prices in dataset/prices.yaml.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from decimal import Decimal
from enum import StrEnum
from pathlib import Path
from typing import Any

import yaml
from pydantic import Field, ValidationError

from dataset.annotation.labelling import light_identity, light_is_trained
from dataset.errors import StopRun
from dataset.prices import price_of
from ml.labelling.backends import LABELLERS
from ml.multimodal.backends import MULTIMODAL_MODELS
from ml.schemas.base import Record

PRESETS = Path(__file__).with_name("presets.yaml")


class AnswerForm(StrEnum):
    """What a model is asked for: labels with confidences and a rationale, or labels only."""

    FULL = "full"
    BRIEF = "brief"


class Price(Record):
    """USD for a million tokens; `clip_tokens_per_second` is what a second of video counts as."""

    usd_per_million_input_tokens: Decimal = Decimal(0)
    usd_per_million_output_tokens: Decimal = Decimal(0)
    clip_tokens_per_second: int = 0

    def usd(self, input_tokens: int, output_tokens: int) -> Decimal:
        """The cost of one call."""
        read = self.usd_per_million_input_tokens * input_tokens
        return (read + self.usd_per_million_output_tokens * output_tokens) / 1_000_000


class StatedConfidence(Record):
    """The confidence kept with labels of a model that states none itself: its accuracy as measured
    on labelled dialogues that are not in the data set."""

    emotion: float = Field(default=1.0, ge=0.0, le=1.0)
    strategy: float = Field(default=1.0, ge=0.0, le=1.0)


class ModelChoice(Record):
    """A model of `ml.llm.backends` or `ml.multimodal.backends` and how it is asked, or a labeller of
    `ml.labelling.backends`, which is not asked in words.

    `options` go to the backend's constructor; `gpu_memory_gb` is what it needs there, 0 for models
    that run without a GPU or elsewhere.
    """

    backend: str
    options: dict[str, Any] = Field(default_factory=dict)
    form: AnswerForm = AnswerForm.FULL
    max_answer_tokens: int = Field(default=512, ge=16)
    gpu_memory_gb: float = Field(default=0.0, ge=0.0)
    confidence: StatedConfidence = StatedConfidence()
    paid: bool = False

    @property
    def model(self) -> str:
        """The model's own name, for the ledger and the labels."""
        named = self.options.get("model") or self.options.get("model_path") or self.backend
        return Path(str(named)).name

    @property
    def sees(self) -> bool:
        """Whether the model takes a clip."""
        return self.backend in MULTIMODAL_MODELS.names()

    @property
    def reads_dialogues(self) -> bool:
        """Whether it is a labeller, which reads whole dialogues."""
        return self.backend in LABELLERS.names()

    @property
    def fingerprint(self) -> dict[str, Any]:
        """What decides about the answers: where a model lies or is reached does not."""
        told = {"backend", "form", "max_answer_tokens", "confidence"}
        if self.reads_dialogues:
            weights = light_identity(Path(self.options.get("models_dir", "")))
            return {
                "labeller": self.backend,
                "abstain": self.options.get("abstain", True),
                "weights": weights,
            }
        deciding = {"model", "thinking_level", "adapter_path", "frames_per_second", "with_sound"}
        kept = {name: str(value) for name, value in self.options.items() if name in deciding}
        return {"model": self.model, "options": kept, **self.model_dump(mode="json", include=told)}


class AnnotationConfig(Record):
    """One way to annotate. `video` is None where every turn goes to the text model."""

    name: str
    text: ModelChoice
    video: ModelChoice | None = None
    cue_confidence: float | None = Field(default=None, ge=0.0, le=1.0)
    """Rule cues at least this sure of a strategy come before the text model; None uses none."""
    therapist_neutral: float | None = Field(default=None, ge=0.0, le=1.0)
    """How sure the rule is that a therapist's turn is neutral, which then comes before the text
    model; None leaves therapists' emotions to the model."""
    window_turns: int = Field(default=6, ge=0)
    window_chars: int = Field(default=4000, ge=100)
    """Characters of context and turn together; the turn itself is never shortened."""
    min_clip_ms: int = Field(default=3000, ge=0)
    """A clip must be longer than this to be watched."""
    attempts: int = Field(default=5, ge=1)
    base_s: float = Field(default=1.0, ge=0.0)
    max_s: float = Field(default=60.0, ge=0.0)
    prices_file: Path | None = None

    def price(self, choice: ModelChoice) -> Price:
        """What a model costs; nothing where it runs on machines of one's own.

        Raises:
            StopRun: `price_unknown`; a budget could not be kept.
        """
        if not choice.paid:
            return Price()
        return Price.model_validate(dict(price_of(choice.backend, choice.model, self.prices_file)))


def load_config(
    preset: str,
    *,
    presets: Path = PRESETS,
    environment: Mapping[str, str] = os.environ,
    **changes: Any,
) -> AnnotationConfig:
    """A preset; `changes` that are not None replace fields of it.

    Raises:
        StopRun: `preset_unknown`, `preset_invalid`, or `setting_missing` for an environment variable
            it needs.
    """
    known = _presets_in(presets)
    if preset not in known:
        raise StopRun(f"No preset {preset!r}; known: {', '.join(sorted(known))}.", "preset_unknown")
    wanted = {**known[preset], **{name: value for name, value in changes.items() if value is not None}}
    settled = _from_environment(wanted, environment)
    try:
        return AnnotationConfig.model_validate({"name": preset, **settled})
    except ValidationError as error:
        # Values stay out of the message: keys are among them.
        places = "; ".join(f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors())
        raise StopRun(f"The preset {preset!r} is not valid: {places}.", "preset_invalid") from None


def default_preset(models_dir: Path) -> str:
    """What labels without cloud and GPU: the light labeller, the better one (benchmarks/results/labels.md),
    where it was trained; its weights cannot be handed on. Else rules and the packaged model."""
    return "light" if light_is_trained(models_dir) else "packaged"


def preset_names(presets: Path = PRESETS) -> list[str]:
    """The presets of a file, sorted."""
    return sorted(_presets_in(presets))


def _presets_in(file: Path) -> dict[str, Any]:
    try:
        found = yaml.safe_load(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        # The text of YAML's error would quote the file, which may hold keys.
        raise StopRun(f"{file.name} cannot be read ({type(error).__name__}).", "preset_invalid") from None
    if not isinstance(found, dict) or not all(isinstance(item, dict) for item in found.values()):
        raise StopRun(f"{file.name} does not map names to presets.", "preset_invalid")
    return found


def _from_environment(value: Any, environment: Mapping[str, str]) -> Any:
    """The value with every {env: NAME, default: …} replaced by what the environment says."""
    if isinstance(value, list):
        return [_from_environment(item, environment) for item in value]
    if not isinstance(value, dict):
        return value
    if "env" not in value:
        return {name: _from_environment(item, environment) for name, item in value.items()}
    found = environment.get(value["env"]) or value.get("default")
    if found is None:
        raise StopRun(f"The environment variable {value['env']} is not set.", "setting_missing")
    return found
