# ruff: noqa: E501 - tables of expressions are easier to read unwrapped
"""Whose risk a phrase speaks of, and when."""

from __future__ import annotations

import re

from ml.evidence.clauses import Canonical, clause_bounds
from ml.schemas.report import Subject, Timeframe

PEOPLE = frozenset(
    """
    mom mother dad father parents brother sister sibling wife husband spouse partner boyfriend
    girlfriend fiance fiancee son daughter kid kids child children baby toddler teenager teen uncle
    aunt cousin grandma grandmother grandpa grandfather grandson granddaughter niece nephew friend
    friends roommate boss manager coworker colleague neighbor neighbour ex stepdad stepmom
    stepfather stepmother stepson stepdaughter guy man woman girl boy lady student students teacher
    patient client coach pastor buddy classmate people person someone somebody everyone everybody
    they he she who nobody family twin doctor therapist counselor in-law lady officer veteran vet
    celebrity singer actor actress dude kiddo bestie mate pal roommates sponsor landlord bartender
    tenant colleague folks
    """.split()
)
_SELF = frozenset(["i", "me", "my", "myself", "mine", "we", "us"])
_OTHER_REFLEXIVE = frozenset(["himself", "herself", "themselves", "themself"])
_SAID = frozenset(
    """
    said says saying told texted wrote yelled screamed threatened announced posted says like
    """.split()
)
_SKIP = frozenset(["the", "a", "an", "that", "to", "of"])

_PAST = re.compile(
    r"""\b(?:
      when\ i\ was\ (?:\w+\ ){0,3}?(?:\d+|a\ kid|a\ teen\w*|a\ child|young\w*|little|in|at|thirteen|fourteen|fifteen|sixteen
        |seventeen|eighteen|nineteen|twenty\S*|twelve|eleven|ten|pregnant|married|going|growing|using|drinking|still)
    | (?:as|when\ i\ was|being)\ a\ (?:kid|child|teen\w*|student|boy|girl|freshman|sophomore|junior|senior)
    | (?:\w+|\d+)\ (?:years?|decades?)\ (?:ago|back|before|earlier)
    | (?:months|a\ (?:long|good)\ (?:time|while)|ages|a\ (?:while|decade)|forever)\ (?:ago|back)
    | used\ to | back\ (?:in|then|when|before|at|during) | in\ (?:high\ school|middle\ school|college|university|my\ (?:teens|twenties|thirties|youth|past)|(?:19|20)\d\d|the\ (?:past|nineties|eighties|army|service|marines)|grade\ school|the\ service)
    | (?:high\ school|college|freshman\ year|sophomore\ year|junior\ year|senior\ year)
    | last\ (?:year|spring|summer|fall|winter|autumn|decade) | at\ (?:age|that\ time|the\ time|sixteen|seventeen|fifteen|fourteen|nineteen|twenty|thirteen|eighteen)
    | in\ (?:january|february|march|april|may|june|july|august|september|october|november|december)\ of
    | those\ days | once\ upon | years\ before | years\ since | at\ one\ point | there\ was\ a\ (?:time|period|point|stretch|year|night|day)
    | (?:two|three|four|five|six|seven|eight|nine|ten|twelve|fifteen|twenty)\ (?:summers|winters)\ ago
    | after\ (?:my|the)\ (?:first\ )?(?:divorce|discharge|deployment|baby|son\ was|daughter\ was|breakup|miscarriage|accident)
    | (?:before|until)\ (?:i\ (?:got|started|met|had|went|moved|came|quit|began|found)|the\ (?:medication|treatment|kids)|rehab|therapy|treatment)
    | during\ (?:my\ (?:divorce|deployment|first|twenties|teens|pregnancy|residency)|the\ (?:war|divorce|lockdown|pandemic))
    | that\ (?:was|is)\ (?:\w+\ ){0,2}(?:ago|behind|over|years|in\ the\ past|before|a\ different|another) | in\ a\ past\ life
    | (?:he|she|they)(?:['’]s|\ is|['’]re|\ are)\ \w+\ now | (?:in|at|with|during)\ my\ (?:first|old|ex)\b | my\ first\ (?:marriage|year|job|wife|husband|semester|deployment|depression)
    | growing\ up | as\ an\ adolescent | a\ lifetime\ ago | long\ ago | haven'?t\ (?:\w+\ ){0,3}(?:since|in\ (?:\w+\ )?(?:years|a\ decade))
    | in\ my\ (?:teens|early|mid|late|teenage) | (?:my|the)\ teenage\ years | childhood | the\ year\ (?:my|i|after|before|we|that|of)
    )\b""",
    re.VERBOSE | re.IGNORECASE,
)
_CURRENT = re.compile(
    r"""\b(?:still|again|now|lately|recently|these\ days|nowadays|today|tonight|yesterday|last\ (?:night|week|weekend|month|monday
      |tuesday|wednesday|thursday|friday|saturday|sunday)|this\ (?:week|weekend|morning|month|afternoon|evening|year)|right\ now
      |at\ the\ moment|currently|ever\ since|since\ then|(?:two|three|four|a\ few|couple\ of|couple)\ (?:days|nights|weeks|hours)\ ago|a\ (?:week|couple\ weeks)\ ago|came\ back|coming\ back|more\ and\ more|been\ back|all\ the\ time|lately)\b""",
    re.VERBOSE | re.IGNORECASE,
)
_NOW_GROWN = re.compile(
    r"\b(?:when|after|before)\b[^.?!]*\b(?:he|she|they)(?:['’]s|\ is|['’]re|\ are)\ \w+\ now\b", re.IGNORECASE
)
_LOOKS_BACK = re.compile(
    r"^\W*(?:(?:but|and|well|though)\s+)?(?:that|it|this|those|all that)(?:'s| is| was| were| happened)\s+(?:\w+\s+){0,4}?(?:ago|back|before|behind|over|past|younger|college|school|years|different|long time|teen\w*|kid|19\d\d|20\d\d)",
    re.IGNORECASE,
)


