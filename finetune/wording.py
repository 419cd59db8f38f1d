"""The platform's own examples: a quote, and the sentence a clinician signed for it.

`export_training_set` writes them (`ml.schemas.training`). They are trained on like any chat, and
measured as the platform reads answers: an answer that does not parse, or that says anything its
quote does not, is worth nothing however fluent it is.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import fmean

from pydantic import ValidationError

from finetune.base_model import Loaded
from finetune.config import Task
from finetune.errors import FinetuneError, FinetuneErrorCode
from finetune.evaluation.responses import rouge_l
from finetune.examples import Example, Lineage
from finetune.inference import Sampling, reply
from ml.evidence.verify import differences
from ml.reporting.wording import Worded
from ml.schemas.base import Record
from ml.schemas.dialogue import Split
from ml.schemas.training import TrainingExample
from ml.schemas.transcript import SpeakerRole

MAX_ANSWER_TOKENS = 200
_ASKED = re.compile(r'^(?P<speaker>Client|Therapist): "(?P<quote>.*)"$', re.DOTALL)


class WordingScores(Record):
    """Over the examples: `parsed` the share of answers of the right form, `faithful` of those the
    verifier takes, `rouge_l` their mean nearness to the signed sentence (0 where not faithful).
    `marks` are the single values of `rouge_l`, in the order of the examples."""

    items: int
    parsed: float
    faithful: float
    rouge_l: float
    marks: list[float]


def read_wording(path: Path) -> list[TrainingExample]:
    """The examples of a file that `export_training_set` wrote.

    Raises:
        FinetuneError: data_invalid: the file is missing or a line is no such example; split_leaks: a
            patient is in two splits.
    """
    if not path.is_file():
        raise FinetuneError(FinetuneErrorCode.DATA_INVALID, f"There is no file {path.name}.")
    found = []
    for number, line in enumerate(path.read_text(encoding="utf-8").split("\n"), start=1):
        if not line.strip():
            continue
        try:
            found.append(TrainingExample.model_validate_json(line))
        except ValidationError as error:
            kind = error.errors()[0]["type"]
            raise FinetuneError(
                FinetuneErrorCode.DATA_INVALID, f"{path.name}, line {number}: no training example ({kind})."
            ) from None
    splits: dict[str, set[Split]] = {}
    for example in found:
        splits.setdefault(example.lineage.subject, set()).add(example.split)
    torn = sum(len(parts) > 1 for parts in splits.values())
    if torn:
        raise FinetuneError(
            FinetuneErrorCode.SPLIT_LEAKS, f"{path.name}: {torn} patients are in more than one split."
        )
    return found


def training_examples(found: Sequence[TrainingExample], split: Split) -> list[Example]:
    """The examples of a split in the form that is trained on."""
    return [
        Example(
            task=Task.WORDING,
            messages=example.messages,
            lineage=Lineage(
                dataset="platform",
                source_id=example.lineage.subject,
                dialogue_id=example.lineage.session,
                utterance_ids=[example.id],
                licence="patient's consent: training_use",
                annotators=["clinician"],
            ),
        )
        for example in found
        if example.split is split
    ]


def evaluate_wording(
    loaded: Loaded, found: Sequence[TrainingExample], say: Callable[[str], None] = lambda _: None
) -> WordingScores:
    """Word each quote and judge the answer as the platform does.

    Raises:
        FinetuneError: split_empty: there is nothing to word.
    """
    if not found:
        raise FinetuneError(FinetuneErrorCode.SPLIT_EMPTY, "There is no sentence to word in this split.")
    texts = []
    for number, example in enumerate(found, start=1):
        answer = reply(loaded, example.messages[:-1], Sampling(max_tokens=MAX_ANSWER_TOKENS))
        texts.append(_parsed(answer))
        say(f"{number}/{len(found)} sentences")
    return judge_wording(found, texts)


def judge_wording(found: Sequence[TrainingExample], texts: Sequence[str | None]) -> WordingScores:
    """Score the sentences of these examples; None is an answer that did not parse."""
    faithful = [
        text is not None and is_faithful(example, text) for example, text in zip(found, texts, strict=True)
    ]
    marks = [
        rouge_l([text or ""], [_signed(example)]) if taken else 0.0
        for example, text, taken in zip(found, texts, faithful, strict=True)
    ]
    return WordingScores(
        items=len(found),
        parsed=fmean(text is not None for text in texts),
        faithful=fmean(faithful),
        rouge_l=fmean(marks),
        marks=marks,
    )


def is_faithful(example: TrainingExample, text: str) -> bool:
    """Whether the verifier of the platform takes this sentence for the example's quote."""
    asked = _ASKED.match(example.messages[-2].content)
    if asked is None:
        return False
    role = SpeakerRole.CLIENT if asked["speaker"] == "Client" else SpeakerRole.THERAPIST
    return bool(text.strip()) and not differences(text, [asked["quote"]], role=role, strict=True)


def _signed(example: TrainingExample) -> str:
    return _parsed(example.messages[-1].content) or ""


def _parsed(answer: str) -> str | None:
    try:
        return Worded.model_validate_json(answer.strip()).text
    except ValidationError:
        return None
