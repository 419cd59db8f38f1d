# ruff: noqa: E501 - tables of expressions are easier to read unwrapped
"""The trained reader: passages that the risk encoder rates as risk, narrowed to their words.

The encoder reads who is meant, when and whether it is denied along with the risk itself. A rule
that sees the same thing lowers the bar: two weak witnesses that agree are enough.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ml.evidence.risk.encoder import RiskScorer
from ml.evidence.risk.finding import Finding
from ml.evidence.risk.levels import behaviour_of, level_of, severity_of
from ml.evidence.risk.passages import Passage, passages_of
from ml.schemas.report import Polarity, RiskCategory, Severity, Subject, Timeframe
from ml.schemas.transcript import Segment, SpeakerRole

SELF_DIRECTED = frozenset({RiskCategory.SUICIDE, RiskCategory.SELF_HARM})
SELF_THRESHOLD, SELF_THRESHOLD_IN_LONG_TALK = 0.1, 0.7
"""Probability above which self-directed risk is flagged; missing one is worse than one too many."""
OTHER_THRESHOLD = 0.5
DENIED_THRESHOLD = 0.5
DENIAL_THRESHOLD, DENIAL_LEAD = 0.8, 1.0
DENIED_AROUND, THRESHOLD_BESIDE_DENIAL = 0.5, 0.5
"""What it takes to hear a risk in words whose context denies it."""
LONG_TALK_TURNS = 12
LONG_TALK_THRESHOLD = 0.9
"""In a whole session most talk is ordinary, and among hundreds of passages some read like a veiled
wish by chance. There a passage without a word of risk, and not in answer to a question about it,
must be as good as certain; a short statement is taken as it is."""
AGREED_THRESHOLD, AGREED_IN_LONG_TALK = 0.08, 0.3
"""What suffices where a rule sees the same risk in the same words."""
OWN_SHARE = 0.25
"""A passage out of a longer one counts this much by itself, the rest by its context."""
RIVAL_SHARE = 0.3
"""A rule's reading needs this share of what the encoder gives another reading of the same words."""
NARROW_SHARE = 0.7
ASKED_THRESHOLD = 0.5

_MARKS = {
    "endorsed": (Polarity.ENDORSED, Subject.CLIENT, Timeframe.CURRENT),
    "past": (Polarity.ENDORSED, Subject.CLIENT, Timeframe.PAST),
    "other": (Polarity.ENDORSED, Subject.OTHER, Timeframe.CURRENT),
    "denied": (Polarity.DENIED, Subject.CLIENT, Timeframe.CURRENT),
}
_AFFIRMED = ("endorsed", "past", "other")
_CUE = re.compile(
    r"\b(?:die[ds]?|dying|dead|death|kill\w*|suicid\w*|overdos\w*|hang(?:ing)? myself|end (?:it|my|things)|ending (?:it|my|things)"
    r"|(?:not|n['’]?t|never) (?:\w+ ){0,3}(?:here|around|alive|exist|wake|woken|woke|live|living)|wake up|disappear\w*|exist\w*|alive"
    r"|better off|burden|without me|no (?:point|reason)|go(?:ing)? on (?:like this|living|any ?more)|give up on"
    r"|sleep (?:and|for ?ever)|asleep and|jump\w*|bridge|train|rope|noose|guns?|rifle|pistol|blades?|razors?|pills|tablets"
    r"|funeral|goodbyes?|insurance|grave|cut(?:ting)?|burn(?:ing|t|ed)?|scratch\w*|scars?|bleed\w*|blood|harm\w*|hurt(?:ing|s)?"
    r"|hit\w*|punch\w*|slap\w*|chok\w*|strangl\w*|shov\w*|push\w*|threat\w*|beat\w*|bruis\w*|scared of|afraid of|touch\w*|abus\w*"
    r"|voices?|whisper\w*|watch(?:ing|ed)|following|cameras?|poison\w*|drunk|drink\w*|drank|wine|vodka|beers?|whisk\w*|high|relaps\w*"
    r"|us(?:ed|ing)|pot|weed|cocaine|coke|heroin|meth|fentanyl|oxy\w*|blackout|sober|withdrawal"
    r"|meds?|medication|doses?|prescription|lithium|insulin|starv\w*|eaten|eating|wash\w*|shower\w*|evict\w*|homeless)\b",
    re.IGNORECASE,
)
"""A word of risk of any category. It flags nothing; it says which passages need no certainty."""


