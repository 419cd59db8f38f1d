"""The summary's first sentence: what the session touched on, in words that fell in it."""

from __future__ import annotations

import re
from collections import Counter
from typing import Final

from ml.evidence.finders_units import Unit, units_of
from ml.evidence.quotes import evidence
from ml.schemas.report import Claim, ClaimState, Section, Topic
from ml.schemas.transcript import SpeakerRole, Transcript

MAX_THEMES: Final = 5
_NOUNS: Final = tuple(
    re.compile(rf"\b(?:{nouns})\b", re.I)
    for nouns in (
        "sleep|insomnia|nightmares",
        "mood|depression|sadness",
        "anxiety|panic attacks?|stress|worry",
        "anger|temper",
        "guilt|shame|grief",
        "safety plan",
        "alcohol|drinking",
        "smoking|cigarettes",
        "gambling",
        "weed|marijuana|cocaine|heroin|drugs",
        "coffee|caffeine",
        "medication|medications|medicine|meds|insulin|inhaler",
        "diabetes|asthma|blood pressure|blood sugar|cancer|pregnancy|birth control",
        "weight|diet",
        "exercise|walking",
        "pain|headaches?|migraines?",
        "work|job",
        "school|college",
        "money|debts?|bills",
        "husband|wife|partner|boyfriend|girlfriend|marriage|divorce",
        "mother|mom|father|dad|parents",
        "son|daughter|kids|children",
        "brother|sister|family",
        "friends?|roommate|flatmate",
        "court|probation|parole|jail|prison",
        "violence|fights?|abuse",
    )
)


def themes_claim(transcript: Transcript) -> Claim | None:
    """One supported claim that names up to five themes, each with the first place it fell.

    None for a language other than English and where fewer than two themes came up.
    """
    if transcript.language != "en":
        return None
    counts: Counter[int] = Counter()
    first: dict[int, tuple[str, Unit]] = {}
    for unit in units_of(transcript.segments):
        weight = 1 if unit.role is SpeakerRole.THERAPIST else 2
        for number, pattern in enumerate(_NOUNS):
            match = pattern.search(unit.text)
            if match:
                counts[number] += weight
                first.setdefault(number, (match.group(0).lower(), unit))
    chosen = sorted(number for number, _ in counts.most_common(MAX_THEMES))
    if len(chosen) < 2:
        return None
    words = [first[number][0] for number in chosen]
    units = list({id(first[n][1]): first[n][1] for n in chosen}.values())
    return Claim(
        section=Section.SUMMARY,
        topic=Topic.CONCERN,
        text=f"The session touched on {', '.join(words[:-1])} and {words[-1]}.",
        state=ClaimState.SUPPORTED,
        evidence=[evidence(unit.segment, unit.text) for unit in units],
    )
