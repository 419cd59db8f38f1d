"""What is checked before a run costs time: device, memory, data; each fault in one clear sentence."""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass
from pathlib import Path

from finetune.base_model import compute_dtype, stated_config
from finetune.config import FinetuneConfig, SourceKind
from finetune.dialogues import of_split, read_source
from finetune.errors import FinetuneError, FinetuneErrorCode
from finetune.examples import Example, choose, examples_of
from finetune.leakage import check_leakage
from finetune.memory import GIB, MemoryEstimate, Shape, estimate
from finetune.wording import read_wording, training_examples
from ml.schemas.dialogue import AnnotatedDialogue, Split
from ml.schemas.training import TrainingExample


@dataclass(frozen=True, slots=True)
class Data:
    """The examples of a run and what was found out about its sources."""

    train: list[Example]
    validation: list[Example]
    notes: list[str]


def read_data(config: FinetuneConfig) -> Data:
    """Read, check and choose the examples.

    Raises:
        FinetuneError: data_invalid, label_unknown, split_empty or split_leaks.
    """
    dialogues: list[AnnotatedDialogue] = []
    signed: list[TrainingExample] = []
    notes: list[str] = []
    for source in config.data.sources:
        if source.kind is SourceKind.WORDING:
            sentences = read_wording(Path(source.path))
            notes.append(f"wording {Path(source.path).name}: {len(sentences)} signed sentences.")
            signed.extend(sentences)
            continue
        found = read_source(source)
        shared = check_leakage(found, own=source.own)
        notes.append(f"{source.kind.value} {Path(source.path).name}: {shared.sentence()}")
        dialogues.extend(found)
    check_leakage(dialogues, own=False)
    train = _examples(dialogues, signed, Split.TRAIN, config)
    validation = _examples(dialogues, signed, Split.VALIDATION, config)
    return Data(
        train=choose(train, config.data.max_examples, config.seed),
        validation=choose(validation, config.data.max_eval_examples, config.seed),
        notes=notes,
    )


def _examples(
    dialogues: list[AnnotatedDialogue],
    signed: list[TrainingExample],
    split: Split,
    config: FinetuneConfig,
) -> list[Example]:
    found = training_examples(signed, split)
    if dialogues:
        found += examples_of(of_split(dialogues, split), config.data)
    if not found:
        tasks = ", ".join(config.data.tasks)
        raise FinetuneError(
            FinetuneErrorCode.SPLIT_EMPTY,
            f"The split {split.value!r} has no example of the tasks: {tasks}.",
        )
    return found


def choose_device(config: FinetuneConfig) -> str:
    """ "cuda:<local rank>" or "cpu".

    Raises:
        FinetuneError: gpu_missing: the configuration needs a GPU and there is none.
    """
    import torch

    if torch.cuda.is_available():
        return f"cuda:{int(os.environ.get('LOCAL_RANK', '0'))}"
    if config.require_gpu:
        raise FinetuneError(
            FinetuneErrorCode.GPU_MISSING,
            f"The configuration {config.name!r} needs a CUDA GPU and torch finds none. For a trial on the "
            "CPU take tiny_cpu, or set require_gpu=false.",
        )
    return "cpu"


def check_memory(config: FinetuneConfig, device: str) -> MemoryEstimate:
    """What the run will hold, compared with what the device has free.

    Raises:
        FinetuneError: memory_too_small, with the arithmetic; model_not_available.
    """
    needed = estimate_run(config, device)
    free = free_memory(device)
    if needed.total > free:
        raise FinetuneError(
            FinetuneErrorCode.MEMORY_TOO_SMALL,
            f"This run needs about {needed.sentence()}; {device} has {free / GIB:.1f} GiB free. "
            "Less: optim.batch_size, sequence.max_tokens, gradient_checkpointing, quant.kind=nf4.",
        )
    return needed


def estimate_run(config: FinetuneConfig, device: str) -> MemoryEstimate:
    """The arithmetic alone.

    Raises:
        FinetuneError: model_not_available: the model states no shape.
    """
    try:
        shape = Shape.of(stated_config(config.model.path, config.model.revision))
    except (OSError, ValueError, AttributeError) as error:
        raise FinetuneError(
            FinetuneErrorCode.MODEL_NOT_AVAILABLE,
            f"The base model {config.model.path} is no folder here, cannot be had from the hub, or states no "
            "shape.",
        ) from error
    eyes = None
    if config.vision is not None:
        from finetune.eyes_memory import shape_of_eyes

        eyes = shape_of_eyes(config.vision)
    return estimate(config, shape, compute_dtype(config.model, device).itemsize, eyes)


def free_memory(device: str) -> int:
    """Bytes that are free on the device; on a CPU what the kernel calls available."""
    if device.startswith("cuda"):
        import torch

        return int(torch.cuda.mem_get_info(device)[0])
    import psutil

    return int(psutil.virtual_memory().available)


def check_disk(folder: Path, needed: float) -> None:
    """Room for the checkpoints.

    Raises:
        FinetuneError: disk_full.
    """
    existing = next(parent for parent in (folder, *folder.absolute().parents) if parent.exists())
    free = shutil.disk_usage(existing).free
    if free < needed:
        raise FinetuneError(
            FinetuneErrorCode.DISK_FULL,
            f"The checkpoints need {needed / GIB:.2f} GiB of disk and {free / GIB:.2f} GiB are free.",
        )
