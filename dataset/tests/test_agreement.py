"""Agreement on labels whose truth is known, and the command around it."""

from __future__ import annotations

import json
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from dataset.agreement import NothingToCompare, compare, turns_of
from dataset.agreement_report import report_of
from dataset.collection import write_jsonl
from dataset.tests.made_dialogues import made
from dataset.workspace import Workspace
from ml.schemas.dialogue import AnnotatedDialogue, Split, Utterance
from ml.schemas.labels import Emotion, EmotionLabel, Strategy, StrategyLabel
from ml.schemas.transcript import SpeakerRole

REFERENCE = [
    made(f"d{number}", turns=12, split=Split.TRAIN if number % 3 else Split.VALIDATION)
    for number in range(30)
]


def wrong_every(dialogues: list[AnnotatedDialogue], step: int) -> list[AnnotatedDialogue]:
    """The dialogues with every n-th emotion made another and every n-th strategy withheld."""

    def spoiled(turn: Utterance) -> Utterance:
        if turn.index % step:
            return turn
        other = Emotion.JOY if turn.emotion and turn.emotion.value is not Emotion.JOY else Emotion.FEAR
        return turn.model_copy(update={"emotion": EmotionLabel(value=other)})

    def withheld(turn: Utterance) -> Utterance:
        return turn.model_copy(update={"strategy": None}) if (turn.index + 1) % step == 0 else turn

    return [
        item.model_copy(update={"utterances": [withheld(spoiled(turn)) for turn in item.utterances]})
        for item in dialogues
    ]


def coded(number: int) -> AnnotatedDialogue:
    """A dialogue with codes of its own: a question is an open question, all else is "other"."""
    turns = [
        turn.model_copy(
            update={
                "strategy": None,
                "emotion": None,
                "source_labels": {
                    "main_therapist_behaviour": "question" if (number + turn.index) % 3 else "other"
                },
            }
        )
        for turn in made(f"c{number}", turns=10).utterances
        if turn.role is SpeakerRole.THERAPIST
    ]
    return made(f"c{number}").model_copy(update={"utterances": turns})


def test_labels_that_are_the_reference_agree_wholly() -> None:
    found = {item.target: item for item in compare(REFERENCE, turns_of(REFERENCE), Split.VALIDATION)}

    assert set(found) == {"emotion", "emotion of the client", "strategy"}
    assert all(item.agreement.accuracy == item.agreement.macro_f1 == 1.0 for item in found.values())
    assert found["emotion"].agreement.items == 10 * 12
    assert found["strategy"].agreement.items == 10 * 6
    assert found["emotion"].learned_from == "20 training dialogues"
    assert 0 < found["emotion"].majority.accuracy < 0.5


def test_wrong_and_withheld_labels_are_counted() -> None:
    found = {item.target: item for item in compare(REFERENCE, turns_of(wrong_every(REFERENCE, 4)))}

    assert found["emotion"].agreement.accuracy == 0.75
    assert found["emotion"].learned_from == "5 folds by source"
    strategy = found["strategy"].agreement
    assert strategy.coverage == 0.5
    assert (strategy.accuracy, strategy.accuracy_answered) == (0.5, 1.0)
    between = found["emotion"].agreement.intervals
    assert between is not None and between.groups == 30


def test_turns_that_nobody_labelled_count_as_withheld() -> None:
    (emotion, *_) = compare(REFERENCE, turns_of(REFERENCE[:15]))
    assert emotion.agreement.coverage == 0.5


def test_other_codes_are_read_through_a_learned_table() -> None:
    reference = [coded(number) for number in range(20)]
    labels = {
        "question": Strategy.OPEN_QUESTION,
        "other": Strategy.APPROVAL,
    }
    answers = [
        item.model_copy(
            update={
                "utterances": [
                    turn.model_copy(
                        update={
                            "strategy": StrategyLabel(
                                value=labels[turn.source_labels["main_therapist_behaviour"]]
                            )
                        }
                    )
                    for turn in item.utterances
                ]
            }
        )
        for item in reference
    ]
    (found,) = compare(reference, turns_of(answers))

    assert (found.target, found.exact) == ("main_therapist_behaviour", False)
    assert found.agreement.accuracy == 1.0
    assert found.majority.accuracy < 0.8
    assert "read through a table" in report_of("x", [found])


def test_nothing_in_common() -> None:
    with pytest.raises(NothingToCompare, match="30 reference dialogues and 6 labelled turns"):
        compare(REFERENCE, turns_of([made("stranger")]))


def run(*args: str) -> str:
    out = StringIO()
    call_command("dataset_agreement", *args, stdout=out)
    return out.getvalue()


def test_the_command_reports_and_keeps_it_for_the_card(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path / "data")
    write_jsonl(workspace.reference_file("made"), REFERENCE)
    labels = write_jsonl(tmp_path / "given.jsonl", wrong_every(REFERENCE, 4))
    common = ("--root", str(workspace.root), "--reference", "made", "--labels", str(labels))

    told = run(*common, "--save")
    kept = (workspace.root / "agreement" / "made-given.md").read_text(encoding="utf-8")
    plain = json.loads(run(*common, "--json", "--split", "validation"))

    assert told.strip() == kept.strip()
    assert "| labels | 75.0 (" in told
    assert "| majority |" in told
    assert "| 1 anger |" in told
    assert plain[0]["agreement"]["accuracy"] == 0.75
    assert plain[0]["agreement"]["items"] == 120


def test_the_command_labels_the_reference_itself(tmp_path: Path) -> None:
    pytest.importorskip("sklearn", reason="the workbench's packages are not installed")
    file = write_jsonl(tmp_path / "reference.jsonl", REFERENCE)
    common = ("--root", str(tmp_path / "data"), "--reference", str(file), "--split", "validation", "--json")
    found = {item["target"]: item for item in json.loads(run(*common, "--labeller", "majority"))}
    assert found["emotion"]["agreement"]["accuracy"] == found["emotion"]["majority"]["accuracy"]
    assert found["strategy"]["agreement"]["items"] == 60


def test_what_the_command_cannot_do(tmp_path: Path) -> None:
    root = ("--root", str(tmp_path))
    with pytest.raises(CommandError, match=r"no reference 'mesc'; imported are: none"):
        run(*root, "--reference", "mesc")
    file = write_jsonl(tmp_path / "reference.jsonl", REFERENCE)
    with pytest.raises(CommandError, match="nothing_to_compare"):
        run(*root, "--reference", str(file))
    with pytest.raises(CommandError, match=r"gone\.jsonl cannot be read"):
        run(*root, "--reference", str(file), "--labels", str(tmp_path / "gone.jsonl"))
