# ruff: noqa: E501 - tables of expressions are easier to read unwrapped
"""Whether the words at a place are negated: cues, their reach, and cues that are none.

A cue negates a phrase only when nothing but thinking, wanting and function words stands between
them in the same clause: "I don't think I want to die" is negated, "I can't sleep and keep
thinking about dying" is not. Words like "can't stop" or "not sure" negate nothing.
"""

from __future__ import annotations

import re

from ml.evidence.clauses import Canonical, clause_bounds

CUES = frozenset(
    """
    not never no without none neither nor nothing nobody deny denied denies denying hardly
    """.split()
)

_TRANSPARENT = frozenset(
    """
    think thinking thought thoughts thinks want wants wanted wanting going to have has had having
    been be being about of any a an the plan plans planning planned intention intentions intent feel
    feeling feelings feels felt that i me my he she they we you would will could can do does did
    doing done like say saying said actively actual serious current considered considering consider
    contemplated contemplating entertained entertain try trying tried tries anything hurt hurting
    harm harming kill killing myself himself herself themselves yourself or act acting on urge urges
    desire desires wish wishing impulse impulses at all in such suicidal ideation currently right
    now am is are was were it so ready dare sign signs history suggest suggesting mean meaning gonna
    get getting more longer one kind type person someone anyone who place where point way chance
    there interest interested part myself those these this as go so far need reason today intend
    intending mind ideas idea here either any time once single , end ending my life commit
    committing suicide attempt attempting attempted make making end myself's self off take taking
    took taken own overdose overdosing die dying dead cut cutting cuts drug drugs drink drinking use
    using used alcohol beer wine anyone's else others people hear hearing heard see seeing saw
    voices things voice physically hit hitting hits been has someone anybody
    """.split()
)

_NOT_A_NEGATION = re.compile(
    r"""(?<![^ ])(?:
      (?:not|never)\ only
    | (?:not|never)\ (?:sure|certain|positive|convinced|so\ sure|joking|kidding|lying|gonna\ lie|exaggerating)
    | (?:not|never)\ (?:going|gonna)\ to\ (?:lie|pretend|say|deny|hide)
    | (?:do|does|did|could|can|would)\ not\ (?:help|stop|shake|escape|promise|guarantee|deny|lie|say)
    | (?:do|does|did|can|could|would)\ not\ (?:know|remember|understand|see|get|tell|care|mind|mean|believe)
    | not\ (?:like|as\ if)\ anyone
    | no\ (?:one|idea|doubt|question|matter|wonder|surprise|use|secret|point|longer\ care|longer\ know|reason\ not)
    | no\ (?=,|\.|i\ |he\ |she\ |it\ |they\ |we\ |but\ |because\ |well\ |yeah\ |my\ )
    | never\ (?:mind|told|said|tell|say|admitted|mentioned|talked|stop|stops|stopped|thought\ i\ would|ends|felt\ (?:so|this))
    | not\ (?:a\ (?:day|night|week|minute|hour)|to\ mention|that\ you|telling|tell|told|said|long\ ago|well|okay|ok|good)
    | not\ (?:in\ the\ way|necessarily|exactly\ sure|unlike|until|afraid|scared|proud|ashamed|joke)
    | (?:not|never)\ (?:stop|stopped|stopping|help)
    | without\ (?:me|him|her|them|you|it)
    | nothing\ (?:left|matters|helps|works|would|but|to|makes|feels|will|changes|is)
    | nobody|hardly
    )(?![^ ])""",
    re.VERBOSE,
)

_AFTER = re.compile(
    r"""^(?:,\ |(?:[^ .?!,]+\ ){0,3}?)(?:that\ )?(?:
      (?:is|are|was|were|has|have|had|would|will|could|did|do|does)\ (?:not|never)\ (?:be\ |been\ )?(?:
        something|an\ option|on\ the\ table|in\ the\ cards|what\ i|where|me|who\ i|anything|a\ thing|my\ thing|happen
        |happening|an\ issue|a\ (?:concern|problem|thought|possibility|choice|question)|crossed|occurred|come\ up|come
        |cross|for\ me|going\ to\ happen|even\ in|in\ my|the\ (?:answer|case|plan|solution|way)|part\ of|true|one\ of)
    | (?:has|have|had)\ never\ (?:crossed|occurred|been|entered|come)
    | never\ (?:crosses|crossed|occurs|occurred)
    | is\ (?:off\ the\ table|out\ of\ the\ question|behind\ me|the\ last\ thing|not\ it)
    | (?:never|not\ any\ more|not\ at\ all|not\ once|not\ a\ chance|no\ way)(?=\ (?:\.|,)|\ ?$)
    )(?![^ ])""",
    re.VERBOSE,
)

_TWICE = re.compile(
    r"(?:not|never|no|is not|was not)\ (?:like|that|as\ if|as\ though|saying|to\ say|true|a\ day|a\ night|because)"
    r"\ (?:that\ )?(?:i|it|there|we)?\ ?(?:do|did|have|would|am|is|had|could|was|goes\ by)?\ ?$"
)


def negation_cue(canon: Canonical, first: int, last: int) -> int | None:
    """The token index of the cue that negates the tokens `first` to `last`, or None.

    Cues inside the phrase itself do not count: a rule that says "not want to be alive" means it.
    """
    idle = _idle_tokens(canon)
    clause_first, _ = clause_bounds(canon, first)
    for index in range(first - 1, clause_first - 1, -1):
        word = canon.tokens[index].text
        if word in CUES and index not in idle:
            before = canon.line[canon.offsets[clause_first] : canon.offsets[index]]
            return None if _TWICE.search(before) else index
        if word not in _TRANSPARENT or index in idle:
            break
    rest = canon.line[canon.offsets[last] + len(canon.tokens[last].text) + 1 :]
    after = _AFTER.match(rest)
    if after:
        place = len(canon.line) - len(rest) + after.end() - 1
        return canon.token_at(max(place - 1, 0))
    return None


def _idle_tokens(canon: Canonical) -> set[int]:
    """Tokens inside phrases that look like a negation and are none."""
    idle: set[int] = set()
    for match in _NOT_A_NEGATION.finditer(canon.line):
        idle.update(
            range(canon.token_at(match.start()), canon.token_at(max(match.end() - 1, match.start())) + 1)
        )
    return idle
