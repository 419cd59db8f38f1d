"""The rule reader: lexicon patterns with clause-scoped negation, subject and time."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from ml.evidence.clauses import Canonical, canonical, clause_bounds, clause_starts
from ml.evidence.negation import negation_cue
from ml.evidence.risk.circumstance import has_happened, subject_of, timeframe_of
from ml.evidence.risk.finding import Finding
from ml.evidence.risk.patterns import Rule, read_rules, spans_expression
from ml.schemas.report import Polarity, RiskCategory, Severity, Subject, Timeframe

_FILES = ("suicide", "self_harm", "other_risks", "denials")
_SOURCE = "rules"
_SELF_DIRECTED = frozenset({RiskCategory.SUICIDE, RiskCategory.SELF_HARM})
_FIRST = frozenset(["i", "me", "my", "myself"])
_THIRD = frozenset(
    [
        "he",
        "she",
        "they",
        "who",
        "him",
        "her",
        "them",
        "his",
        "their",
        "himself",
        "herself",
        "themselves",
        "themself",
        "hisself",
    ]
)


class RuleReader:
    """Reads one turn at a time by the English lexicon."""

    def __init__(self) -> None:
        self._rules = tuple(rule for name in _FILES for rule in read_rules("en", name))
        self._harmless = spans_expression("en", "lookalikes")

    def read(self, text: str, context: Collection[RiskCategory] = ()) -> list[Finding]:
        """Findings in the order of their place; `context` are categories spoken of just before."""
        canon = canonical(text)
        if not canon.tokens:
            return []
        harmless = [match.span() for match in self._harmless.finditer(canon.line)]
        found = [
            item for rule in self._rules if not rule.context for item in self._matches(rule, canon, harmless)
        ]
        spoken_of = {*context, *(item.category for item in found)}
        for rule in self._rules:
            if rule.context and rule.category in spoken_of:
                found.extend(self._matches(rule, canon, harmless))
        return resolved(found)

    def _matches(self, rule: Rule, canon: Canonical, harmless: list[tuple[int, int]]) -> Iterable[Finding]:
        for match in rule.expression.finditer(canon.line):
            if any(match.start() < stop - 1 and begin < match.end() - 1 for begin, stop in harmless):
                continue
            first = canon.token_at(match.start())
            last = canon.token_at(max(match.end() - 2, match.start()))
            yield from self._finding(rule, canon, first, last)

    def _finding(self, rule: Rule, canon: Canonical, first: int, last: int) -> Iterable[Finding]:
        if rule.shifted and not _speaks_of_another(canon, first, last):
            return
        if rule.polarity is Polarity.DENIED and any(first < start <= last for start in clause_starts(canon)):
            return  # a denial does not reach into the next clause: "I'm not okay I want to die"
        cue = negation_cue(canon, first, last) if rule.negation == "scan" else None
        polarity = rule.polarity
        if cue is not None and polarity is Polarity.ENDORSED:
            polarity = Polarity.DENIED
        subject = {"self": Subject.CLIENT, "other": Subject.OTHER}.get(rule.subject) or subject_of(
            canon, first, last
        )
        begin, end = canon.span(
            min(first, first if cue is None else cue), max(last, last if cue is None else cue)
        )
        clause = _clause_span(canon, first, last)
        start, stop = min(begin, clause[0]), max(end, clause[1])
        timeframe = rule.timeframe or timeframe_of(canon.source, begin, end, (start, stop))
        if subject is Subject.OTHER and rule.category in _SELF_DIRECTED and has_happened(canon, first, last):
            timeframe = Timeframe.PAST
        if polarity is Polarity.DENIED and timeframe is Timeframe.PAST:
            timeframe = Timeframe.CURRENT
        for category in (rule.category, *rule.also):
            yield Finding(
                category=category,
                polarity=polarity,
                subject=subject,
                timeframe=timeframe,
                start=start,
                end=stop,
                source=_SOURCE,
                rule=rule.name,
                severity=rule.severity if polarity is Polarity.ENDORSED else Severity.LOW,
                level=rule.level,
                behaviour=rule.behaviour if polarity is Polarity.ENDORSED else None,
                confidence=0.9,
                core=(begin, end),
            )


def _speaks_of_another(canon: Canonical, first: int, last: int) -> bool:
    """Whether a pattern read in the third person really met a third person and no first."""
    words = {token.text for token in canon.tokens[first : last + 1]}
    return bool(words & _THIRD) and not words & _FIRST


def _clause_span(canon: Canonical, first: int, last: int) -> tuple[int, int]:
    low, _ = clause_bounds(canon, first)
    _, high = clause_bounds(canon, last)
    return canon.span(low, high)


def resolved(found: list[Finding]) -> list[Finding]:
    """Drop what another finding over the same words already says better.

    A denial in words of its own outweighs an endorsed pattern inside the same clause ("I would
    never kill myself"), unless the endorsed one is a pseudo-negation.
    """
    kept: list[Finding] = []
    for item in found:
        over = [other for other in found if other.category is item.category and _overlap(other, item)]
        if item.polarity is Polarity.DENIED and any(other.rule == "pseudo_negation" for other in over):
            continue
        if (
            item.polarity is Polarity.ENDORSED
            and item.rule != "pseudo_negation"
            and any(other.polarity is Polarity.DENIED and other.rule.startswith("denied") for other in over)
            and not any(other.rule == "pseudo_negation" for other in over)
        ):
            continue
        kept.append(item)
    return sorted(kept, key=lambda item: (item.start, item.end))


def _overlap(one: Finding, two: Finding) -> bool:
    (first, last), (begin, end) = one.words(), two.words()
    return first < end and begin < last
