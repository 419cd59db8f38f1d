"""Choosing among candidates: few, important, spread over the session, nothing said twice."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence, Set
from dataclasses import dataclass, replace

from ml.evidence.finders import Candidate
from ml.evidence.finders_passages import KEY_WORDS, PLAN_WORDS, passage
from ml.evidence.finders_units import Unit, word_count
from ml.evidence.quotes import words_of
from ml.schemas.report import Section, Topic
from ml.schemas.transcript import Segment, SpeakerRole

KEY_TOPIC_WEIGHT: dict[Topic, float] = {
    Topic.CONCERN: 1.0,
    Topic.EVENT: 1.0,
    Topic.SUBSTANCE: 1.0,
    Topic.MEDICATION: 1.05,
    Topic.PROGRESS: 0.9,
    Topic.GOAL: 0.9,
    Topic.STRENGTH: 0.88,
    Topic.RELATIONSHIP: 0.85,
    Topic.ASSESSMENT: 0.62,
    Topic.RESPONSE: 0.55,
    Topic.INTERVENTION: 0.5,
}
_SAID_BY_THERAPIST = frozenset({Topic.INTERVENTION, Topic.ASSESSMENT})
"""Kept few among the key points, which are the client's; the summary tells of interventions."""
PLAN_THRESHOLD = 0.58
KEY_THRESHOLD = 0.42
_RATING = re.compile(r"\bout of (?:ten|10|five|a hundred|100)\b|\b(?:mg|milligrams?)\b", re.I)


@dataclass(frozen=True, slots=True)
class Limits:
    """How many claims each section may hold, by the length of the session."""

    key_points: int
    plan: int
    summary: int = 3

    @classmethod
    def for_words(cls, words: int) -> Limits:
        """Few for a short session, never a list nobody reads for a long one."""
        return cls(
            key_points=min(20, max(5, round(5 + words / 140))),
            plan=min(12, max(5, round(4 + words / 220))),
        )


def session_words(segments: Iterable[Segment]) -> int:
    """Words of a session."""
    return sum(word_count(s.text) for s in segments)


def _alike(a: Candidate, b: Candidate, cosine: float) -> bool:
    if a.unit.segment is b.unit.segment and a.unit.start < b.unit.end and b.unit.start < a.unit.end:
        return True
    left, right = set(words_of(a.unit.text)), set(words_of(b.unit.text))
    if left and right and len(left & right) / min(len(left), len(right)) > 0.8:
        return True
    if a.vector is None or b.vector is None:
        return False
    return float(a.vector @ b.vector) > cosine


def _plan(candidates: Sequence[Candidate], limit: int) -> list[Candidate]:
    ranked = sorted((c for c in candidates if c.topic is Topic.PLAN), key=lambda c: -c.score)
    chosen: list[Candidate] = []
    for candidate in ranked:
        if candidate.score < PLAN_THRESHOLD or len(chosen) == limit:
            break
        if not any(_alike(candidate, other, 0.8) for other in chosen):
            chosen.append(candidate)
    strong = {id(c.unit) for c in ranked if c.score >= PLAN_THRESHOLD}
    return _widened(chosen, PLAN_WORDS, strong)


def _widened(chosen: Sequence[Candidate], words: int, strong: Set[int]) -> list[Candidate]:
    """Each candidate with its passage; sentences that make a claim of their own stay out."""
    wide: list[Candidate] = []
    for candidate in chosen:
        others = [
            c for c in (*wide, *chosen) if c is not candidate and c.unit.segment is candidate.unit.segment
        ]

        def taken(unit: Unit, others: Sequence[Candidate] = others) -> bool:
            return id(unit) in strong or any(
                unit.start < o.unit.end and o.unit.start < unit.end for o in others
            )

        unit = passage(candidate.unit, candidate.siblings, words, taken)
        wide.append(replace(candidate, unit=unit))
    return wide


