from __future__ import annotations

import pytest

from ml.evidence.finders import Finder
from ml.evidence.finders_selection import Limits, select
from ml.evidence.finders_units import MAX_WORDS, units_of
from ml.evidence.quotes import quote_in
from ml.schemas.report import Section, Topic
from ml.schemas.transcript import Segment, SpeakerRole

T, C = SpeakerRole.THERAPIST, SpeakerRole.CLIENT


def session(*turns: tuple[SpeakerRole, str]) -> list[Segment]:
    return [Segment(id=f"s{n}", index=n, role=role, text=text) for n, (role, text) in enumerate(turns)]


def plan_of(*turns: tuple[SpeakerRole, str]) -> list[str]:
    chosen = select(Finder().find(session(*turns)), Limits(key_points=8, plan=8))
    return [c.unit.text for c in chosen[Section.TREATMENT_PLAN]]


def test_units_are_verbatim_and_short_answers_stay_with_their_sentence() -> None:
    segments = session(
        (C, "Low. Maybe a three out of ten. I saw Dr. Lee at 4.30 p.m. and she said it's fine.")
    )
    assert units_of(segments)[0].text == "Low. Maybe a three out of ten."
    assert "Dr. Lee at 4.30" in units_of(segments)[1].text


def test_a_sentence_without_end_is_cut_and_nothing_is_lost() -> None:
    text = " ".join(f"word{n}" for n in range(200)) + " and then I went home"
    units = units_of(session((C, text)))
    assert all(len(u.text.split()) <= MAX_WORDS for u in units)
    assert " ".join(u.text for u in units).split() == text.split()


@pytest.mark.parametrize(
    "proposal",
    [
        "For homework, write down three good things each evening.",
        "I would like us to write a short safety plan together today.",
        "Could you keep a sleep diary until we meet again?",
        "Let's meet again next Tuesday at four.",
        "I'll refer you to the pain clinic.",
        "Between now and next week, try the breathing exercise twice a day.",
    ],
)
def test_what_a_therapist_assigns_is_plan(proposal: str) -> None:
    assert plan_of((C, "I feel low."), (T, proposal), (C, "Okay, I can do that."))[:1] == [proposal]


@pytest.mark.parametrize(
    "talk",
    [
        "How did the homework go last week?",
        "What would you like to do about it?",
        "Can you tell me more about what happens before you sleep?",
        "It's good to see you again.",
    ],
)
def test_questions_and_looks_back_are_no_plan(talk: str) -> None:
    assert plan_of((T, talk), (C, "I don't know.")) == []


def test_a_clients_promise_is_plan_and_a_refusal_is_not() -> None:
    assert plan_of((C, "I'll call my doctor tomorrow.")) == ["I'll call my doctor tomorrow."]
    assert plan_of((C, "I'm not going to call my doctor, I can't.")) == []
    assert plan_of((C, "Sometimes I think I'm going to die.")) == []


def test_what_the_client_turns_down_weighs_less_than_what_is_accepted() -> None:
    proposal = "Could you keep a diary every day until we meet?"
    taken = {c.topic: c.score for c in Finder().find(session((T, proposal), (C, "Sure, sounds good.")))}
    refused = {c.topic: c.score for c in Finder().find(session((T, proposal), (C, "No, I won't do that.")))}
    assert refused[Topic.PLAN] < 0.6 * taken[Topic.PLAN]


def test_a_short_answer_brings_its_question_as_evidence() -> None:
    found = Finder().find(session((T, "How many drinks do you have on a weekend?"), (C, "Twelve.")))
    answer = next(c for c in found if c.question is not None)
    assert [e.quote for e in answer.evidence] == ["How many drinks do you have on a weekend?", "Twelve."]
    assert answer.topic is Topic.SUBSTANCE


def test_roles_decide_whose_words_count_as_what() -> None:
    words = "I'm so anxious that I can't sleep at night."
    client = {c.topic for c in Finder().find(session((C, words)))}
    therapist = {c.topic for c in Finder().find(session((T, words)))}
    assert Topic.CONCERN in client and Topic.CONCERN not in therapist


def test_selection_is_bounded_in_order_verbatim_and_says_nothing_twice() -> None:
    turns = [(C, f"I feel anxious about my job and I slept {n} hours on day {n}.") for n in range(30)]
    turns += [(C, "My sister supports me a lot.")] * 3
    segments = session(*turns)
    chosen = select(Finder().find(segments), Limits(key_points=6, plan=3))[Section.KEY_POINTS]
    assert len(chosen) <= 6
    assert [c.unit.segment.index for c in chosen] == sorted(c.unit.segment.index for c in chosen)
    texts = [c.unit.text for c in chosen]
    assert len(set(texts)) == len(texts)
    assert all(quote_in(c.unit.segment.text, e.quote) for c in chosen for e in c.evidence)


def test_limits_grow_slowly() -> None:
    assert Limits.for_words(50) == Limits(key_points=5, plan=5)
    long = Limits.for_words(9000)
    assert long.key_points <= 20 and long.plan <= 12
