"""The preset `light`: whole dialogues read by a labeller that withholds what it is not sure of."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from dataset.annotation.config import AnnotationConfig, ModelChoice, load_config
from dataset.annotation.labelling import DialogueLabeller
from dataset.annotation.pipeline import Summary
from dataset.tests.annotation.answers import annotating
from dataset.tests.annotation.media import make_video
from dataset.workspace import VideoFolder, write_text
from ml.labelling.heads import Head, load_heads, save_heads
from ml.labelling.light import LightLabeller
from ml.labelling.tasks import Task, labels_of
from ml.labelling.turns import embedded, read_turns
from ml.labelling.words import BUCKETS, counted
from ml.schemas.dialogue import AnnotatedDialogue
from ml.schemas.labels import Emotion, Strategy
from ml.schemas.transcript import SpeakerRole
from ml.tests.labelling.made import CLIENT, THERAPIST, WordEmbedder, made_dialogues

TURNS = [
    (SpeakerRole.CLIENT, f"well {CLIENT[1][0]}", ""),
    (SpeakerRole.THERAPIST, f"so {THERAPIST[0][0]}", ""),
    (SpeakerRole.CLIENT, f"today {CLIENT[0][0]}", ""),
]


def head(task: Task, told: Sequence[tuple[str, SpeakerRole, str]]) -> Head:
    """Weights that know which label these words of this role mean, and nothing else."""
    names = labels_of(task)
    words = np.zeros((BUCKETS, len(names)), dtype=np.float32)
    for text, role, label in told:
        words[list(counted(text, role, [])), names.index(label)] += 20
    nothing = np.zeros(len(names), dtype=np.float32)
    dense = read_turns(task, made_dialogues(1), embedded(made_dialogues(1), WordEmbedder())).dense
    return Head(
        labels=names,
        weight=np.zeros((dense.shape[1], len(names)), dtype=np.float32),
        bias=nothing,
        word_weight=words,
        word_bias=nothing,
        idf=np.ones(BUCKETS, dtype=np.float32),
        lift=np.ones((len(names), len(names)), dtype=np.float32),
    )


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A models' folder with weights that know the made dialogues' words."""
    emotions = [(text, SpeakerRole.CLIENT, emotion.value) for text, emotion in CLIENT]
    emotions += [(text, SpeakerRole.THERAPIST, Emotion.NEUTRAL.value) for text, _ in THERAPIST]
    strategies = [(text, SpeakerRole.THERAPIST, strategy.value) for text, strategy in THERAPIST]
    models = tmp_path_factory.mktemp("models")
    heads = {
        Task.EMOTION: head(Task.EMOTION, emotions),
        Task.STRATEGY: head(Task.STRATEGY, strategies),
        Task.NEXT_STRATEGY: head(Task.NEXT_STRATEGY, []),
    }
    save_heads(models / "light-labeller", heads, {})
    return models


@pytest.fixture
def unsure(trained: Path, tmp_path: Path) -> Path:
    """The same weights, sure of no emotion."""
    heads = load_heads(trained / "light-labeller")
    heads[Task.EMOTION] = replace(heads[Task.EMOTION], threshold=1.01)
    save_heads(tmp_path / "unsure" / "light-labeller", heads, {})
    return tmp_path / "unsure"


def config(models: Path) -> AnnotationConfig:
    return load_config("light", environment={"MODELS_DIR": str(models)})


def building(built: list[str]) -> Callable[[ModelChoice], Any]:
    def build(choice: ModelChoice) -> DialogueLabeller:
        built.append(choice.backend)
        return DialogueLabeller(LightLabeller(Path(choice.options["models_dir"]), embedder=WordEmbedder()))

    return build


def run(root: Path, models: Path, built: list[str]) -> tuple[Summary, dict[str, str]]:
    with annotating(root, config(models), building(built)) as (annotation, data_set):
        summary = annotation.run(data_set.workspace.videos())
        reasons = {entry.item: entry.reason for entry in data_set.manifest.entries("label")}
    return summary, reasons


