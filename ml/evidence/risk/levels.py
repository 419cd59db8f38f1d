# ruff: noqa: E501 - tables of expressions are easier to read unwrapped
"""How grave a suicide statement is, from its words alone: a C-SSRS-like level, scale not administered."""

from __future__ import annotations

import re

from ml.schemas.report import RiskBehaviour, Severity

_METHOD = re.compile(
    r"\b(?:pills?|tablets?|overdos\w*|insulin|rope|noose|hang(?:ing)?|gun|rifle|pistol|shotgun|bullets?|shoot(?:ing)?"
    r"|knife|blade|razor|wrists?|bridge|jump(?:ing)?|trains?|tracks|cliff|roof|ledge|drown\w*|river|gas|exhaust|garage"
    r"|traffic|truck|lorry|steer\w*|swerv\w*|tree|balcony|platform|cord|belt|bleach|morphine|medicine cabinet)\b",
    re.IGNORECASE,
)
_PLAN = re.compile(
    r"\b(?:plan(?:ned|ning)?|picked (?:a|the|out)|worked out (?:how|when)|know exactly|decided (?:on|how|when)|tonight"
    r"|this weekend|got the date|set (?:a|the) date|when the (?:kids|house)|know how i'?d)\b",
    re.IGNORECASE,
)
_INTENT = re.compile(
    r"\b(?:going to (?:do it|end|kill|take|jump)|gonna (?:do it|end|kill|take|jump)|intend|mean to|will do it"
    r"|can'?t promise|made up my mind|i'?m done waiting|ready to (?:go|die|do it)|have to do it)\b",
    re.IGNORECASE,
)
_THOUGHTS = re.compile(
    r"\b(?:suicid\w*|kill(?:ing)? myself|end(?:ing)? (?:it|my life|things|everything)|tak(?:e|ing) my (?:own )?life"
    r"|do(?:ing)? away with myself|off(?:ing)? myself|unaliv\w*|kms|doing it|do it)\b",
    re.IGNORECASE,
)
_PREPARATION = re.compile(
    r"\b(?:(?:wrote|written|writing|left) (?:\w+ ){0,4}(?:notes?|letters?)|goodbyes?|gave away|giving (?:\w+ ){0,3}away|saving up"
    r"|stockpil\w*|stash\w*|hoard\w*|bought (?:a|the|some) (?:rope|gun|pills)|put(?:ting)? my affairs|updated my will)\b",
    re.IGNORECASE,
)


def level_of(quote: str) -> int:
    """1 wish to be dead, 2 non-specific thoughts, 3 method, 4 intent, 5 plan and intent."""
    if _PLAN.search(quote) and (_METHOD.search(quote) or _INTENT.search(quote)):
        return 5
    if _INTENT.search(quote) or _PLAN.search(quote):
        return 4
    if _METHOD.search(quote):
        return 3
    return 2 if _THOUGHTS.search(quote) else 1


def behaviour_of(quote: str) -> RiskBehaviour | None:
    """Preparatory acts by their words; attempts are read by the rules."""
    return RiskBehaviour.PREPARATORY if _PREPARATION.search(quote) else None


def severity_of(level: int) -> Severity:
    """Method, intent or plan is high, all else moderate: from words alone nothing is low."""
    return Severity.HIGH if level >= 3 else Severity.MODERATE
