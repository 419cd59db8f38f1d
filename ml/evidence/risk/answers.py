# ruff: noqa: E501 - tables of expressions are easier to read unwrapped
"""A question about a risk and its answer, which count together."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from ml.evidence.clauses import Canonical, canonical
from ml.evidence.risk.patterns import Rule, read_rules
from ml.schemas.report import RiskCategory


class Answer(StrEnum):
    """What a reply makes of a question."""

    YES = "yes"
    NO = "no"
    NO_LONGER = "no_longer"
    OPEN = "open"


_NOISE = re.compile(
    r"^(?:(?:um+|uh|er|erm|hm+|well|oh|so|like|i mean|honestly|look|okay|ok|you know|to be honest|if i'?m (?:being )?honest"
    r"|truthfully|i guess|god|wow|huh|ugh|sigh|sighs|jeez)\b[\s,.…\-—!]*|[\s,.…\-—()*\[\]\"'“”]+|\((?:pause|silence|long pause|sighs|crying)\)|\[[^\]]*\])+",
    re.IGNORECASE,
)
_YES = re.compile(
    r"""^(?:(?:but|and|i(?:'d)?\ (?:guess|think|suppose|mean|would\ say)|maybe|probably|if\ i'?m\ honest|only)[\s,]*)*(?:
      yes|yeah|yea|yep|yup|ya|aye|m+-?\s?hm+|mhm|uh-?\s?huh|sure|sometimes|occasionally|often|always|constantly|lately|definitely
    |absolutely|of\ course|certainly|true|correct|exactly|guilty|a\ (?:little|bit|lot|few)|some(?:times)?\b|off\ and\ on|on\ and\ off|now\ and\ (?:then|again)
    |here\ and\ there|from\ time\ to\ time|once\ (?:or\ twice|in\ a\ while)|every\ (?:day|night|morning|time|single|now)|most\ (?:days|nights|of)|all\ the\ time|pretty\ much
    |i\ (?:do|have|did|am|was|might|could|would|can)\b(?!\s*(?:n't|not|never|want\ to\ talk|n’t))|i'?(?:ve|m)\ (?:been|thought|had|having|thinking)\b
    |it\ (?:crosses|crossed|does|has|comes|did|happens)|they\ (?:come|do|have|did)|more\ (?:than|often|and|lately)|kind\ of|sort\ of|kinda|sorta|maybe|possibly|i\ (?:think|guess|suppose)\ so
    |who\ (?:doesn'?t|wouldn'?t)|how\ did\ you\ know|last\ (?:night|week)|this\ (?:morning|week)|yesterday|almost|nearly|at\ night|in\ the\ (?:mornings?|evenings?)|usually|not\ (?:every|all\ the\ time|often|constantly|as\ (?:much|often)|today|every\ day|lately\ but|yet)
    |the\ (?:thoughts?|idea|voices)|i'?d\ be\ lying|can'?t\ (?:lie|say\ i\ haven'?t)|i\ can'?t\ say\ (?:no|i\ haven'?t)|that'?s\ (?:right|it|true|about\ right|exactly)|right\b|too\ (?:much|often)|it'?s\ (?:been|always|there|getting|constant|on\ my)
    |two|three|four|five|six|several|a\ couple|couple|few|just\ (?:the|once|a|beer|weed|wine|pot)|only\ (?:when|at|on|the|once)|in\ my\ (?:head|mind)|both|yeah,?\ no\ i\ do
    )\b""",
    re.VERBOSE | re.IGNORECASE,
)
_NO = re.compile(
    r"""^(?:(?:but|i(?:'d)?\ (?:guess|think|mean|would\ say)|oh|honestly|probably|thankfully|yeah|absolutely|definitely|of\ course)[\s,]*)*(?:
      no|nope|nah|never|not|none|nothing|neither|uh-?uh|hell\ no|god\ no|negative|without|hardly|rarely
    |i\ (?:do|have|did|am|was|would|could|can|will)(?:\ not|n['’]?t)\b|i\ (?:don|haven|didn|wouldn|couldn|can|won)['’]?t\b|i['’]?m\ not\b|i\ (?:never|would\ never)\b|it\ (?:hasn|doesn|isn|never)|i['’]?ve\ (?:never|not)|i['’]?d\ never
    |there\ (?:isn|aren|is\ no|are\ no)|they\ (?:don|haven|stopped)|he\ (?:doesn|hasn|would\ never|has\ never|never)|she\ (?:doesn|hasn|would\ never|has\ never|never)
    )""",
    re.VERBOSE | re.IGNORECASE,
)
_NO_LONGER = re.compile(
    r"^\W*(?:no|nah|nope)?[\s,.]*(?:not|n['’]?t)\ (?:any\ ?more|for\ (?:a\ (?:long|while)|years)|since|in\ (?:years|a\ (?:long|while)))|\bused\ to\b|^\W*(?:not|no)\b[^.?!]*\b(?:any\ ?more|since)\b",
    re.IGNORECASE,
)
_EVASIVE = re.compile(
    r"""^(?:(?:i(?:'d| would)?\ (?:don['’]?t|do\ not|dont|would|rather|can['’]?t|cannot|can\ not)\ (?:really\ )?(?:want\ to|wanna|like\ to|rather|feel\ like|not|know|think\ (?:i\ )?(?:want|can)|see\ (?:why|how|what)|have\ to|remember|talk|answer|get\ into|say|even\ know)\b)
      |why\b|what\ (?:do|kind|does|if|makes)|define|depends|it\ depends|can\ we|could\ we|let['’]?s|next\ question|pass\b|do\ (?:i|we|you)\b|no\ comment|is\ (?:this|that)|are\ you|how\ (?:do|is)|does\ (?:it|that)
      |(?:i['’]?m\ )?not\ (?:sure|going\ to\ (?:answer|talk|get)|here\ to|talking|ready\ to|comfortable|answering|something\ i\ (?:want|talk)|what\ i)|that['’]?s\ (?:a\ (?:big|hard|weird|strange|heavy|tough|loaded|good)|not\ (?:why|what|something)|private|personal|none)|i\ (?:was|wanted|came|just\ came)\ |anyway|speaking\ of|you\ (?:ask|always|sound|know\ what)
      |nothing\ (?:i\ want|to\ say|i['’]?d)|no\ idea|never\ mind|whatever|hard\ to\ say|who\ knows|does\ it\ matter|skip
      |(?:no,?\ )?i\ (?:don['’]?t|dont)\ (?:want\ to|wanna)\ (?:talk|get|go|answer|discuss|do\ this)
    )""",
    re.VERBOSE | re.IGNORECASE,
)
_CONTRARY = re.compile(
    r"\b(?:but|though|although|except|well|i mean|maybe|sometimes|okay|actually|yeah|yes|only)\b",
    re.IGNORECASE,
)


_GRADE = re.compile(
    r"^(?:(?:maybe|about|around|probably|like|i'?d say|it'?s|a|an|today|oh)\s+){0,4}(?:one|two|three|four|five|six|seven|eight|nine|ten|\d+)(?:\s+(?:out of|or|to|maybe|today|and)\b.*|\W*)$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Asked:
    """A category that a turn asks about; `reassuring` when a yes means that there is no risk."""

    category: RiskCategory
    start: int
    end: int
    reassuring: bool


_SAFE = re.compile(
    r"\b(?:safe|able to (?:keep|stay)|promise|commit to|eating|eaten|shower|take care of yourself|taking care of yourself|place to (?:sleep|stay)|(?:taking|take) (?:your|the|all) (?:\w+ )?(?:med\w*|pills?|prescription|lithium|dose)|keeping up|reasons? (?:to|for) live|reasons? for living|sober)\b",
    re.IGNORECASE,
)
_UNSAFE = re.compile(
    r"\b(?:miss|missed|skip|skipped|stopped|not (?:be |feel |being )?safe|unsafe|more than|someone else|trouble|too many)\b",
    re.IGNORECASE,
)


class Questions:
    """Finds what a turn asks about risks and how the next one answers."""

    def __init__(self) -> None:
        self._rules: tuple[Rule, ...] = read_rules("en", "questions")

    def asked(self, text: str) -> list[Asked]:
        """The categories a therapist's turn asks about, one entry for each."""
        canon: Canonical = canonical(text)
        found: dict[RiskCategory, Asked] = {}
        for rule in self._rules:
            matches = list(rule.expression.finditer(canon.line))
            if not matches:
                continue
            match = next((one for one in reversed(matches) if not _reassures(text, canon, one)), matches[-1])
            first, last = canon.token_at(match.start()), canon.token_at(max(match.end() - 2, match.start()))
            begin, end = canon.span(first, last)
            start = max(text.rfind(mark, 0, begin) for mark in ".?!\n") + 1
            stops = [place + 1 for mark in ".?!\n" if (place := text.find(mark, end)) >= 0]
            stop = min(stops, default=len(text))
            sentence = text[start:stop]
            start += len(sentence) - len(sentence.lstrip())
            reassuring = bool(_SAFE.search(sentence)) and not _UNSAFE.search(sentence)
            found[rule.category] = Asked(rule.category, start, stop, reassuring)
        return list(found.values())


def _reassures(text: str, canon: Canonical, match: re.Match[str]) -> bool:
    begin, end = canon.span(
        canon.token_at(match.start()), canon.token_at(max(match.end() - 2, match.start()))
    )
    start = max(text.rfind(mark, 0, begin) for mark in ".?!\n") + 1
    return bool(_SAFE.search(text[start : end + 20]))


def is_asking(text: str) -> bool:
    """Whether a turn asks or says back in a way that waits for an answer."""
    return "?" in text or bool(
        re.search(
            r"\b(?:do|did|are|have|has|is|any|how|what|when|were|would|can|could|ever)\s+(?:you|there|it|anyone|he|she|your|thoughts|often|about)\b"
            r"|\b(?:sounds? like|it seems|you(?:'re| are) (?:saying|telling)|so you|i(?:'m| am) (?:wondering|hearing|curious)|tell me|i need to ask|i have to ask|i want to ask|checking)\b|^any\b",
            text,
            re.IGNORECASE,
        )
    )


def answer_of(text: str) -> Answer:  # noqa: PLR0911
    """How a reply answers, from its first words; silence and evasion are `OPEN`."""
    words = _NOISE.sub("", text.strip())
    if not words:
        return Answer.OPEN
    if re.match(r"^(?:\w+\W+){0,2}(?:zero|0)\b", words, re.IGNORECASE):
        return Answer.NO
    if _GRADE.match(words):
        return Answer.YES
    if re.search(
        r"(?:^|[,.;]\s*)(?:and\s+|but\s+|so\s+)?(?:no|nope|never)\W*$|,\s*(?:and\s+)?no,",
        words,
        re.IGNORECASE,
    ) and not _YES.match(words):
        return (
            Answer.NO_LONGER if re.match(r"^(?:not any ?more|no longer)", words, re.IGNORECASE) else Answer.NO
        )
    if re.match(
        r"^(?:they|it|those|that|all)(?:['’]s|['’]re| is| are| have| has)\s+(?:all\s+|completely\s+|pretty much\s+)?(?:gone|stopped|passed|over|behind|faded|went away)",
        words,
        re.IGNORECASE,
    ):
        return Answer.NO_LONGER
    if _EVASIVE.match(words):
        return Answer.OPEN
    if _NO.match(words):
        return _after_no(words)
    if _YES.match(words):
        return Answer.YES
    return Answer.OPEN


def _after_no(words: str) -> Answer:
    if re.match(
        r"^not\s+(?:every|all the time|often|constantly|as (?:much|often)|today|yet|tonight|right now but|that often|a lot)\b",
        words,
        re.IGNORECASE,
    ):
        return Answer.YES
    if re.match(r"^(?:yes and no|no and yes)", words, re.IGNORECASE):
        return Answer.YES
    if _NO_LONGER.search(words.split(".", maxsplit=1)[0]):
        return Answer.NO_LONGER
    contrary = re.match(
        r"^(?:no|nope|nah|not really|not exactly|never)\W+(?:i mean\W+|well\W+|okay\W+|but\W+|actually\W+|yes|yeah|maybe|sometimes)+(.*)",
        words,
        re.IGNORECASE,
    )
    if contrary:
        rest = _NOISE.sub("", contrary.group(0)[len(words.split(maxsplit=1)[0]) :])
        rest = re.sub(r"^(?:really|exactly)\W+", "", rest, flags=re.IGNORECASE)
        rest = re.sub(r"^(?:but|well|actually|i mean|okay)\W+", "", rest, flags=re.IGNORECASE)
        if _YES.match(rest) and not _NO.match(rest):
            return Answer.YES
    return Answer.NO