def labels(folder: VideoFolder) -> AnnotatedDialogue:
    return AnnotatedDialogue.model_validate_json(folder.annotated.read_text(encoding="utf-8"))


def test_every_turn_is_labelled_from_the_whole_dialogue(trained: Path, tmp_path: Path) -> None:
    folder = make_video(tmp_path / "root", TURNS)
    built: list[str] = []
    summary, _ = run(tmp_path / "root", trained, built)
    assert (summary.turns, summary.written, summary.usd) == ({"done": 3}, 1, 0)
    found = labels(folder).utterances
    assert [turn.emotion and turn.emotion.value for turn in found] == [
        Emotion.ANGER, Emotion.NEUTRAL, Emotion.SADNESS,
    ]  # fmt: skip
    assert [turn.strategy and turn.strategy.value for turn in found] == [None, Strategy.OPEN_QUESTION, None]
    assert all(turn.emotion and turn.emotion.annotator == "light" for turn in found)
    assert all(turn.emotion and 0 < turn.emotion.confidence <= 1 for turn in found)
    assert not +summary.unlabelled

    again, _ = run(tmp_path / "root", trained, built)
    assert (again.turns, built) == ({"done": 3}, ["light"]), "nothing is read twice"


def test_what_it_is_not_sure_of_waits_for_somebody(trained: Path, unsure: Path, tmp_path: Path) -> None:
    folder = make_video(tmp_path / "root", TURNS)
    summary, reasons = run(tmp_path / "root", unsure, [])
    assert summary.turns == {"quarantined": 2, "done": 1}
    assert [reason.split(":")[0] for reason in reasons.values()] == [
        "label_withheld", "no_clip", "label_withheld",
    ]  # fmt: skip
    found = labels(folder).utterances
    assert [turn.emotion for turn in found] == [None, None, None]
    assert found[1].strategy is not None, "the label it is sure of is kept"
    assert summary.unlabelled == {"emotions": 3}

    built: list[str] = []
    other, _ = run(tmp_path / "root", trained, built)
    assert (other.turns, built) == ({"done": 3}, ["light"]), "other weights are another question"


def test_a_changed_neighbour_is_another_question(trained: Path, tmp_path: Path) -> None:
    root = tmp_path / "root"
    built: list[str] = []
    make_video(root, TURNS)
    run(root, trained, built)
    make_video(root, [*TURNS[:2], (SpeakerRole.CLIENT, CLIENT[2][0], "")])
    run(root, trained, built)
    assert built == ["light", "light"]


def test_another_language_is_told(trained: Path, tmp_path: Path) -> None:
    folder = make_video(tmp_path / "root", TURNS)
    dialogue = AnnotatedDialogue.model_validate_json(folder.dialogue.read_text(encoding="utf-8"))
    write_text(folder.dialogue, dialogue.model_copy(update={"language": "ar"}).model_dump_json() + "\n")
    summary, reasons = run(tmp_path / "root", trained, [])
    assert summary.turns == {"quarantined": 3}
    assert all(reason.startswith("language_unsupported") for reason in reasons.values())


def test_the_default_is_the_light_labeller_where_it_was_trained(
    trained: Path, tmp_path: Path, settings: Any
) -> None:
    make_video(tmp_path / "root", TURNS)

    def told(*arguments: str) -> str:
        out = io.StringIO()
        call_command("dataset_annotate", "--root", str(tmp_path / "root"), *arguments, stdout=out)
        return out.getvalue()

    settings.MODELS_DIR = trained
    assert "preset light\n" in told("--dry-run")
    settings.MODELS_DIR = tmp_path / "none"
    plain = told("--dry-run")
    assert "preset packaged; the light labeller is better: dataset_train_labeller makes it" in plain
    assert "qwen2.5-1.5b: 3 turns to ask" in plain
    with pytest.raises(CommandError, match=r"model_not_available: .*dataset_train_labeller") as caught:
        told("--preset", "light")
    assert caught.value.returncode == 2
