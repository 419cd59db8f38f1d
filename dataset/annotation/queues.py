"""Work grouped by model, and one model in memory at a time."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from dataset.annotation.config import AnnotationConfig, ModelChoice
from dataset.annotation.jobs import Job
from dataset.annotation.labelling import DialogueLabeller
from dataset.annotation.routing import ModelKind
from ml.labelling.backends import LABELLERS
from ml.llm.backends import build_chat_model
from ml.multimodal.backends import build_multimodal_model

logger = logging.getLogger(__name__)


def build_model(choice: ModelChoice) -> Any:
    """The backend of a choice, from whichever registry has it."""
    if choice.reads_dialogues:
        return DialogueLabeller(LABELLERS.build(choice.backend, **_paths(choice.options)))
    build = build_multimodal_model if choice.sees else build_chat_model
    return build(choice.backend, **choice.options)


def _paths(options: dict[str, Any]) -> dict[str, Any]:
    return {name: Path(value) if name == "models_dir" else value for name, value in options.items()}


def choice_for(job: Job, config: AnnotationConfig) -> ModelChoice:
    """The model that a job's route means."""
    return config.video if job.route.kind is ModelKind.VIDEO and config.video else config.text


def by_model(jobs: Iterable[Job], config: AnnotationConfig) -> list[tuple[ModelChoice, list[Job]]]:
    """The jobs of each model, models that watch first; a model that does both has one queue."""
    queues: list[tuple[ModelChoice, list[Job]]] = []
    ordered = sorted(jobs, key=lambda job: job.route.kind is not ModelKind.VIDEO)
    for job in ordered:
        choice = choice_for(job, config)
        queue = next((waiting for known, waiting in queues if known == choice), None)
        if queue is None:
            queues.append((choice, [job]))
        else:
            queue.append(job)
    return queues


class ModelSlot:
    """Room for one model: loaded when first needed, gone before the next one loads.

    `loads` counts, so that a run can say that each model was loaded once.
    """

    def __init__(self, build: Callable[[ModelChoice], Any] = build_model) -> None:
        self.loads: list[str] = []
        self._build = build
        self._choice: ModelChoice | None = None
        self._model: Any = None

    def model(self, choice: ModelChoice) -> Any:
        """The choice's model."""
        if self._model is None or self._choice != choice:
            self.close()
            self._model = self._build(choice)
            self._choice = choice
            self.loads.append(choice.model)
            logger.info("model %s is loaded", choice.model)
        return self._model

    def __enter__(self) -> ModelSlot:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Unload what is loaded."""
        model, self._model, self._choice = self._model, None, None
        if model is None:
            return
        model.close()
        del model
        _free_gpu_memory()


def _free_gpu_memory() -> None:
    import gc
    import sys

    gc.collect()
    torch = sys.modules.get("torch")  # a process without torch holds no memory of it
    if torch is not None and torch.cuda.is_available():
        torch.cuda.empty_cache()