@dataclass(frozen=True, slots=True)
class RatedTurn:
    """The passages of a turn and what the encoder says of each, (passages, labels).

    `ratings` are those of the words alone, `read` those in their context (see `_in_context`).
    `wary` is set in long talk; `asked` are the risks that the turn before asked about.
    """

    index: int
    passages: list[Passage]
    ratings: NDArray[np.float32]
    read: NDArray[np.float32]
    wary: bool = False
    asked: frozenset[RiskCategory] = frozenset()


class TrainedReader:
    """Reads whole transcripts at once, so that the encoder works in batches."""

    def __init__(self, scorer: RiskScorer) -> None:
        self._scorer = scorer
        self._column = {label: place for place, label in enumerate(scorer.labels)}

    def rate(self, segments: Sequence[Segment]) -> list[RatedTurn]:
        """Rate every passage of every turn."""
        passages = [passages_of(segments, index) for index in range(len(segments))]
        ratings = self._scorer.probabilities([item.rated for turn in passages for item in turn])
        turns: list[RatedTurn] = []
        start = 0
        wary = sum(item.role is not SpeakerRole.THERAPIST for item in segments) > LONG_TALK_TURNS
        asked: frozenset[RiskCategory] = frozenset()
        for turn in passages:
            own = ratings[start : start + len(turn)]
            rated = RatedTurn(len(turns), turn, own, _in_context(turn, own), wary, asked)
            asked = frozenset(self.asked(rated))
            turns.append(rated)
            start += len(turn)
        return turns

    def findings(self, turn: RatedTurn) -> list[Finding]:
        """What the encoder alone finds in a turn of the client or of somebody else."""
        found = []
        for category in RiskCategory:
            for mark in _MARKS:
                found += self._of_label(turn, category, mark)
        return found

    def agrees(self, turn: RatedTurn, finding: Finding) -> bool:
        """Whether the encoder finds a rule's reading at least possible for the same words."""
        mark = _mark_of(finding)
        rows = [
            row
            for row, item in enumerate(turn.passages)
            if item.start < finding.end and finding.start < item.end and item.kind != "clause"
        ]
        if not rows:
            return True
        own = float(turn.read[rows, self._column[f"{finding.category}.{mark}"]].max())
        rivals = [
            float(turn.read[rows, self._column[f"{finding.category}.{other}"]].max())
            for other in _MARKS
            if mark in _AFFIRMED and other != mark
        ]
        least = AGREED_IN_LONG_TALK if turn.wary else AGREED_THRESHOLD
        return own > least and own > RIVAL_SHARE * max(rivals, default=0.0)

    def possibly_asked(self, turn: RatedTurn, category: RiskCategory) -> bool:
        """Whether the encoder leaves it possible that a therapist's turn asks about a risk."""
        rated = turn.ratings[:, self._column[f"{category}.asked"]]
        return len(rated) == 0 or float(rated.max()) > AGREED_THRESHOLD

    def asked(self, turn: RatedTurn) -> dict[RiskCategory, Passage]:
        """The risks a therapist's turn asks about, with the sentence that asks."""
        asked: dict[RiskCategory, Passage] = {}
        for category in RiskCategory:
            rated = turn.ratings[:, self._column[f"{category}.asked"]]
            if len(rated) and rated.max() > ASKED_THRESHOLD:
                asked[category] = turn.passages[int(rated.argmax())]
        return asked

    def _of_label(self, turn: RatedTurn, category: RiskCategory, mark: str) -> list[Finding]:
        column = self._column[f"{category}.{mark}"]
        rated = turn.ratings[:, column]
        flagged: list[tuple[float, Passage]] = []
        for row, item in enumerate(turn.passages):
            score = float(turn.read[row, column])
            heard = min(score, float(rated[row])) > self._bar(turn, category, mark, row)
            if item.kind != "clause" and heard and self._leads(turn, category, mark, row):
                flagged.append((score, item))
        found: list[Finding] = []
        for score, item in sorted(flagged, key=lambda pair: (-pair[0], pair[1].end - pair[1].start)):
            if any(one.start < item.end and item.start < one.end for one in found):
                continue
            for part in _narrowed(turn.passages, rated, item, score):
                if mark != "denied" and self._is_denial(turn, category, mark, part):
                    continue
                question = turn.index - 1 if part.kind == "answer" else None
                found.append(_finding(category, mark, part, score, question))
        return found

    def _bar(self, turn: RatedTurn, category: RiskCategory, mark: str, row: int) -> float:
        """The probability above which a passage is flagged."""
        if mark == "denied":
            bar = DENIED_THRESHOLD
        else:
            bar = SELF_THRESHOLD if category in SELF_DIRECTED else OTHER_THRESHOLD
            if turn.read[row, self._column[f"{category}.denied"]] > DENIED_AROUND:
                bar = max(bar, THRESHOLD_BESIDE_DENIAL)
        if turn.wary and category in SELF_DIRECTED:
            bar = max(bar, SELF_THRESHOLD_IN_LONG_TALK)
        if turn.wary and category not in turn.asked and not _CUE.search(_words(turn.passages[row])):
            bar = max(bar, LONG_TALK_THRESHOLD)
        return bar

    def _is_denial(self, turn: RatedTurn, category: RiskCategory, mark: str, part: Passage) -> bool:
        """Whether these very words deny rather than say it; a mixed statement splits into clauses."""
        row = turn.passages.index(part)
        denied = float(turn.ratings[row, self._column[f"{category}.denied"]])
        said = float(turn.ratings[row, self._column[f"{category}.{mark}"]])
        return denied > DENIAL_THRESHOLD and denied > DENIAL_LEAD * said

    def _leads(self, turn: RatedTurn, category: RiskCategory, mark: str, row: int) -> bool:
        """Of "now", "then" and "somebody else" the likeliest holds; a denial stands for itself."""
        if mark == "denied":
            return True
        rated = {other: turn.read[row, self._column[f"{category}.{other}"]] for other in _AFFIRMED}
        return bool(rated[mark] >= max(rated.values()))