def _best_topic(candidates: Iterable[Candidate]) -> list[Candidate]:
    """One candidate for each unit: the topic with the greatest weighted score."""
    best: dict[int, Candidate] = {}
    for candidate in candidates:
        key = id(candidate.unit)
        value = candidate.score * KEY_TOPIC_WEIGHT.get(candidate.topic, 0.0)
        held = best.get(key)
        if held is None or value > held.score * KEY_TOPIC_WEIGHT[held.topic]:
            best[key] = candidate
    return list(best.values())


def _key_points(candidates: Sequence[Candidate], taken: Sequence[Candidate], limit: int) -> list[Candidate]:
    pool = _best_topic(c for c in candidates if c.topic in KEY_TOPIC_WEIGHT)
    mentions: Counter[str] = Counter()
    for candidate in pool:
        if candidate.unit.role is not SpeakerRole.THERAPIST:
            mentions.update(candidate.themes)
    most = max(mentions.values(), default=1)
    chosen: list[Candidate] = []
    covered: Counter[str] = Counter()
    spoken_for = 0

    def value(candidate: Candidate) -> float:
        score = candidate.score * KEY_TOPIC_WEIGHT[candidate.topic]
        if _RATING.search(candidate.unit.text):
            score += 0.2
        if candidate.themes:
            fresh = [t for t in candidate.themes if not covered[t]]
            weight = max(mentions[t] for t in candidate.themes) / most
            worn = min(3, *(covered[t] for t in candidate.themes))
            score += 0.15 * weight + (0.2 if fresh else -0.08 * worn)
        else:
            score -= 0.15
        near = sum(abs(candidate.unit.segment.index - c.unit.segment.index) <= 2 for c in chosen)
        return score - 0.04 * near

    while pool and len(chosen) < limit:
        best = max(pool, key=value)
        pool.remove(best)
        if best.score < KEY_THRESHOLD:
            continue
        if best.topic in _SAID_BY_THERAPIST and spoken_for >= max(1, limit // 8):
            continue
        if any(_alike(best, other, 0.82) for other in (*chosen, *taken)):
            continue
        chosen.append(best)
        covered.update(best.themes)
        spoken_for += best.topic in _SAID_BY_THERAPIST
    blocked = {id(s) for c in taken for s in c.siblings if c.unit.start <= s.start < c.unit.end}
    return _widened(chosen, KEY_WORDS, blocked)


def _summary(candidates: Sequence[Candidate], taken: Sequence[Candidate], limit: int) -> list[Candidate]:
    """What was done and how it was taken: what the other two sections leave out."""
    chosen: list[Candidate] = []
    for topics in (
        {Topic.INTERVENTION, Topic.ASSESSMENT},
        {Topic.RESPONSE, Topic.PROGRESS, Topic.STRENGTH},
        {Topic.GOAL, Topic.CONCERN, Topic.EVENT},
    ):
        pool = [c for c in candidates if c.topic in topics and c.score >= 0.6]
        pool = [c for c in pool if not any(_alike(c, o, 0.82) for o in (*taken, *chosen))]
        if pool and len(chosen) < limit:
            chosen.append(max(pool, key=lambda c: c.score))
    return chosen


def select(candidates: Sequence[Candidate], limits: Limits) -> dict[Section, list[Candidate]]:
    """The candidates of each section, in order of the session."""
    plan = _plan(candidates, limits.plan)
    key_points = _key_points(candidates, plan, limits.key_points)
    # A summary that leaves out the weightiest point or step because a list has it is none.
    leading = [max(found, key=lambda c: c.score) for found in (key_points, plan) if found]
    others = _summary(candidates, [*plan, *key_points], limits.summary)
    summary = [*leading, *others[: max(0, limits.summary - len(leading))]]

    def in_order(chosen: list[Candidate]) -> list[Candidate]:
        return sorted(chosen, key=lambda c: (c.unit.segment.index, c.unit.start))

    return {
        Section.SUMMARY: in_order(summary),
        Section.KEY_POINTS: in_order(key_points),
        Section.TREATMENT_PLAN: in_order(plan),
    }
