# ruff: noqa: E501 - tables of words read best as they are
"""What the neighbours of a unit say about it: the question it answers, the answer it gets, its place."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from ml.evidence.finders_cues import DAY, DO
from ml.evidence.finders_cues_client import ACCEPTS, CLIENT, NOT_COMMITMENT, REJECTS
from ml.evidence.finders_cues_therapist import NOT_PLAN, THERAPIST
from ml.evidence.finders_units import Unit, word_count
from ml.evidence.topics import themes_of
from ml.schemas.report import Topic
from ml.schemas.transcript import SpeakerRole

NUMBER: Final = re.compile(
    r"\b(?:\d[\d.,]*|once|twice|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|fifteen|twenty|thirty|forty|fifty|hundred|half)\b",
    re.I,
)
_YES_NO: Final = re.compile(
    r"^(?:yes|yeah|yep|no|nope|not (?:really|at all)|never|sometimes|a little|a lot|maybe|probably)\b"
)
_ASKED: Final = re.compile(
    r"\b(?:remind me|tell me|describe|walk me through|go on|what about|and the|say more)\b"
)
_ELICITS: Final = re.compile(
    r"\b(?:which (?:day|one|evening|morning)|what (?:day|time)|when (?:will|would|could|can|are) (?:you|we)|how (?:often|many times|long) (?:will|would|could|can) you"
    r"|what (?:could|can|would|will|might|do) (?:you|we)[\w' ,]{0,30} (?:do|ask|tell|say to|try|change|start|use|want to try|plan|take on|commit)\b|what(?:'s| is| would be) (?:a|the|your|one|an) [\w' ]{0,15}(?:step|plan|goal for|way to start|target)"
    r"|what if (?:we|you)|how about|would you be (?:willing|able|open|up for)|are you willing|could you|can you|shall we|who could|where could|what would (?:help|make it easier|need to happen)|how (?:will|would|could) you)\b"
)
_WHEN: Final = re.compile(
    r"\b(?:"
    + DAY
    + r"|in (?:a|one|two|three|four|\d+) (?:weeks?|months?|days?)|(?:a|one|two|three) weeks?,? then|the (?:\w+-)?(?:first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|\w+teenth|twentieth|thirtieth)\b(?! (?:page|thing|time|one|step|lot|two|place|half|part))|at (?:\w+ )?(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|noon|\d+)|half past|o'clock)\b"
)
_RECAP: Final = re.compile(
    r"^(?:so|right|okay|to recap|to sum up|let me (?:recap|sum up)|in short|for the list)?,? ?[^,]+,[^,]+, ?(?:and )?[^,]+"
)
_PERSONS: Final = re.compile(r"\b(?:i|me|you|we|they|he|she|it|it's|that's|there|i'm|you're|we're|they're)\b")
_TALK_ABOUT: Final = re.compile(
    r"\b(?:you (?:feel|felt|said|think|thought|were|told)|sounds like|i hear|was|were|did)\b"
)
_IMPERATIVE: Final = re.compile(
    r"^(?:and |then |so |also |please |just |maybe )*(?:" + DO + r"|add|carry|leave|ring|text|don't|no)\b"
)


def question_before(units: Sequence[Unit], number: int) -> Unit | None:
    """What the therapist asked right before a client's unit: the last question, else the prompt."""
    unit = units[number]
    if unit.role is not SpeakerRole.CLIENT or not unit.first or number == 0:
        return None
    before = units[number - 1]
    if before.role is not SpeakerRole.THERAPIST or before.segment is unit.segment:
        return None
    if before.is_question:
        return before
    earlier = units[number - 2] if number > 1 and units[number - 2].segment is before.segment else None
    if earlier is not None and (earlier.is_question or _ASKED.search(before.cue_text)):
        return earlier
    return None


