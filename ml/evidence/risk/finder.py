# ruff: noqa: E501 - tables of expressions are easier to read unwrapped
"""The risk finder: rules and the trained encoder, their findings joined.

The language model as a third reader works on the finder's flags, in `ml.reporting.risk_reader`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from ml.evidence.risk.answers import Answer, Asked, Questions, answer_of, is_asking
from ml.evidence.risk.circumstance import timeframe_of
from ml.evidence.risk.encoder import RiskScorer
from ml.evidence.risk.finding import Finding
from ml.evidence.risk.joining import flags_of
from ml.evidence.risk.rules import RuleReader
from ml.evidence.risk.trained import RatedTurn, TrainedReader
from ml.schemas.report import Polarity, RiskCategory, RiskFlag, Severity, Subject, Timeframe
from ml.schemas.transcript import Segment, SpeakerRole

_LANGUAGES = frozenset({"en", "ar"})
_THERAPIST_NAMES = frozenset(
    [
        "therapist",
        "counselor",
        "counsellor",
        "clinician",
        "interviewer",
        "doctor",
        "psychologist",
        "t",
        "helper",
        "supporter",
        "listener",
        "provider",
    ]
)
_CONTEXT_TURNS = 4
_ANSWER_CHARACTERS = 60
_SELF_DIRECTED = frozenset({RiskCategory.SUICIDE, RiskCategory.SELF_HARM})


def screened(language: str) -> bool:
    """Whether the finder knows a language ("en", "en-GB", "ar"); where not, say so in the report."""
    return language.lower().replace("_", "-").split("-")[0] in _LANGUAGES


class RiskFinder:
    """Finds what was said of the risks of CLINICAL.md, each with its verbatim words.

    Args:
        scorer: the trained encoder; None reads by rules alone, which miss most indirect statements.
        use_rules: False leaves the rules out, to measure the encoder alone.
    """

    def __init__(self, scorer: RiskScorer | None = None, *, use_rules: bool = True) -> None:
        self._rules = RuleReader()
        self._questions = Questions()
        self._use_rules = use_rules
        self._trained = TrainedReader(scorer) if scorer is not None else None

    def find_in_turns(self, turns: Iterable[tuple[str, str]], language: str = "en") -> list[RiskFlag]:
        """The same for (speaker, text) pairs; evidence names the turn's number as its segment."""
        pairs = list(turns)
        asks = {name for name, text in pairs if is_asking(text)}
        names = {name for name, _ in pairs}
        segments = []
        for index, (name, text) in enumerate(pairs):
            role = _role_of(name, known=len(names) > 1 and asks == {name})
            segments.append(Segment(id=str(index), index=index, speaker=name, role=role, text=text))
        return self.find(segments, language)

    def find(self, segments: Sequence[Segment], language: str = "en") -> list[RiskFlag]:
        """Flags in order of place; an unscreened language has none (see `screened`)."""
        if not screened(language):
            return []
        if language.lower().startswith("ar"):
            from ml.evidence.risk.arabic import ArabicReader

            return flags_of(segments, ArabicReader().findings(segments))
        rated = self._trained.rate(segments) if self._trained is not None else None
        found: list[list[Finding]] = [[] for _ in segments]
        context: list[set[RiskCategory]] = []
        for index, segment in enumerate(segments):
            spoken_of = set().union(*context[-_CONTEXT_TURNS:]) if context else set()
            turn = rated[index] if rated is not None else None
            if segment.role is SpeakerRole.THERAPIST:
                context.append({item.category for item in self._asked(segment.text, turn)})
                continue
            found[index] = self._read(segments, index, spoken_of, turn)
            context.append({item.category for item in found[index]})
        self._add_answers(segments, found, rated)
        return flags_of(segments, found)

    def _asked(self, text: str, turn: RatedTurn | None) -> list[Asked]:
        """What a therapist's turn asks about, by its words and by the encoder."""
        asked = list(self._questions.asked(text))
        if self._trained is None or turn is None or not is_asking(text):
            return asked
        asked = [item for item in asked if self._trained.possibly_asked(turn, item.category)]
        known = {item.category for item in asked}
        return asked + [
            Asked(category=category, start=passage.start, end=passage.end, reassuring=False)
            for category, passage in self._trained.asked(turn).items()
            if category not in known
        ]

    def _read(
        self,
        segments: Sequence[Segment],
        index: int,
        context: set[RiskCategory],
        turn: RatedTurn | None,
    ) -> list[Finding]:
        text = segments[index].text
        found = self._rules.read(text, context) if self._use_rules else []
        if self._trained is not None and turn is not None:
            found = [item for item in found if self._trained.agrees(turn, item)]
            found += self._trained.findings(turn)
        return found

    def _agrees(self, rated: list[RatedTurn] | None, item: Finding, answered: int) -> bool:
        if self._trained is None or rated is None or item.polarity is Polarity.NOT_ASSESSED:
            return True
        return self._trained.agrees(rated[answered], item)

    def _add_answers(
        self, segments: Sequence[Segment], found: list[list[Finding]], rated: list[RatedTurn] | None
    ) -> None:
        for index, segment in enumerate(segments):
            if segment.role is not SpeakerRole.THERAPIST or not is_asking(segment.text):
                continue
            asked = self._asked(segment.text, rated[index] if rated is not None else None)
            if not asked:
                continue
            following = index + 1
            if following >= len(segments) or segments[following].role is SpeakerRole.THERAPIST:
                if following >= len(segments) or not self._questions.asked(segments[following].text):
                    found[index].extend(_unanswered(item, index) for item in asked)
                continue
            reply = segments[following].text
            answer = answer_of(reply)
            for item in asked:
                addition = _answered(item, answer, index, reply, found[following])
                if addition is not None and not self._agrees(rated, addition, following):
                    addition = None if _said(item, found[following]) else _unanswered(item, index)
                if addition is not None:
                    place = index if addition.polarity is Polarity.NOT_ASSESSED else following
                    found[place].append(addition)


