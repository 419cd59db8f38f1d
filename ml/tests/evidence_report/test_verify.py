# ruff: noqa: E501 - pairs of sentences read best side by side
"""Claims that say what their quotes say, and claims that do not."""

from __future__ import annotations

import pytest

from ml.evidence.verify import differences
from ml.schemas.transcript import SpeakerRole

CLIENT, THERAPIST = SpeakerRole.CLIENT, SpeakerRole.THERAPIST

FAITHFUL = [
    (CLIENT, "I fall asleep around two in the morning and I wake up at five.",
     "Client falls asleep around two in the morning and wakes up at five."),
    (CLIENT, "Sometimes I think that it would be okay if I just didn't wake up.",
     "Sometimes client thinks that it would be okay if they just didn't wake up."),
    (CLIENT, "But I don't have a plan, and I would never do that to my daughter.",
     "Client doesn't have a plan, and would never do that to their daughter."),
    (CLIENT, "They told me they would be better off without me.",
     "They told the client they would be better off without the client."),
    (CLIENT, "My wife said she is leaving me.", "Client's wife said she is leaving the client."),
    (CLIENT, "I've cut down to two drinks a night.", "Client has cut down to 2 drinks a night."),
    (THERAPIST, "And for homework, could you keep a thought record once a day, and have no coffee after noon?",
     "Therapist asked client to keep a thought record once a day, and have no coffee after noon."),
]  # fmt: skip

UNFAITHFUL = [
    # what the packaged model did when it was asked for a clinical sentence
    (CLIENT, "Sometimes I think that it would be okay if I just didn't wake up.", "Client denied such thoughts.", "content"),
    (CLIENT, "I think they would be better off without me.", "Client thinks they would be better off without her.", "person"),
    (CLIENT, "I don't have a plan.", "Client has a plan.", "negation"),
    (CLIENT, "I don't have a plan, and I would do it.", "Client has a plan, and would not do it.", "negation"),
    (CLIENT, "I take fifty milligrams.", "Client takes fifteen milligrams.", "number"),
    (CLIENT, "I have five or six beers.", "Client has five beers.", "number"),
    (CLIENT, "I might call my brother.", "Client will call their brother.", "modality"),
    (CLIENT, "Maybe I'll stop drinking.", "Client will stop drinking.", "modality"),
    (CLIENT, "I take my Zoloft at night.", "Client takes their Prozac at night.", "content"),
    (CLIENT, "I was drinking wine with Anna.", "Client was drinking wine with Maria.", "content"),
    (CLIENT, "My mother hit me.", "Client's mother hit my brother.", "content"),
    (CLIENT, "She hits him.", "Client hits him.", "person"),
    (CLIENT, "I drank last year.", "Client drinks every year.", "content"),
    (CLIENT, "I sleep badly and I worry about my son's operation.", "Client sleeps badly.", "lost"),
    (THERAPIST, "You're worried about the exam.", "Client is worried about the exam.", "attribution"),
    (CLIENT, "It was really hard.", "It was really hard.", "attribution"),
    (CLIENT, "I never hurt him.", "I never hurt him, client said.", "person"),
]  # fmt: skip


@pytest.mark.parametrize(("role", "quote", "claim"), FAITHFUL)
def test_a_change_of_person_stands(role: SpeakerRole, quote: str, claim: str) -> None:
    assert differences(claim, [quote], role=role, strict=True) == []


@pytest.mark.parametrize(("role", "quote", "claim", "kind"), UNFAITHFUL)
def test_a_changed_meaning_does_not(role: SpeakerRole, quote: str, claim: str, kind: str) -> None:
    assert kind in {d.kind for d in differences(claim, [quote], role=role, strict=True)}


def test_a_quoted_passage_needs_no_check_and_a_misquoted_one_does() -> None:
    quote = "I take fifty milligrams and I feel dizzy."
    assert differences("Client said: “I feel dizzy.”", [quote]) == []
    assert differences("Client said: “I feel fine.”", [quote])


def test_a_person_may_say_less_but_nothing_else() -> None:
    quote = "I sleep badly, and I don't want to take Ambien."
    assert differences("Client sleeps badly.", [quote]) == []
    assert {d.kind for d in differences("Client wants to take Ambien.", [quote])} == {"negation"}
    assert {d.kind for d in differences("Client takes 10 mg of Ambien.", [quote])} >= {"number"}
