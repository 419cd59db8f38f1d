"""The trained reader with a scripted encoder: what is rated, what is flagged, which words are quoted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from ml.evidence.risk.finder import RiskFinder
from ml.evidence.risk.levels import behaviour_of, level_of
from ml.evidence.risk.passages import passages_of
from ml.schemas.report import Polarity, RiskBehaviour, RiskCategory, RiskFlag, Timeframe
from ml.schemas.transcript import Segment, SpeakerRole

MARKS = ("endorsed", "past", "other", "denied", "asked")


class Scripted:
    """Rates a passage by the phrases in it: {phrase: {label: probability}}, the largest wins."""

    def __init__(self, script: Mapping[str, Mapping[str, float]]) -> None:
        self.labels = [f"{category}.{mark}" for category in RiskCategory for mark in MARKS]
        self.script = script

    def probabilities(self, texts: Sequence[str]) -> NDArray[np.float32]:
        rows = np.zeros((len(texts), len(self.labels)), dtype=np.float32)
        for row, text in enumerate(texts):
            for phrase, ratings in self.script.items():
                if phrase in text:
                    for label, rating in ratings.items():
                        column = self.labels.index(label)
                        rows[row, column] = max(rows[row, column], rating)
        return rows


def flags_of(
    script: Mapping[str, Mapping[str, float]], *turns: tuple[str, str], rules: bool = False
) -> list[RiskFlag]:
    return RiskFinder(Scripted(script), use_rules=rules).find_in_turns(turns)


def quotes(flag: RiskFlag) -> list[str]:
    return [evidence.quote for evidence in flag.evidence]


def test_a_flag_quotes_the_sentence_that_carries_it() -> None:
    text = "I went to work. I keep picturing the bridge at night. Then I made dinner."
    (flag,) = flags_of({"bridge": {"suicide.endorsed": 0.9}}, ("client", text))
    assert (flag.category, flag.polarity, flag.level) == (RiskCategory.SUICIDE, Polarity.ENDORSED, 3)
    assert quotes(flag) == ["I keep picturing the bridge at night."]


def test_what_is_only_risk_over_two_sentences_quotes_both() -> None:
    text = "I gave the dog away. She won't need me after Friday."
    (flag,) = flags_of({"away. She won't": {"suicide.endorsed": 0.8}}, ("client", text))
    assert quotes(flag) == [text]


def test_an_answer_is_quoted_with_its_question() -> None:
    script = {"T: Do you ever think of dying? C: Most nights": {"suicide.endorsed": 0.9}}
    (flag,) = flags_of(script, ("therapist", "Do you ever think of dying?"), ("client", "Most nights."))
    assert quotes(flag) == ["Do you ever think of dying?", "Most nights."]


def test_one_sentence_can_endorse_and_deny() -> None:
    text = "I do think about not being here at all, but I would never act on that thought."
    script = {"not being here": {"suicide.endorsed": 0.9}, "never act": {"suicide.denied": 0.9}}
    flags = flags_of(script, ("client", text))
    assert {flag.polarity for flag in flags} == {Polarity.ENDORSED, Polarity.DENIED}


def test_the_likeliest_time_holds() -> None:
    script = {"back then": {"suicide.endorsed": 0.5, "suicide.past": 0.8}}
    (flag,) = flags_of(script, ("client", "I wanted out back then."))
    assert flag.timeframe is Timeframe.PAST


def test_a_rule_needs_the_encoder_to_find_it_possible() -> None:
    text = "I want to die."
    assert flags_of({}, ("client", text), rules=True) == []
    (flag,) = flags_of({"die": {"suicide.endorsed": 0.09}}, ("client", text), rules=True)
    assert flag.sources == ["rules"]


def test_both_readers_together_are_named() -> None:
    (flag,) = flags_of({"die": {"suicide.endorsed": 0.9}}, ("client", "I want to die."), rules=True)
    assert flag.sources == ["embedding", "rules"]


def test_a_question_nobody_answers_is_not_assessed() -> None:
    script = {"dark place": {"suicide.asked": 0.9}}
    (flag,) = flags_of(script, ("therapist", "Has that dark place come back?"))
    assert flag.polarity is Polarity.NOT_ASSESSED


def test_passages_keep_their_place_in_the_turn() -> None:
    segments = [
        Segment(id="a", index=0, role=SpeakerRole.THERAPIST, text="How are you?"),
        Segment(id="b", index=1, role=SpeakerRole.CLIENT, text="Low. I can't sleep, and I don't want to."),
    ]
    for passage in passages_of(segments, 1):
        assert passage.rated.endswith(segments[1].text[passage.start : passage.end])


def test_levels_follow_the_words() -> None:
    assert level_of("I wish I weren't here") == 1
    assert level_of("I think about killing myself") == 2
    assert level_of("I look at the pills") == 3
    assert level_of("I can't promise I won't") == 4
    assert level_of("I planned it with the pills for tonight") == 5
    assert behaviour_of("I wrote the kids letters") is RiskBehaviour.PREPARATORY


def test_words_that_deny_more_than_they_say_are_a_denial_alone() -> None:
    script = {"no plan": {"suicide.endorsed": 0.6, "suicide.denied": 0.95}}
    (flag,) = flags_of(script, ("client", "I have no plan at all."))
    assert flag.polarity is Polarity.DENIED


def test_a_denied_plan_and_a_denied_act_are_two_flags() -> None:
    text = "But I don't have a plan, and I would never do that to my daughter."
    script = {
        text: {"suicide.denied": 0.9},
        "plan": {"suicide.denied": 0.6},
        "daughter": {"suicide.denied": 0.5},
    }
    asked = ("therapist", "Do you think of ending your life?")
    flags = flags_of(script, asked, ("client", f"Sometimes I want to be dead. {text}"), rules=True)
    denied = [quotes(flag)[-1] for flag in flags if flag.polarity is Polarity.DENIED]
    assert any("plan" in quote and "daughter" not in quote for quote in denied)
    assert any("daughter" in quote and "plan" not in quote for quote in denied)


def test_a_fragment_is_read_in_its_context() -> None:
    class Exact(Scripted):
        def probabilities(self, texts: Sequence[str]) -> NDArray[np.float32]:
            return np.concatenate([super(Exact, self).probabilities([f"<{text}>"]) for text in texts])

    question = "Is there a wish to be dead in there somewhere?"
    script = {
        f"<T: {question}>": {"suicide.asked": 0.9},
        f"<T: {question} C: I looked.>": {"suicide.endorsed": 0.45},
        f"<T: {question} C: I looked. There isn't.>": {"suicide.denied": 0.9},
    }
    turns = ("therapist", question), ("client", "I looked. There isn't.")
    flags = RiskFinder(Exact(script), use_rules=False).find_in_turns(turns)
    assert [flag.polarity for flag in flags] == [Polarity.DENIED]


def test_an_answer_to_what_was_no_question_about_risk_says_nothing() -> None:
    turns = ("therapist", "Would you like to go home and end this?"), ("client", "Mm-hmm.")
    assert flags_of({}, *turns, rules=True) == []