def _said(item: Asked, found: list[Finding]) -> list[Finding]:
    """What was found in the reply itself of the client and this risk."""
    return [one for one in found if one.category is item.category and one.subject is Subject.CLIENT]


def _unanswered(item: Asked, index: int) -> Finding:
    return Finding(
        category=item.category, polarity=Polarity.NOT_ASSESSED, subject=Subject.CLIENT, timeframe=Timeframe.UNCLEAR,
        start=item.start, end=item.end, source="rules", rule="question", severity=Severity.LOW,
    )  # fmt: skip


def _answered(item: Asked, answer: Answer, index: int, reply: str, said: list[Finding]) -> Finding | None:
    """The finding of question and answer together; None where the reply itself already says it."""
    own = _said(item, said)
    if answer is Answer.OPEN and not (item.reassuring and item.category in _SELF_DIRECTED and _doubts(reply)):
        return None if own else _unanswered(item, index)
    denies = (answer is not Answer.YES) != item.reassuring
    polarity = Polarity.DENIED if denies else Polarity.ENDORSED
    if any(other.polarity is polarity for other in own):
        return None
    if polarity is Polarity.DENIED and any(
        other.polarity is Polarity.ENDORSED and other.timeframe is Timeframe.CURRENT and other.start == 0
        for other in own
    ):
        return None
    stop = (
        len(reply)
        if len(reply) < 80
        else next((place + 1 for place, mark in enumerate(reply) if mark in ".?!"), len(reply))
    )
    return Finding(
        category=item.category,
        polarity=polarity,
        subject=Subject.CLIENT,
        timeframe=Timeframe.CURRENT if denies else timeframe_of(reply, 0, stop, (0, stop)),
        start=0,
        end=stop,
        source="rules",
        rule="answer",
        severity=Severity.LOW if polarity is Polarity.DENIED else Severity.HIGH,
        level=2 if item.category is RiskCategory.SUICIDE and polarity is Polarity.ENDORSED else None,
        question=index,
    )


def _doubts(reply: str) -> bool:
    """ "I don't know that I can", asked whether one can stay safe, is no reassurance."""
    return bool(
        re.match(
            r"^\W*(?:\w+\W+){0,2}?(?:i\s+)?(?:don['’]?t know|not sure|can['’]?t (?:say|promise)|hard to say|depends)",
            reply,
            re.IGNORECASE,
        )
    )


def _role_of(name: str, known: bool) -> SpeakerRole:
    plain = name.strip().lower()
    if plain in _THERAPIST_NAMES:
        return SpeakerRole.THERAPIST
    if plain in {"client", "patient", "c", "p", "seeker", "user"}:
        return SpeakerRole.CLIENT
    return SpeakerRole.THERAPIST if known else SpeakerRole.CLIENT
