"""The rules' own small language: word patterns with gaps, read from the lexicon files.

A lexicon file holds groups; a group's header names its attributes, each line below is a pattern::

    = wish_to_be_dead | level=1 severity=moderate
    {WANT} [it] to {DIE}
    want|need _2 out of this life

A word matches itself (``kill*`` matches a prefix), ``a|b`` either, ``[a|b]`` may be absent,
``(a b|c)`` and ``[a b|c]`` hold phrases, ``_2`` is a gap of up to two words inside the sentence,
``{NAME}`` a set of phrases from ``macros.txt`` and ``[{NAME}]`` one that may be absent. Commas
between words never matter.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from functools import lru_cache
from importlib.resources import files

from ml.schemas.report import Polarity, RiskBehaviour, RiskCategory, Severity, Timeframe

_WORD_END = " (?:, )?"
_GAP_WORD = r"[^\s.?!]+"
_ELEMENT = re.compile(r"\[\{[A-Z_]+\}\]|\[[^\]]*\]|\([^)]*\)|\S+")
_THIRD_PERSON = {
    "i": "(?:he|she|they|who)",
    "am": "(?:is|are|was|were)",
    "me": "(?:him|her|them)",
    "my": "(?:his|her|their)",
    "myself": "(?:himself|herself|themselves|themself|hisself)",
}
_MACRO = re.compile(r"^(\[?)\{([A-Z_]+)\}(\]?)$")


@dataclass(frozen=True, slots=True)
class Rule:
    """A group of patterns that mean the same.

    Attributes:
        name: the group's name in its lexicon file.
        category: the risk.
        polarity: what a match says before negation is looked at.
        level: C-SSRS-like level 1 to 5 for suicide.
        negation: "scan" looks for a cue around the match, "none" takes the match as it stands.
        subject: "self" when the words themselves bind the risk to the speaker, "other" when to
            somebody else, "scan" when the nearest subject decides.
        timeframe: set when the words themselves tell it.
        third_person: the patterns are also read of somebody else ("kill himself", "cuts her arms").
        shifted: this is such a reading.
        context: the rule holds only where the category was already spoken of close by.
        expression: the compiled patterns over `Canonical.line`.
    """

    name: str
    category: RiskCategory
    polarity: Polarity = Polarity.ENDORSED
    severity: Severity = Severity.MODERATE
    level: int | None = None
    behaviour: RiskBehaviour | None = None
    negation: str = "scan"
    subject: str = "scan"
    timeframe: Timeframe | None = None
    context: bool = False
    also: tuple[RiskCategory, ...] = ()
    third_person: bool = False
    shifted: bool = False
    expression: re.Pattern[str] = field(default_factory=lambda: re.compile("(?!)"))


def compile_pattern(line: str, macros: dict[str, str], shifted: bool = False) -> str:
    """The regular expression of one pattern line; `shifted` reads it in the third person."""
    return "".join(_element(element, macros, shifted) for element in _ELEMENT.findall(line))


def _element(element: str, macros: dict[str, str], shifted: bool) -> str:
    macro = _MACRO.match(element)
    if macro:
        body = f"(?:{macros[macro.group(2)]})"
        return f"(?:{body})?" if macro.group(1) else body
    if re.fullmatch(r"_\d", element):
        return f"(?:{_GAP_WORD} ){{0,{element[1]}}}?"
    if element[0] in "[(":
        phrases = "|".join(compile_pattern(phrase, macros, shifted) for phrase in element[1:-1].split("|"))
        return f"(?:{phrases}){'?' if element[0] == '[' else ''}"
    return f"(?:{'|'.join(_word(word, shifted) for word in element.split('|'))}){_WORD_END}"


def _word(word: str, shifted: bool) -> str:
    if shifted and word in _THIRD_PERSON:
        return _THIRD_PERSON[word]
    return re.escape(word[:-1]) + r"[^\s.?!,]*" if word.endswith("*") else re.escape(word)


def _lines(language: str, name: str) -> list[str]:
    text = files("ml.evidence.risk").joinpath("lexicon", language, f"{name}.txt").read_text(encoding="utf-8")
    stripped = (line.split("#", 1)[0].strip() for line in text.splitlines())
    return [line for line in stripped if line]


@lru_cache(maxsize=4)
def macros_of(language: str, shifted: bool = False) -> dict[str, str]:
    """The phrase sets of a language; a later set may use an earlier one."""
    macros: dict[str, str] = {}
    for line in _lines(language, "macros"):
        name, _, phrases = line.partition("=")
        parts = (
            compile_pattern(phrase.strip(), macros, shifted)
            for phrase in phrases.split(";")
            if phrase.strip()
        )
        macros[name.strip()] = "|".join(parts)
    return macros


def read_rules(language: str, name: str) -> tuple[Rule, ...]:
    """The rules of one lexicon file, in its order."""
    macros, third = macros_of(language), macros_of(language, shifted=True)
    rules: list[Rule] = []
    head: Rule | None = None
    patterns: list[str] = []
    shifted: list[str] = []
    for line in [*_lines(language, name), "= end | category=suicide"]:
        if line.startswith("="):
            if head is not None and patterns:
                body = "|".join(patterns)
                rules.append(replace(head, expression=re.compile(f"(?<![^ ])(?:{body})")))
                if shifted and head.third_person:
                    body = "|".join(shifted)
                    expression = re.compile(f"(?<![^ ])(?:{body})")
                    rules.append(
                        replace(head, subject="other", expression=expression, level=None, shifted=True)
                    )
            head, patterns, shifted = _head(line), [], []
        else:
            patterns.append(compile_pattern(line, macros))
            third_person = compile_pattern(line, third, shifted=True)
            if third_person != patterns[-1]:
                shifted.append(third_person)
    return tuple(rules)


def _head(line: str) -> Rule:
    name, _, rest = line.lstrip("= ").partition("|")
    values = dict(item.split("=", 1) for item in rest.split())
    categories = [RiskCategory(value) for value in values["category"].split(",")]
    return Rule(
        name=name.strip(),
        category=categories[0],
        polarity=Polarity(values.get("polarity", "endorsed")),
        severity=Severity(values.get("severity", "moderate")),
        level=int(values["level"]) if "level" in values else None,
        behaviour=RiskBehaviour(values["behaviour"]) if "behaviour" in values else None,
        negation=values.get("negation", "scan"),
        subject=values.get("subject", "scan"),
        timeframe=Timeframe(values["timeframe"]) if "timeframe" in values else None,
        context=values.get("context") == "yes",
        also=tuple(categories[1:]),
        third_person=values.get("third") == "yes",
    )


@lru_cache(maxsize=8)
def spans_expression(language: str, name: str) -> re.Pattern[str]:
    """All patterns of a file without groups (look-alikes, answers) as one expression."""
    macros = macros_of(language)
    patterns = [compile_pattern(line, macros) for line in _lines(language, name) if not line.startswith("=")]
    return re.compile(f"(?<![^ ])(?:{'|'.join(patterns) or '(?!)'})")
