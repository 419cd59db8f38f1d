"""The light labeller: trained, kept in a folder, read back with numpy alone."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from ml.errors import BackendNotInstalled
from ml.labelling.heads import ARRAYS, FACTS, load_heads, save_heads
from ml.labelling.light import LightLabeller
from ml.labelling.tasks import Task, at_places, labelled, labels_of, reference_items
from ml.schemas.dialogue import AnnotatedDialogue
from ml.schemas.transcript import SpeakerRole
from ml.tests.labelling.made import WordEmbedder, made_dialogues


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Weights trained on forty made dialogues."""
    pytest.importorskip("sklearn", reason="the workbench's packages are not installed")
    from ml.labelling.training import train_heads

    target = tmp_path_factory.mktemp("light")
    save_heads(target, train_heads(made_dialogues(40), WordEmbedder()), {"licences": ["CC0-1.0"]})
    return target


@pytest.fixture(scope="module")
def held_out() -> list[AnnotatedDialogue]:
    return made_dialogues(20, seed=9)


def labeller(folder: Path, *, abstain: bool = False) -> LightLabeller:
    return LightLabeller(folder.parent, folder, abstain=abstain, embedder=WordEmbedder())


def accuracy(folder: Path, task: Task, dialogues: list[AnnotatedDialogue]) -> float:
    items = reference_items(task, dialogues)
    answers = at_places(labeller(folder).answer(task, dialogues), items)
    pairs = zip(answers, items.truth, strict=True)
    return float(np.mean([answer is not None and answer.label == truth for answer, truth in pairs]))


def test_it_learns_what_words_tell(folder: Path, held_out: list[AnnotatedDialogue]) -> None:
    assert accuracy(folder, Task.EMOTION, held_out) > 0.95
    assert accuracy(folder, Task.STRATEGY, held_out) > 0.95


def test_an_unseen_turn_is_foretold_from_the_ones_before_and_not_from_itself(
    folder: Path, held_out: list[AnnotatedDialogue]
) -> None:
    told = labeller(folder).answer(Task.NEXT_STRATEGY, held_out)
    items = reference_items(Task.NEXT_STRATEGY, held_out)
    after_question = [
        (number, place)
        for number, place in items.places
        if place > 1 and held_out[number].utterances[place - 2].text.endswith("?")
    ]
    assert len(after_question) > 10
    assert {told[number][place][0] for number, place in after_question if told[number][place]} == {  # type: ignore[index]
        "Restatement"
    }
    # Other words in the unseen turn change nothing about it.
    changed = [
        item.model_copy(
            update={
                "utterances": [
                    *item.utterances[:-1],
                    item.utterances[-1].model_copy(update={"text": "Entirely other words?"}),
                ]
            }
        )
        for item in held_out
    ]
    again = labeller(folder).answer(Task.NEXT_STRATEGY, changed)
    assert [row[-1] for row in again] == [row[-1] for row in told]


def test_who_is_asked_and_what_is_withheld(folder: Path, held_out: list[AnnotatedDialogue]) -> None:
    (row,) = labeller(folder).answer(Task.STRATEGY, held_out[:1])
    roles = [turn.role for turn in held_out[0].utterances]
    assert [answer is not None for answer in row] == [role is SpeakerRole.THERAPIST for role in roles]

    heads = load_heads(folder)
    strict = {task: replace(head, threshold=1.01) for task, head in heads.items()}
    target = folder.parent / "strict"
    save_heads(target, strict, {})
    assert labeller(target, abstain=True).answer(Task.STRATEGY, held_out[:1]) == [[None] * len(roles)]
    assert all(labeller(target).answer(Task.EMOTION, held_out[:1])[0])


def test_labels_are_written_into_the_record(folder: Path, held_out: list[AnnotatedDialogue]) -> None:
    plain = held_out[0].model_copy(
        update={
            "utterances": [
                turn.model_copy(update={"emotion": None, "strategy": None}) for turn in held_out[0].utterances
            ]
        }
    )
    done = labelled(labeller(folder), plain)

    assert all(turn.emotion and turn.emotion.annotator == "light" for turn in done.utterances)
    assert all(
        (turn.strategy is not None) == (turn.role is SpeakerRole.THERAPIST) for turn in done.utterances
    )
    assert AnnotatedDialogue.model_validate_json(done.model_dump_json()) == done


def test_nothing_to_label(folder: Path) -> None:
    empty = made_dialogues(1)[0].model_copy(update={"utterances": []})
    assert labeller(folder).answer(Task.EMOTION, [empty]) == [[]]
    assert labeller(folder).answer(Task.STRATEGY, []) == []


def test_without_weights_the_sentence_says_how_to_get_them(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(BackendNotInstalled, match="dataset_train_labeller"):
        LightLabeller(tmp_path, embedder=WordEmbedder())
    with pytest.raises(BackendNotInstalled, match="fetch_models minilm"):
        LightLabeller(tmp_path, folder)
    for damaged in (FACTS, ARRAYS):
        broken = tmp_path / damaged.replace(".", "_")
        save_heads(broken, load_heads(folder), {})
        (broken / damaged).write_bytes(b"{}")
        with pytest.raises(BackendNotInstalled, match="not readable"):
            load_heads(broken)


def test_reading_needs_neither_scikit_learn_nor_scipy(folder: Path) -> None:
    code = (
        "import sys; sys.modules['sklearn'] = sys.modules['scipy'] = sys.modules['torch'] = None\n"
        "from pathlib import Path\n"
        "from ml.labelling.light import LightLabeller\n"
        "from ml.labelling.tasks import Task\n"
        "from ml.tests.labelling.made import WordEmbedder, made_dialogues\n"
        f"found = LightLabeller(Path('.'), Path({str(folder)!r}), embedder=WordEmbedder())\n"
        "assert all(found.answer(Task.EMOTION, made_dialogues(1))[0])\n"
    )
    root = Path(__file__).resolve().parents[3]
    done = subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_every_head_knows_the_schemas_labels(folder: Path) -> None:
    assert {task: head.labels for task, head in load_heads(folder).items()} == {
        task: labels_of(task) for task in Task
    }
