"""Roles come from what is said."""

from __future__ import annotations

import pytest

from ml.schemas.transcript import SpeakerRole
from ml.transcription.roles import guess_roles

THERAPIST, CLIENT, OTHER = SpeakerRole.THERAPIST, SpeakerRole.CLIENT, SpeakerRole.OTHER

SESSION = [
    ("A", "How have you been sleeping since we last met?"),
    ("B", "Bad. I lie awake and I keep thinking about my job and my wife."),
    ("A", "It sounds like you carry a lot of that alone. What goes through your mind?"),
    ("B", "I just feel like I can't do anything right, I don't know."),
    ("A", "Would you be willing to write those thoughts down for next week?"),
    ("B", "I guess so. My wife says I should try it."),
]
SWAPPED = [*SESSION[1:], ("A", "Thank you. I'd like us to look at your sleep again next session.")]

ARABIC = [
    ("ب", "أنا تعبان جدا، ما بقدر أنام وعندي مشاكل مع زوجتي وشغلي."),
    ("أ", "كيف تشعر عندما تفكر بذلك؟ هل يمكن أن تحكي لي أكثر؟"),
    ("ب", "أنا خايف، يمكن أخسر عملي، وأهلي ما يفهموني."),
    ("أ", "شكرا لك. خلينا نكتب خطة معا، والواجب للجلسة القادمة أن تكتب أفكارك."),
]


@pytest.mark.parametrize("said", [SESSION, SWAPPED, list(reversed(SESSION))])
def test_order_does_not_matter(said: list[tuple[str, str]]) -> None:
    roles = guess_roles(said)

    assert roles["A"].role == THERAPIST
    assert roles["B"].role == CLIENT
    assert 0.7 < roles["A"].confidence <= 1.0


def test_swapping_the_voices_swaps_the_roles() -> None:
    swapped = [("B" if speaker == "A" else "A", text) for speaker, text in SESSION]

    straight, turned = guess_roles(SESSION), guess_roles(swapped)

    assert turned["B"].role == THERAPIST
    assert turned["B"].confidence == straight["A"].confidence


def test_arabic_is_known() -> None:
    roles = guess_roles(ARABIC, "ar")

    assert roles["أ"].role == THERAPIST
    assert roles["ب"].role == CLIENT


def test_a_third_person_is_other() -> None:
    said = [*SESSION, ("C", "I am his wife, I only brought him here."), ("C", "I will wait outside.")]

    roles = guess_roles(said)

    assert roles["A"].role == THERAPIST
    assert sorted(guess.role for guess in roles.values()) == sorted([THERAPIST, CLIENT, OTHER])


def test_a_stray_word_is_nobodys_therapist() -> None:
    roles = guess_roles([*SESSION, ("C", "You?")])

    assert roles["A"].role == THERAPIST
    assert roles["B"].role == CLIENT
    assert roles["C"].role == OTHER


def test_an_unknown_language_is_never_sure() -> None:
    roles = guess_roles([("A", "Wie geht es Ihnen heute?"), ("B", "Schlecht, ich schlafe kaum.")], "de")

    assert {guess.role for guess in roles.values()} == {THERAPIST, CLIENT}
    assert all(guess.confidence <= 0.6 for guess in roles.values())


def test_one_voice_alone_and_none() -> None:
    alone = guess_roles([("A", "I can't sleep and I hate my job, my wife left and I drink.")])

    assert alone["A"].role == CLIENT
    assert alone["A"].confidence <= 0.6
    assert guess_roles([]) == {}
