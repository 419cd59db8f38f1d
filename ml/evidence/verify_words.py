# ruff: noqa: E501 - tables of words read best as they are
"""How the verifier reads words: contractions, numbers, stems, and the closed classes it watches."""

from __future__ import annotations

import re
from typing import Final

_TOKEN = re.compile(r"\d+(?:[.,:]\d+)*|[^\W\d_]+(?:'[^\W\d_]+)*|[^\W_]+")

CONTRACTIONS: Final[dict[str, tuple[str, ...]]] = {
    "can't": ("can", "not"),
    "cannot": ("can", "not"),
    "won't": ("will", "not"),
    "shan't": ("shall", "not"),
    "ain't": ("is", "not"),
    "gonna": ("going", "to"),
    "wanna": ("want", "to"),
    "gotta": ("got", "to"),
    "let's": ("let", "us"),
    "cause": ("because",),
    "cuz": ("because",),
    "em": ("them",),
    "dont": ("do", "not"),
    "didnt": ("did", "not"),
}
_SUFFIXES: Final[tuple[tuple[str, str], ...]] = (
    ("n't", "not"),
    ("'ll", "will"),
    ("'re", "are"),
    ("'ve", "have"),
    ("'m", "am"),
    ("'d", "would"),
)
NUMBER_WORDS: Final[dict[str, str]] = {
    word: str(value)
    for value, words in {
        0: "zero", 1: "one once", 2: "two twice", 3: "three thrice", 4: "four", 5: "five", 6: "six", 7: "seven",
        8: "eight", 9: "nine", 10: "ten", 11: "eleven", 12: "twelve dozen", 13: "thirteen", 14: "fourteen",
        15: "fifteen", 16: "sixteen", 17: "seventeen", 18: "eighteen", 19: "nineteen", 20: "twenty",
        30: "thirty", 40: "forty", 50: "fifty", 60: "sixty", 70: "seventy", 80: "eighty", 90: "ninety",
        100: "hundred", 1000: "thousand", 0.5: "half", 0.25: "quarter",
    }.items()
    for word in words.split()
}  # fmt: skip
NEGATIONS: Final = frozenset(
    "not never no nobody nothing none nowhere neither nor without hardly barely cannot deny denied denies denying"
    " refuse refused refuses lack lacks lacked lacking stop stops stopped quit quits unable absent absence"
    " except unlikely".split()
)
"""Words that turn a statement round, or that a writer uses to turn one round."""
HEDGES: Final = frozenset(
    "might may maybe perhaps could would should must probably possibly sometimes guess guesses if unless almost try"
    " tries tried trying want wants wanted wish wishes wished hope hopes hoped think thinks thought will shall used"
    " seldom rarely often always usually supposed afraid unsure sure likely".split()
)
"""Words that say how far a statement holds."""
SPEAKER: Final = frozenset("i me my mine myself".split())
ADDRESSEE: Final = frozenset("you your yours yourself yourselves".split())
WE: Final = frozenset("we us our ours ourselves".split())
HE: Final = frozenset("he him his himself".split())
SHE: Final = frozenset("she her hers herself".split())
THEY: Final = frozenset("they them their theirs themselves themself".split())
CLIENT: Final = frozenset("client client's clients patient patient's".split())
THERAPIST: Final = frozenset("therapist therapist's clinician clinician's counselor counsellor".split())
FRAME: Final = frozenset(
    "say says said saying report reports reported state states stated describe describes described mention mentions"
    " mentioned answer answers answered ask asks asked tell tells told explain explains explained add adds added"
    " according propose proposes proposed suggest suggests suggested"
    " session touched".split()
)
"""Verbs that only say that something was said."""
FUNCTION: Final = frozenset(
    "a an the this that these those and or but so because as of to in on at for from with by about into over under"
    " up down out off then than there here it its it's be is are am was were been being do does did have has had"
    " having get gets got can let lets who what which when where while how why also too just very really well yeah"
    " yes okay ok oh uh um hmm mm mhm like right know mean kind sort actually basically please thank thanks hi hello"
    " going go gonna s t re both each such any some all more most other own".split()
)
"""Words without content of their own; a changed one is not counted as a difference."""
_THIRD_PERSON: Final = {
    "has": "have",
    "does": "do",
    "is": "be",
    "are": "be",
    "am": "be",
    "was": "wa",
    "were": "wa",
}
_CLAUSE_END: Final = re.compile(r"[.!?;:]|\b(?:but|and|because|so)\b")


def tokens(text: str) -> list[str]:
    """Lower-case words with contractions spelt out and numbers as digits."""
    spelt: list[str] = []
    for token in _TOKEN.findall(text.replace("’", "'").casefold()):
        spelt.extend(_spell(token))
    return [NUMBER_WORDS.get(token, token) for token in spelt]


def _spell(token: str) -> tuple[str, ...]:
    if token in CONTRACTIONS:
        return CONTRACTIONS[token]
    for suffix, word in _SUFFIXES:
        if token.endswith(suffix) and len(token) > len(suffix):
            return (token[: -len(suffix)], word)
    if token.endswith("'s"):
        return (token[:-2],) if token[:-2] else ()
    return (token,)


def clauses(text: str) -> list[list[str]]:
    """The tokens of a text clause by clause: a negation reaches no further than its clause."""
    return [found for part in _CLAUSE_END.split(text.replace("’", "'").casefold()) if (found := tokens(part))]


def is_number(token: str) -> bool:
    """Whether a token from `tokens` is a number."""
    return token[0].isdigit()


def stem(word: str, *, loose: bool = False) -> str:
    """A word without the third-person or plural s; `loose` also takes off -ed and -ing.

    Tense is meaning ("drank" is not "drinks"), so the strict form keeps it.
    """
    word = _THIRD_PERSON.get(word, word)
    if len(word) > 4 and word.endswith("ies"):
        word = word[:-3] + "y"
    elif len(word) > 4 and word.endswith(("ches", "shes", "sses", "xes", "zes", "oes")):
        word = word[:-2]
    elif len(word) > 3 and word.endswith("s") and not word.endswith("ss"):
        word = word[:-1]
    if loose:
        for ending in ("ing", "ed"):
            if word.endswith(ending) and len(word) - len(ending) >= 3:
                word = word[: -len(ending)]
                if len(word) > 3 and word[-1] == word[-2] and word[-1] not in "ls":
                    word = word[:-1]
                break
    return word.rstrip("e") if len(word) > 3 else word
