"""Answers that depend on the question, so that two runs can be compared; and annotations to run."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path
from typing import Any

from google.oauth2.credentials import Credentials

from dataset.annotation.config import AnnotationConfig, ModelChoice, load_config
from dataset.annotation.pipeline import Annotation
from dataset.annotation.queues import ModelSlot
from dataset.ledger import Ledger
from dataset.manifest import Manifest
from dataset.rooms import DataSet
from dataset.workspace import Workspace
from ml.multimodal.gemini import Gemini
from ml.schemas.labels import Emotion, Strategy
from ml.tests.multimodal.gemini_stand_in import Reply, user_text

ENVIRONMENT = {"PROJECT_ID": "p", "LOCATION": "europe-west1", "MODEL_NAME": "gemini-3.8-flash"}


def good_answer(body: dict[str, Any]) -> Reply:
    """Labels that follow from the words of the question alone."""
    number = sum(user_text(body).encode())
    emotion = list(Emotion)[number % 7].value
    strategy = list(Strategy)[number % 10].value
    fields = f'"emotion": "{emotion}", "emotion_confidence": 0.7, "rationale": "scripted"'
    if "strategy" in body["generationConfig"]["responseSchema"]["properties"]:
        fields += f', "strategy": "{strategy}", "strategy_confidence": 0.6'
    return Reply(f"{{{fields}}}")


def gemini_config(**changes: Any) -> AnnotationConfig:
    """The preset for Gemini, with short pauses."""
    return load_config("gemini", environment=ENVIRONMENT, **{"attempts": 3, "base_s": 0.01, **changes})


def gemini_at(url: str, timeout_s: float = 5.0) -> Callable[[ModelChoice], Gemini]:
    """Builds the real client for a server at this address."""

    def build(choice: ModelChoice) -> Gemini:
        options = {**choice.options, "base_url": url, "timeout_s": timeout_s}
        return Gemini(credentials=Credentials(token="t"), **options)

    return build


@contextmanager
def annotating(
    root: Path,
    config: AnnotationConfig,
    build: Callable[[ModelChoice], Any],
    *,
    budget_usd: Decimal | None = None,
    sleep: Callable[[float], None] = lambda seconds: None,
) -> Iterator[tuple[Annotation, DataSet]]:
    """An annotation of a local data set."""
    workspace = Workspace(root)
    with (
        Manifest(workspace.database) as manifest,
        Ledger(workspace.database, budget_usd) as ledger,
        ModelSlot(build) as slot,
    ):
        data_set = DataSet(workspace, manifest, ledger)
        yield Annotation(data_set, config, slot, sleep=sleep), data_set


def main(root: str, url: str) -> None:
    """Annotate everything and say each turn's end: the process that tests kill."""
    with annotating(Path(root), gemini_config(), gemini_at(url), sleep=time.sleep) as (annotation, data_set):
        annotation.run(data_set.workspace.videos(), watch=lambda entry: print(entry.item, flush=True))  # noqa: T201


if __name__ == "__main__":
    main(*sys.argv[1:])
