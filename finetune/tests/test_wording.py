"""The platform's signed sentences: read, judged as the platform reads answers, and the gate."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from finetune.errors import FinetuneError
from finetune.promotion import compare, promote
from finetune.wording import judge_wording, read_wording, training_examples
from ml.schemas.chat import ChatMessage
from ml.schemas.dialogue import Split
from ml.schemas.training import ExampleTask, Lineage, TrainingExample
from ml.weights.adapters import CONFIG, WEIGHTS, AdapterStore

SAID = "I can't sleep because I keep thinking about my brother."
SIGNED = "Client can't sleep because they keep thinking about their brother."


def signed(number: int, subject: int | None = None, split: Split = Split.TEST) -> TrainingExample:
    """A sentence of a patient; five patients in turn unless one is named."""
    return TrainingExample(
        id=f"c{number}",
        task=ExampleTask.WORDING,
        messages=[
            ChatMessage(role="system", content="Change the person."),
            ChatMessage(role="user", content=f'Client: "{SAID}"'),
            ChatMessage(role="assistant", content=json.dumps({"text": SIGNED})),
        ],
        split=split,
        lineage=Lineage(
            subject=f"p{number % 5 if subject is None else subject}", session=f"s{number}", report_version=1
        ),
    )


def wording_file(folder: Path, examples: list[TrainingExample]) -> Path:
    path = folder / "wording.jsonl"
    path.write_text("".join(f"{example.model_dump_json()}\n" for example in examples))
    return path


def test_answers_are_judged_as_the_platform_reads_them() -> None:
    found = [signed(number) for number in range(4)]
    quote_kept = "Client can't sleep because they keep thinking about their brother."
    invented = "Client can't sleep since 2019 because they keep thinking about their brother."

    scores = judge_wording(found, [quote_kept, invented, None, ""])

    assert scores.marks == [1.0, 0.0, 0.0, 0.0]
    assert (scores.parsed, scores.faithful, scores.rouge_l) == (0.75, 0.25, 0.25)


def test_examples_keep_their_lineage(tmp_path: Path) -> None:
    found = read_wording(wording_file(tmp_path, [signed(1, split=Split.TRAIN), signed(2)]))

    (example,) = training_examples(found, Split.TRAIN)

    assert example.messages[-1].content == json.dumps({"text": SIGNED})
    assert (example.lineage.source_id, example.lineage.utterance_ids) == ("p1", ["c1"])


def test_a_patient_in_two_splits_is_refused(tmp_path: Path) -> None:
    path = wording_file(tmp_path, [signed(1, 7, Split.TRAIN), signed(2, 7, Split.TEST)])
    with pytest.raises(FinetuneError, match="1 patients are in more than one split") as caught:
        read_wording(path)
    assert caught.value.code == "split_leaks"


def test_a_broken_line_is_named_without_its_words(tmp_path: Path) -> None:
    path = tmp_path / "wording.jsonl"
    path.write_text(f"{signed(1).model_dump_json()}\n{{'secret': 'words'}}\n")
    with pytest.raises(FinetuneError, match=r"wording\.jsonl, line 2") as caught:
        read_wording(path)
    assert "secret" not in str(caught.value)


def test_the_gate_lets_a_better_model_pass() -> None:
    found = [signed(number) for number in range(40)]
    current = judge_wording(found, [SIGNED if number % 2 else None for number in range(40)])
    candidate = judge_wording(found, [SIGNED if number % 8 else None for number in range(40)])

    verdict = compare(found, candidate, current)

    assert verdict.reasons == []
    assert verdict.low > 0
    assert verdict.gain == pytest.approx(15 / 40)


@pytest.mark.parametrize(
    ("better", "count", "reason"),
    [(0, 40, "may be chance"), (-4, 40, "faithful less often"), (4, 20, "too few to tell")],
)
def test_the_gate_refuses_what_is_not_better(better: int, count: int, reason: str) -> None:
    found = [signed(number) for number in range(count)]
    half = count // 2
    current = judge_wording(found, [SIGNED] * half + [None] * (count - half))
    candidate = judge_wording(found, [SIGNED] * (half + better) + [None] * (count - half - better))

    assert any(reason in said for said in compare(found, candidate, current).reasons)


def test_a_promoted_run_may_serve_and_its_name_is_taken(tmp_path: Path) -> None:
    run, store = tmp_path / "run", AdapterStore(tmp_path / "adapters")
    (run / "adapter").mkdir(parents=True)
    store.root.mkdir()
    (run / "adapter" / CONFIG).write_text("{}")
    (run / "adapter" / WEIGHTS).write_bytes(b"weights")
    found = [signed(number) for number in range(4)]
    scores = judge_wording(found, [SIGNED] * 4)
    data = wording_file(tmp_path, found)

    promotion = promote("march", run, store, data=data, compared_with="", candidate=scores, current=scores)

    assert store.promoted_path("march") == store.root / "march"
    assert store.promotion("march") == promotion
    assert promotion.scores == {"parsed": 1.0, "faithful": 1.0, "rouge_l": 1.0}
    (run / "adapter" / WEIGHTS).write_bytes(b"other")
    with pytest.raises(FinetuneError, match="choose a new name"):
        promote("march", run, store, data=data, compared_with="", candidate=scores, current=scores)
