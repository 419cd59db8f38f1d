# ruff: noqa: E501 - tables of words read best as they are
"""Wording of requests by rule: the polite frame goes, the deed stays word for word."""

from __future__ import annotations

import re
from typing import Final

from ml.evidence.verify import differences
from ml.schemas.transcript import SpeakerRole

_LEAD: Final = re.compile(
    r"^(?:(?:so|and|okay|ok|well|then|now|also|alright|all right|great|good|um+|uh+|yeah|but|mm-hmm|right)\b[,.\s-]*)+",
    re.I,
)
_HOMEWORK: Final = re.compile(r"^(?:for|as) (?:your )?homework,?\s+", re.I)
_REQUEST: Final = re.compile(
    r"^(?:(?:could|can|would|will) you (?:please |also |just |maybe |be willing to |try to )*"
    r"|i(?:'d| would) (?:really |also )?like (?:us|you) to (?:also )?"
    r"|i (?:want|need) you to |i(?:'d| would)? (?:recommend|suggest|encourage) (?:that )?you (?:to )?"
    r"|let's (?:also )?(?=meet|schedule|plan|agree|set|write|make|check|follow|try|practi|continue)|please )(?P<deed>[a-z].+)$",
    re.I | re.S,
)
_ASIDE: Final = re.compile(
    r"\b(?:i|i'm|i'd|i'll|me|my|mine|what do you think|is that|okay with you|tell me)\b", re.I
)


def deed_of(quote: str) -> str | None:
    """ "And for homework, could you keep a diary?" as "Homework proposed by therapist: keep a diary."

    None where the sentence is no plain request, or the rest still speaks in the first person.
    """
    text = " ".join(quote.replace("’", "'").split())
    text = _LEAD.sub("", text)
    homework = _HOMEWORK.search(text)
    if homework:
        text = text[homework.end() :]
    request = _REQUEST.match(text)
    if request is None:
        return None
    deed = request["deed"].rstrip(" .?!,;")
    if _ASIDE.search(deed) or len(deed.split()) < 3 or "?" in deed:
        return None
    frame = "Homework proposed by therapist" if homework else "Therapist proposed"
    claim = f"{frame}: {deed}."
    if differences(claim, [text if not homework else f"homework {text}"], role=SpeakerRole.THERAPIST):
        return None
    return claim
