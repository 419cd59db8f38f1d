"""Regression cases of the risk finder by rules alone; none are from the marked statements."""

from __future__ import annotations

import pytest

from ml.evidence.clauses import canonical, clause_starts, sentences
from ml.evidence.risk.finder import RiskFinder, screened
from ml.evidence.risk.statements import StatementError, read_statement
from ml.schemas.report import Polarity, RiskFlag, Subject, Timeframe

FINDER = RiskFinder()


def said(text: str) -> list[RiskFlag]:
    return FINDER.find_in_turns([("client", text)])


def facts(flags: list[RiskFlag]) -> set[tuple[str, str, str, str]]:
    return {(f.category.value, f.polarity.value, f.subject.value, f.timeframe.value) for f in flags}


ENDORSED = ("suicide", "endorsed", "client", "current")


def test_a_wish_a_denied_plan_and_a_denied_act_are_three_flags_with_verbatim_quotes() -> None:
    text = (
        "Low. Maybe a three out of ten. Sometimes I think that it would be okay if I just didn't wake up. "
        "But I don't have a plan, and I would never do that to my daughter."
    )
    flags = [flag for flag in said(text) if flag.category.value == "suicide"]
    assert all(evidence.quote in text for flag in flags for evidence in flag.evidence)
    endorsed = [flag for flag in flags if flag.polarity is Polarity.ENDORSED]
    denied = " | ".join(e.quote for f in flags if f.polarity is Polarity.DENIED for e in f.evidence)
    assert len(endorsed) == 1
    assert "didn't wake up" in endorsed[0].evidence[0].quote
    assert "plan" in denied
    assert "never do that" in denied


@pytest.mark.parametrize(
    "text",
    [
        "i wanna die",
        "My wife would be better off without me.",
        "I didn’t want to wake up this morning.",
        "I'm not sure I want to be alive.",
        "I can't promise I won't do something to myself.",
        "Not a day goes by that I don't think about killing myself.",
        "I, um, I just don't want to be alive anymore.",
        "im not okay i want to die",
    ],
)
def test_endorsed_now(text: str) -> None:
    assert ENDORSED in facts(said(text))


@pytest.mark.parametrize(
    "text", ["I don't want to kill myself.", "I have never thought about killing myself."]
)
def test_denied(text: str) -> None:
    found = facts(said(text))
    assert ("suicide", "denied", "client", "current") in found
    assert ENDORSED not in found


@pytest.mark.parametrize(
    "text",
    [
        "I'm dying to see that film.",
        "My back is killing me.",
        "I could kill for a coffee.",
        "We ended the lease.",
    ],
)
def test_everyday_phrases_are_no_risk(text: str) -> None:
    assert said(text) == []


def test_who_and_when() -> None:
    assert ("suicide", "endorsed", "client", "past") in facts(
        said("I tried to kill myself when I was nineteen.")
    )
    flags = said("My brother killed himself.")
    assert {flag.subject for flag in flags} == {Subject.OTHER}
    assert {flag.timeframe for flag in flags} == {Timeframe.PAST}


@pytest.mark.parametrize(
    ("reply", "polarity"),
    [
        ("Yeah, sometimes.", Polarity.ENDORSED),
        ("No, nothing like that.", Polarity.DENIED),
        ("Can we talk about something else?", Polarity.NOT_ASSESSED),
    ],
)
def test_question_and_answer_count_together(reply: str, polarity: Polarity) -> None:
    question = "Have you had any thoughts of suicide?"
    flags = FINDER.find_in_turns([("therapist", question), ("client", reply)])
    assert [flag.polarity for flag in flags if flag.category.value == "suicide"] == [polarity]
    quotes = [evidence.quote for evidence in flags[0].evidence]
    assert question in quotes
    assert (reply in quotes) == (polarity is not Polarity.NOT_ASSESSED)


def test_an_unanswered_question_is_not_a_denial() -> None:
    flags = FINDER.find_in_turns([("therapist", "Are you thinking of ending your life?")])
    assert {flag.polarity for flag in flags} == {Polarity.NOT_ASSESSED}


def test_languages() -> None:
    assert [screened(name) for name in ("en", "en-GB", "ar", "de")] == [True, True, True, False]
    flags = FINDER.find_in_turns([("client", "أُرِيدُ أن أموت.")], language="ar")
    assert facts(flags) == {ENDORSED}
    assert FINDER.find_in_turns([("client", "Ich will sterben.")], language="de") == []


def test_sentences_and_clauses_keep_their_places() -> None:
    text = "I went to Dr. Lee. It helped!  But I'm not okay i want to rest"
    assert all(text[s.start : s.end] == s.text for s in sentences(text))
    assert len(sentences(text)) == 3
    canon = canonical("I'm not okay i want to rest")
    assert [canon.tokens[index].text for index in clause_starts(canon)] == ["i", "i"]


@pytest.mark.parametrize("line", ["{", "[]", '{"id": 1}', '{"id": 1, "turns": [{"speaker": "client"}]}'])
def test_a_bad_line_is_named_without_its_words(line: str) -> None:
    with pytest.raises(StatementError):
        read_statement(line)