def subject_of(canon: Canonical, first: int, last: int, cue: int | None = None) -> Subject:
    """The nearest subject to the left decides; none means the speaker."""
    words = [token.text for token in canon.tokens]
    inside = words[first : last + 1]
    if any(word in _OTHER_REFLEXIVE for word in inside):
        return Subject.OTHER
    clause_first, _ = clause_bounds(canon, first)
    start = first
    if words[first] not in _SELF and words[first] not in PEOPLE:
        place = _nearest(words, clause_first, first - 1)
        if place is None:
            place = next(
                (
                    index
                    for index in range(first, last + 1)
                    if words[index] in _SELF or words[index] in PEOPLE
                ),
                None,
            )
        if place is None:
            place = _nearest(words, _sentence_first(words, first), clause_first - 1)
        if place is None:
            return Subject.CLIENT
        start = place
    if words[start] in _SELF and words[start] != "my":
        return Subject.OTHER if _quoted_from_another(words, start, clause_first) else Subject.CLIENT
    if words[start] == "my":
        follower = words[start + 1] if start + 1 < len(words) else ""
        return Subject.OTHER if follower in PEOPLE and start + 1 < first else Subject.CLIENT
    return Subject.OTHER


def _nearest(words: list[str], lowest: int, highest: int) -> int | None:
    for index in range(highest, lowest - 1, -1):
        if words[index] in {"me", "us"}:
            continue  # an object is not who acts
        if words[index] == "my":
            continue
        if words[index] in _SELF or words[index] in PEOPLE:
            return index
    return None


def _sentence_first(words: list[str], index: int) -> int:
    while index > 0 and words[index - 1] not in ".?!":
        index -= 1
    return index


def _quoted_from_another(words: list[str], place: int, lowest: int) -> bool:
    """ "he said I want to die" and "she was like I'm going to kill myself"."""
    before = words[max(place - 4, 0) : place]
    for index in range(len(before) - 1, -1, -1):
        if before[index] in _SAID and index > 0:
            speaker = before[index - 1] if before[index - 1] != "was" or index < 2 else before[index - 2]
            return speaker in PEOPLE
        if before[index] not in {"that", ",", "me", "us"}:
            return False
    return False


def timeframe_of(text: str, start: int, end: int, clause: tuple[int, int]) -> Timeframe:
    """Past where the clause, the sentence's other clauses or "that was years ago" say so."""
    inside = text[clause[0] : clause[1]]
    if _NOW_GROWN.search(text):
        return Timeframe.PAST
    if _CURRENT.search(inside):
        return Timeframe.CURRENT
    if _PAST.search(inside):
        return Timeframe.PAST
    sentence_start = max(text.rfind(mark, 0, start) for mark in ".?!\n") + 1
    stops = [place for mark in ".?!\n" if (place := text.find(mark, end)) >= 0]
    sentence_end = min(stops, default=len(text))
    sentence = text[sentence_start:sentence_end]
    following = text[sentence_end + 1 :]
    if _LOOKS_BACK.search(following) or _LOOKS_BACK.search(text[clause[1] : sentence_end]):
        return Timeframe.PAST
    before = text[sentence_start : clause[0]]
    if (
        _PAST.search(before)
        and not _CURRENT.search(sentence)
        and not re.search(r"\bbut\b|\bnow\b", text[sentence_start:start], re.IGNORECASE)
    ):
        return Timeframe.PAST
    return Timeframe.CURRENT


_DONE = frozenset(
    """
    killed shot hung hanged took tried attempted overdosed jumped died ended drowned poisoned cut
    was were did slit suffocated threw wanted swallowed burned gassed stepped walked drove stabbed
    committed had taken
    """.split()
)
_GOES_ON = frozenset(
    """
    been keeps keep is wants says texts threatens threatened hurts burns cuts punches
    """.split()
)


def has_happened(canon: Canonical, first: int, last: int) -> bool:
    """Whether another person's act is told in the past tense ("my uncle shot himself")."""
    before = {token.text for token in canon.tokens[max(first - 3, 0) : first]}
    words = {token.text for token in canon.tokens[first : last + 1]}
    return bool((words | before) & _DONE) and not (words | before) & (
        _GOES_ON | {"will", "would", "going", "to"} - words
    )
