"""Finders: from segments to scored candidates of evidence, each with its topic.

A candidate is a unit (verbatim words of one segment), sometimes with the question it answers.
Cue rules and sentence embeddings vote; who speaks decides which rules apply. Nothing is worded
here and nothing is dropped for being long ago: selection is another step.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ml.evidence.finders_context import (
    NUMBER,
    answer_score,
    plan_by_context,
    question_before,
    topic_of_question,
    uptake,
)
from ml.evidence.finders_cues import Cue
from ml.evidence.finders_cues_client import CLIENT, NOT_COMMITMENT
from ml.evidence.finders_cues_therapist import NOT_PLAN, THERAPIST
from ml.evidence.finders_languages import found_in
from ml.evidence.finders_units import Unit, units_of, word_count
from ml.evidence.quotes import evidence
from ml.evidence.similarity import TopicSimilarity
from ml.evidence.topics import themes_of
from ml.schemas.report import Evidence, Topic
from ml.schemas.transcript import Segment, SpeakerRole

CLIENT_TOPICS = frozenset(CLIENT)
THERAPIST_TOPICS = frozenset({Topic.PLAN, Topic.INTERVENTION, Topic.ASSESSMENT, Topic.MEDICATION})


@dataclass(frozen=True, slots=True, eq=False)
class Candidate:
    """A passage worth a claim: `unit` makes the claim, `question` is what it answers, if needed."""

    unit: Unit
    topic: Topic
    score: float
    themes: tuple[str, ...]
    vector: NDArray[np.float32] | None = None
    question: Unit | None = None
    siblings: tuple[Unit, ...] = ()

    @property
    def evidence(self) -> list[Evidence]:
        """The quotes, the question first."""
        units = [self.question, self.unit] if self.question else [self.unit]
        return [evidence(unit.segment, unit.text) for unit in units]


def _strongest(cues: dict[Topic, tuple[Cue, ...]], text: str) -> dict[Topic, float]:
    found: dict[Topic, float] = {}
    for topic, rules in cues.items():
        weight = max((w for pattern, w in rules if pattern.search(text)), default=0.0)
        if weight:
            found[topic] = weight
    return found


def _length_factor(words: int) -> float:
    if words < 4:
        return 0.35
    if words < 6:
        return 0.7
    if words < 8:
        return 0.9
    return 1.0 if words <= 36 else 0.9


class Finder:
    """Finds candidates in a session.

    Args:
        similarity: likeness to prototypes; None uses the cue rules alone.
    """

    def __init__(self, similarity: TopicSimilarity | None = None) -> None:
        self._similarity = similarity

    def find(self, segments: Sequence[Segment], language: str = "en") -> list[Candidate]:
        """All candidates in order of the session; one unit may stand for several topics.

        The cue rules and the embeddings know English; other languages have rules of their own
        that know less (`ml.evidence.finders_languages`).
        """
        units = units_of(segments)
        if language != "en":
            return [
                Candidate(unit, topic, score, themes, siblings=(unit,))
                for unit, topic, score, themes in found_in(units, language)
            ]
        likeness: list[dict[Topic, float]] = [{} for _ in units]
        small_talk = [False] * len(units)
        vectors: list[NDArray[np.float32] | None] = [None] * len(units)
        if self._similarity is not None and units:
            matrix = self._similarity.embed([unit.text for unit in units])
            likeness, small_talk = self._similarity.scores(matrix)
            vectors = list(matrix)
        turns: dict[str, list[Unit]] = {}
        for unit in units:
            turns.setdefault(unit.segment.id, []).append(unit)
        candidates: list[Candidate] = []
        for number, unit in enumerate(units):
            question = question_before(units, number)
            siblings = tuple(turns[unit.segment.id])
            scores = self._topics(unit, units, number, likeness[number], small_talk[number])
            in_context = plan_by_context(units, number, question)
            if in_context > scores.get(Topic.PLAN, 0.0):
                scores[Topic.PLAN] = in_context
            themes = tuple(themes_of(unit.text))
            for topic, score in scores.items():
                asked = question if topic is Topic.PLAN and score == in_context else None
                candidates.append(Candidate(unit, topic, score, themes, vectors[number], asked, siblings))
            answer = answer_score(unit, question)
            if question is not None and answer > 0:
                both = tuple(themes_of(question.text + " " + unit.text))
                topic = topic_of_question(question)
                candidates.append(Candidate(unit, topic, answer, both, vectors[number], question, siblings))
        return candidates

    def _topics(
        self, unit: Unit, units: Sequence[Unit], number: int, likeness: dict[Topic, float], small_talk: bool
    ) -> dict[Topic, float]:
        text = unit.cue_text
        therapist = unit.role is SpeakerRole.THERAPIST
        cues = _strongest(THERAPIST if therapist else CLIENT, text)
        allowed = THERAPIST_TOPICS if therapist else CLIENT_TOPICS
        found: dict[Topic, float] = {}
        for topic in {*cues, *(t for t in likeness if t in allowed)}:
            cue, like = cues.get(topic, 0.0), likeness.get(topic, 0.0)
            score = max(cue, 0.75 * like) + 0.25 * min(cue, like)
            words = word_count(unit.text)
            # A step can be agreed in five words; a feeling told in five says little.
            short_step = topic is Topic.PLAN and cue >= 0.7 and words >= 4
            score *= max(0.9, _length_factor(words)) if short_step else _length_factor(words)
            if small_talk and cue < 0.7:
                score *= 0.6
            if topic is Topic.PLAN:
                score = _plan_score(unit, text, score, cue)
                score *= uptake(units, number) if therapist else 1.0
            elif unit.is_question and topic is not Topic.INTERVENTION:
                score *= 0.4
            if score >= 0.25:
                found[topic] = score
        if not therapist and not small_talk and not unit.is_question:
            found[Topic.CONCERN] = max(found.get(Topic.CONCERN, 0.0), _told(unit))
        return found


def _told(unit: Unit) -> float:
    """What a statement is worth for being told at some length, with figures or names."""
    words = word_count(unit.text)
    if words < 8:
        return 0.0
    named = len(re.findall(r"(?<=[a-z,] )[A-Z][a-z]{2,}", unit.text))
    return 0.34 + 0.004 * min(words, 30) + (0.1 if NUMBER.search(unit.text) else 0.0) + 0.05 * min(2, named)


def _plan_score(unit: Unit, text: str, score: float, cue: float) -> float:
    """A plan is what somebody will do: talk about the past, mere questions and refusals are not."""
    if unit.role is SpeakerRole.THERAPIST:
        if NOT_PLAN.search(text):
            return score * 0.25
        if unit.is_question and cue < 0.75:
            score *= 0.4
    else:
        if NOT_COMMITMENT.search(text):
            return score * 0.25
        if unit.is_question:
            score *= 0.4
        if not re.search(r"\b(?:i|i'm|i'll|i'd|we|we'll|my)\b", text):
            score *= 0.6
    if cue == 0:
        score *= 0.55
    # Agreements gather near the end of a session.
    return score * (0.88 + 0.2 * unit.position)