def answer_score(unit: Unit, question: Unit | None) -> float:
    """How much a short answer says once its question stands beside it."""
    words = word_count(unit.text)
    if question is None or not 1 <= words <= 24 or unit.is_question:
        return 0.0
    asked = themes_of(question.text)
    if word_count(question.text) > 40 or is_request(question) or (not asked and not NUMBER.search(unit.text)):
        return 0.0
    text = unit.cue_text
    score = 0.4 + (0.2 if NUMBER.search(text) else 0.0) + (0.1 if themes_of(unit.text) else 0.0)
    score += 0.05 if asked else 0.0
    if words <= 3 and not NUMBER.search(text):
        score -= 0.15 if _YES_NO.search(text) else 0.3
    return score if score >= 0.25 else 0.0


def is_request(unit: Unit) -> bool:
    """ "Could you keep a diary?" is no question about the client."""
    text = unit.cue_text
    return not NOT_PLAN.search(text) and any(w >= 0.7 and p.search(text) for p, w in THERAPIST[Topic.PLAN])


def topic_of_question(question: Unit) -> Topic:
    """What a question asks about decides what its answer is about."""
    text = question.cue_text
    for topic in (Topic.MEDICATION, Topic.SUBSTANCE):
        if any(pattern.search(text) for pattern, _ in CLIENT[topic]):
            return topic
    if re.search(r"\b(?:goals?|would you like|do you want|hope)\b", text):
        return Topic.GOAL
    return Topic.CONCERN


def plan_by_context(units: Sequence[Unit], number: int, question: Unit | None) -> float:
    """How likely a unit is part of the plan by where it stands, 0 where nothing speaks for it."""
    unit = units[number]
    if unit.role is SpeakerRole.CLIENT:
        asked = question if question is not None else _question_of_segment(units, number)
        return _plan_answer(unit, asked) if asked is not None else 0.0
    if unit.role is SpeakerRole.THERAPIST:
        return _plan_place(unit)
    return 0.0


def _plan_answer(unit: Unit, asked: Unit) -> float:
    """A client's concrete answer to "which day", "what could you do", "would you be willing"."""
    text = unit.cue_text
    if not _ELICITS.search(asked.cue_text) or NOT_PLAN.search(asked.cue_text) or unit.is_question:
        return 0.0
    dated = bool(_WHEN.search(text) or NUMBER.search(text))
    words = word_count(text)
    # "Yeah, I can do that." takes a proposal up and adds nothing to it.
    if REJECTS.search(text) or NOT_COMMITMENT.search(text) or (not dated and words < 7) or words < 3:
        return 0.0
    concrete = dated or bool(re.search(r"\bi(?:'ll|'d| could| can| will)\b", text))
    return (0.6 if concrete else 0.4) + 0.12 * unit.position


def _plan_place(unit: Unit) -> float:
    """A therapist's dates, recaps and bare instructions in the last part of a session."""
    text = unit.cue_text
    if NOT_PLAN.search(text) or _TALK_ABOUT.search(text) or unit.position <= 0.6:
        return 0.0
    if unit.position > 0.75 and _WHEN.search(text.replace("today", "")):
        return 0.72
    if not unit.is_question and _RECAP.search(text) and not _PERSONS.search(text):
        return 0.66
    if word_count(text) >= 4 and _IMPERATIVE.search(text):
        return 0.62
    return 0.0


def _question_of_segment(units: Sequence[Unit], number: int) -> Unit | None:
    """The question before the client's turn that a later sentence of the same turn still answers."""
    segment = units[number].segment
    for back in range(number, max(-1, number - 3), -1):
        if units[back].segment is not segment:
            return None
        if units[back].first:
            return question_before(units, back)
    return None


def uptake(units: Sequence[Unit], number: int) -> float:
    """How the client took what the therapist proposed: above 1 accepted, below 1 turned down."""
    segment = units[number].segment
    for later in units[number + 1 : number + 12]:
        if later.segment is segment:
            continue
        if later.role is SpeakerRole.CLIENT:
            text = later.cue_text
            if REJECTS.search(text):
                return 0.6
            return 1.1 if ACCEPTS.search(text) else 1.0
        break
    return 1.0
