"""Majority, TF-IDF and cue rules answer the same questions."""

from __future__ import annotations

import pytest

from ml.labelling.backends import LABELLERS
from ml.labelling.cues import CUES, RuleLabeller, cue_hits
from ml.labelling.tasks import Answer, Task, at_places, reference_items
from ml.schemas.labels import Strategy
from ml.tests.labelling.made import made_dialogues


def test_the_majority_is_that_of_training() -> None:
    found = LABELLERS.build("majority", train=made_dialogues(30)).answer(Task.EMOTION, made_dialogues(2, 5))
    assert {answer for row in found for answer in row} == {Answer("neutral", 0.5)}


def test_tfidf_learns_what_words_tell_and_is_blind_to_the_unseen() -> None:
    pytest.importorskip("sklearn", reason="the workbench's packages are not installed")
    held_out = made_dialogues(10, seed=5)
    labeller = LABELLERS.build("tfidf", train=made_dialogues(40))

    for task, least, most in ((Task.EMOTION, 0.95, 1.0), (Task.NEXT_STRATEGY, 0.3, 0.9)):
        items = reference_items(task, held_out)
        answers = at_places(labeller.answer(task, held_out), items)
        right = sum(
            answer is not None and answer.label == truth
            for answer, truth in zip(answers, items.truth, strict=True)
        )
        assert least <= right / len(answers) <= most


def test_tfidf_without_labels_has_no_opinion() -> None:
    pytest.importorskip("sklearn", reason="the workbench's packages are not installed")
    bare = [
        item.model_copy(
            update={"utterances": [turn.model_copy(update={"strategy": None}) for turn in item.utterances]}
        )
        for item in made_dialogues(3)
    ]
    found = LABELLERS.build("tfidf", train=bare).answer(Task.STRATEGY, made_dialogues(1, 5))
    assert not any(answer for row in found for answer in row)


@pytest.mark.parametrize(
    ("text", "strategy"),
    [
        ("And what was that like for you?", Strategy.OPEN_QUESTION),
        ("Did you tell him that?", Strategy.OPEN_QUESTION),
        ("Last time you said you wanted to leave.", Strategy.RESTATEMENT),
        ("Maybe it reminds you of your father.", Strategy.INTERPRETATION),
        ("Mm-hm. I see.", Strategy.COMMUNICATION_SKILLS),
        ("You should see a doctor about it.", Strategy.ADVISEMENT),
        ("I felt the same when my wife left.", Strategy.SELF_DISCLOSURE),
        ("Let's go back to the dream.", Strategy.GUIDING),
        ("I'm afraid our time is up.", Strategy.STRUCTURING),
        ("Good for you!", Strategy.APPROVAL),
    ],
)
def test_cues_of_each_strategy(text: str, strategy: Strategy) -> None:
    assert cue_hits(text)[0].strategy is strategy


def test_most_words_hold_no_cue() -> None:
    for text in ("", "the lake in the morning", "They closed the factory in March."):
        assert cue_hits(text) == []


def test_hits_come_surest_first_and_name_their_cue() -> None:
    hits = cue_hits("What do you think you should do?")
    assert [hit.confidence for hit in hits] == sorted((hit.confidence for hit in hits), reverse=True)
    assert len({cue.name for cue in CUES}) == len(CUES)
    assert hits[0].cue == "wh_question"


def test_rules_answer_seen_therapist_turns_only() -> None:
    dialogues = made_dialogues(3)
    rules = RuleLabeller()
    assert not any(answer for row in rules.answer(Task.EMOTION, dialogues) for answer in row)
    assert not any(answer for row in rules.answer(Task.NEXT_STRATEGY, dialogues) for answer in row)
    items = reference_items(Task.STRATEGY, dialogues)
    for answer, truth in zip(
        at_places(rules.answer(Task.STRATEGY, dialogues), items), items.truth, strict=True
    ):
        assert answer is not None and answer.label == truth
