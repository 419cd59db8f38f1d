"""The card that travels with an adapter: what it is, what it learnt from, what it must not be used for."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from finetune.config import FinetuneConfig


def write_card(
    path: Path,
    config: FinetuneConfig,
    *,
    data: Mapping[str, Any],
    environment: Mapping[str, Any],
    metrics: Mapping[str, Any],
) -> None:
    """Write the card of a finished run as Markdown with the hub's header."""
    path.write_text(_card(config, data, environment, metrics), encoding="utf-8")


def _card(
    config: FinetuneConfig,
    data: Mapping[str, Any],
    environment: Mapping[str, Any],
    metrics: Mapping[str, Any],
) -> str:
    optim, lora, sequence = config.optim, config.lora, config.sequence
    quant = "NF4, double quantization" if config.quant.kind == "nf4" else "none"
    licences = "; ".join(data["licences"]) or "none stated"
    base = Path(config.model.path).name if Path(config.model.path).is_absolute() else config.model.path
    header = f"---\nlibrary_name: peft\nbase_model: {json.dumps(base)}\ntags: [lora, therapy]\n---\n"
    packages = ", ".join(f"{name} {number}" for name, number in environment["packages"].items())
    return f"""{header}
# {config.name}

A LoRA adapter for {base}, trained on conversations of counselling sessions. Research only: it is no
medical device, it has not been tested with clients, and no answer of it may reach a client unread by a
clinician. It can miss risk statements.

## Training
| | |
|---|---|
| base weights | {quant} |
| adapter | rank {lora.rank}, alpha {lora.alpha}, dropout {lora.dropout}, on {lora.target_modules} |
| optimizer | {optim.name}, learning rate {optim.learning_rate} |
| schedule | {optim.schedule}, {optim.warmup_steps} warm-up steps |
| batch | {optim.batch_size} x {optim.gradient_accumulation}, {optim.max_steps} steps |
| sequence | {sequence.max_tokens} tokens, packing {"on" if sequence.packing else "off"} |
| seed | {config.seed} |
| code | {environment["git_revision"]} |
| packages | {packages} |

Loss is counted on the assistant's turns only, by the model's own chat template.

## Data
{data["train_examples"]} training and {data["validation_examples"]} validation examples
({_counts(data["train_tasks"])}; from {_counts(data["train_datasets"])}).
Licences as stated by the sources: {licences}.
sha256 of the training examples: `{data["examples_sha256"]}`.
{"".join(f"- {note}{chr(10)}" for note in data["notes"])}
## Figures
{"".join(f"- {name}: {_number(value)}{chr(10)}" for name, value in metrics.items())}"""


def _counts(table: Mapping[str, int]) -> str:
    return ", ".join(f"{name} {count}" for name, count in table.items())


def _number(value: Any) -> str:
    return f"{value:.4g}" if isinstance(value, float) else str(value)
