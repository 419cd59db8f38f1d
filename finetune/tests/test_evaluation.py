"""The evaluation on made up dialogues, through the command, without a language model."""

from __future__ import annotations

import json
from collections.abc import Sequence
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from finetune.evaluation.labelling import evaluate_labeller
from finetune.evaluation.report import Evaluation, write_report
from finetune.evaluation.responses import ResponseScores, bleu2, rouge_l
from finetune.tests.made import dialogue, made_file, write_jsonl
from ml.labelling.majority import MajorityLabeller
from ml.labelling.tasks import Answers, Task
from ml.schemas.dialogue import AnnotatedDialogue, Split

pytest.importorskip("sklearn")
pytest.importorskip("sacrebleu")


def evaluate(*arguments: str) -> str:
    out = StringIO()
    call_command("finetune_evaluate", *arguments, stdout=out)
    return out.getvalue()


def test_the_command_prints_every_task_apart_with_intervals(tmp_path: Path) -> None:
    file = made_file(tmp_path)
    found = json.loads(
        evaluate(
            "--labeller", "majority", "--labeller", "tfidf", "--jsonl", str(file), "--split", "val", "--json"
        )
    )
    scores = {(item["labeller"], item["task"]): item["scores"] for item in found["labels"]}
    assert set(scores) == {(name, task.value) for name in ("majority", "tfidf") for task in Task}
    assert scores["tfidf", "emotion"]["accuracy"] == 1.0, "the words give the emotion away"
    assert scores["majority", "emotion"]["accuracy"] < 0.6
    assert scores["tfidf", "strategy"]["accuracy"] == 1.0
    assert scores["tfidf", "next_strategy"]["accuracy"] < 0.7, "the turn itself is not seen"
    assert scores["majority", "emotion"]["items"] == 24
    assert scores["majority", "emotion"]["intervals"]["groups"] == 6


def mesc_file(folder: Path) -> Path:
    """Three training dialogues and one to test on, in MESC's columns."""
    rows = [
        "split,Utterance,Speaker,Emotion,Strategy,Dialogue_ID,Utterance_ID,Season,Episode,StartTime,EndTime"
    ]
    for number in range(4):
        for turn in dialogue(number).utterances:
            emotion = turn.emotion.value.value if turn.emotion else "neutral"
            strategy = turn.strategy.value.value if turn.strategy else "undefined"
            split, name = ("train" if number < 3 else "test"), turn.role.value.capitalize()
            rows.append(
                f"{split},{turn.text.replace(',', '')},{name},{emotion},{strategy},{number},{turn.index},1,1,"
                f'"00:00:{turn.index:02},000","00:00:{turn.index:02},900"'
            )
    file = folder / "held_out.csv"
    file.write_text("\n".join(rows), encoding="utf-8")
    return file


def test_a_file_in_mescs_columns_is_read_whole(tmp_path: Path) -> None:
    said = evaluate("--labeller", "majority", "--mesc", str(mesc_file(tmp_path)), "--split", "test")
    assert "client emotion" in said
    assert "next strategy, predicted" in said
    assert "1 of 1 source videos have training dialogues too" in said


def test_an_unknown_label_is_refused_or_left_out_and_told(tmp_path: Path) -> None:
    file = mesc_file(tmp_path)
    lines = file.read_text(encoding="utf-8").splitlines()
    place = next(number for number, line in enumerate(lines) if line.startswith("test,") and "Client" in line)
    lines[place] = lines[place].replace(lines[place].split(",")[3], "bored")
    file.write_text("\r\n".join(lines), encoding="utf-8")
    wish = ("--labeller", "majority", "--mesc", str(file), "--split", "test")
    with pytest.raises(CommandError, match=rf"label_unknown: .*Line {place + 1}: .*--tolerate"):
        evaluate(*wish)
    found = json.loads(evaluate(*wish, "--tolerate", "--json"))
    assert found["labels"][0]["scores"]["items"] == 3
    assert "1 bad rows" in found["notes"][1]


def test_nothing_learns_from_a_conversation_it_is_measured_on(tmp_path: Path) -> None:
    twin = dialogue(7).model_copy(update={"id": "another-name"})
    file = write_jsonl(tmp_path / "d.jsonl", [twin, dialogue(8), dialogue(7, Split.TEST)])
    said = evaluate("--labeller", "majority", "--jsonl", str(file), "--split", "test")
    assert "1 training dialogues are measured as well and were left out." in said
    with pytest.raises(CommandError, match="config_invalid"):
        evaluate("--labeller", "tfidf", "--jsonl", str(file), "--split", "test", "--train",
                 str(write_jsonl(tmp_path / "same.jsonl", [twin])))  # fmt: skip


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--labeller", "guess"), "known: light, light-abstaining, majority"),
        (("--labeller", "majority", "--split", "test"), r"split_empty: .*train \(3\), validation \(2\)"),
        (("--labeller", "majority", "--split", "odd"), "--split is"),
        (("--labeller", "majority", "--split", "train"), "--train"),
        ((), "--labeller"),
        (("--labeller", "model", "--adapter", "nowhere"), "checkpoint_broken"),
    ],
)
def test_bad_wishes_end_in_a_sentence(tmp_path: Path, arguments: tuple[str, ...], said: str) -> None:
    with pytest.raises(CommandError, match=said):
        evaluate("--jsonl", str(made_file(tmp_path, 3, 2)), *arguments)


def test_the_report_has_tables_figures_and_anchors(tmp_path: Path) -> None:
    train = [dialogue(n) for n in range(5)]
    labels = evaluate_labeller(MajorityLabeller(train), [dialogue(9, Split.TEST)])
    replies = ResponseScores(items=2, bleu2=0.1, rouge_l=0.2, embedding_similarity=None, perplexity=9.5)
    evaluation = Evaluation(subject="a|b <c>", notes=["1 dialogue."], labels=labels, responses={"m": replies})
    text = write_report(evaluation, tmp_path).read_text()
    assert "SMES (arXiv 2408.03650) 54.6" in text
    assert "| m | 0.100 | 0.200 | not measured | 9.5 | no judge | 2 |" in text
    for task in Task:
        figure = f"confusion_{task.value}_majority.png"
        assert f"({figure})" in text
        assert (tmp_path / figure).read_bytes().startswith(b"\x89PNG")
    page = (tmp_path / "report.html").read_text()
    assert "a|b &lt;c&gt;" in page
    assert page.count("data:image/png;base64,") == 3
    assert Evaluation.model_validate_json((tmp_path / "report.json").read_text()) == evaluation


def test_emotion_is_measured_on_clients_and_silence_is_a_miss() -> None:
    class Silent:
        name = "silent"

        def answer(self, task: Task, dialogues: Sequence[AnnotatedDialogue]) -> Answers:
            return [[None] * 8]

    (emotion, *_) = evaluate_labeller(Silent(), [dialogue(1)])
    assert (emotion.task, emotion.scores.items, emotion.scores.accuracy) == (Task.EMOTION, 4, 0.0)


def test_reply_measures_know_same_and_different() -> None:
    same, other = ["what was that like for you"], ["please sit down over there"]
    assert bleu2(same, same) == pytest.approx(1.0)
    assert rouge_l(same, same) == pytest.approx(1.0)
    assert bleu2(other, same) < 0.1
    assert rouge_l(other, same) < 0.1