def _words(item: Passage) -> str:
    """What the client says of a passage, without the question."""
    return item.rated.rpartition(" C: ")[2]


def _in_context(passages: list[Passage], ratings: NDArray[np.float32]) -> NDArray[np.float32]:
    """The ratings, most of each that of the widest passage around: alone, a piece of speech misleads."""
    read = ratings.copy()
    for row, item in enumerate(passages):
        around = [
            (other.end - other.start, other.kind == "answer", place)
            for place, other in enumerate(passages)
            if other.kind in {"run", "answer"} and other.start <= item.start and item.end <= other.end
        ]
        if around:
            context = ratings[max(around)[2]]
            read[row] = OWN_SHARE * ratings[row] + (1 - OWN_SHARE) * context
    return read


def _narrowed(
    passages: list[Passage], rated: NDArray[np.float32], whole: Passage, score: float
) -> list[Passage]:
    """The clauses or sentences in a passage that carry its rating; itself where none does."""
    for kind in ("clause", "sentence"):
        parts = [
            item
            for row, item in enumerate(passages)
            if item.kind == kind
            and whole.start <= item.start
            and item.end <= whole.end
            and rated[row] >= NARROW_SHARE * score
        ]
        if parts:
            return parts
    return [whole]


def _finding(category: RiskCategory, mark: str, item: Passage, score: float, question: int | None) -> Finding:
    polarity, subject, timeframe = _MARKS[mark]
    quote = item.rated
    severity, level, behaviour = Severity.MODERATE, None, None
    if mark == "denied":
        severity = Severity.LOW
    elif category is RiskCategory.SUICIDE and mark == "endorsed":
        level, behaviour = level_of(quote), behaviour_of(quote)
        severity = severity_of(level)
    return Finding(
        category=category, polarity=polarity, subject=subject, timeframe=timeframe,
        start=item.start, end=item.end, source="embedding", rule="trained",
        severity=severity, level=level, behaviour=behaviour, confidence=round(min(score, 0.99), 2),
        question=question,
    )  # fmt: skip


def _mark_of(finding: Finding) -> str:
    if finding.polarity is Polarity.DENIED:
        return "denied"
    if finding.subject is Subject.OTHER:
        return "other"
    return "past" if finding.timeframe is Timeframe.PAST else "endorsed"
