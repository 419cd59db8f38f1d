"""Wording without a language model: who said it, and the words."""

from __future__ import annotations

from typing import Final

from ml.evidence.finders import Candidate
from ml.reporting.wording_plan import deed_of
from ml.schemas.report import Topic
from ml.schemas.transcript import SpeakerRole

_ENGLISH: Final = {
    SpeakerRole.CLIENT: "Client said: “{quote}”",
    SpeakerRole.THERAPIST: "Therapist said: “{quote}”",
    SpeakerRole.OTHER: "“{quote}”",
}
_ARABIC: Final = {
    SpeakerRole.CLIENT: "قال العميل: “{quote}”",
    SpeakerRole.THERAPIST: "قال المعالج: “{quote}”",
    SpeakerRole.OTHER: "“{quote}”",
}
_ANSWERED: Final = {
    "en": "Asked “{question}”, client answered: “{quote}”",
    "ar": "سُئل “{question}”، فأجاب العميل: “{quote}”",
}


def quoted(candidate: Candidate, language: str) -> str:
    """The claim as a quote, in the language of the transcript; no word in it is ours but the frame."""
    quote = candidate.unit.text.strip(' “”"')
    if candidate.question is not None:
        frame = _ANSWERED.get(language, "“{question}” “{quote}”")
        return frame.format(question=candidate.question.text.strip(' “”"'), quote=quote)
    frames = {"en": _ENGLISH, "ar": _ARABIC}.get(language)
    frame = frames[candidate.unit.role] if frames else "“{quote}”"
    return frame.format(quote=quote)


def worded_by_rule(candidate: Candidate, language: str) -> str | None:
    """A therapist's plain request without its polite frame, in English; None for all else."""
    if language != "en" or candidate.topic is not Topic.PLAN or candidate.question is not None:
        return None
    if candidate.unit.role is not SpeakerRole.THERAPIST:
        return None
    return deed_of(candidate.unit.text)
