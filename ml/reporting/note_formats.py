"""Note formats: other arrangements of the same claims, by what each claim is about."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from ml.schemas.report import Claim, NoteFormat, Section, Topic

NOTE_SECTIONS: Final[dict[NoteFormat, tuple[str, ...]]] = {
    NoteFormat.STANDARD: ("summary", "key_points", "treatment_plan"),
    # "objective" holds what was observed in the talk; nothing visual can be known from audio.
    NoteFormat.SOAP: ("subjective", "objective", "assessment", "plan"),
    NoteFormat.DAP: ("data", "assessment", "plan"),
    NoteFormat.BIRP: ("behaviour", "intervention", "response", "plan"),
    NoteFormat.GIRP: ("goal", "intervention", "response", "plan"),
    NoteFormat.PIRP: ("problem", "intervention", "response", "plan"),
}
"""The sections of each format, in order."""

_REPORTED: Final = frozenset(
    {Topic.CONCERN, Topic.EVENT, Topic.RELATIONSHIP, Topic.SUBSTANCE, Topic.MEDICATION, Topic.STRENGTH}
)
_BY_TOPIC: Final[dict[NoteFormat, dict[Topic, str]]] = {
    NoteFormat.SOAP: {
        **dict.fromkeys((*_REPORTED, Topic.GOAL, Topic.PROGRESS), "subjective"),
        Topic.INTERVENTION: "objective",
        Topic.RESPONSE: "objective",
        Topic.ASSESSMENT: "assessment",
    },
    NoteFormat.DAP: {
        **dict.fromkeys((*_REPORTED, Topic.GOAL, Topic.PROGRESS, Topic.INTERVENTION, Topic.RESPONSE), "data"),
        Topic.ASSESSMENT: "assessment",
    },
    NoteFormat.BIRP: {
        **dict.fromkeys((*_REPORTED, Topic.GOAL), "behaviour"),
        Topic.INTERVENTION: "intervention",
        Topic.ASSESSMENT: "intervention",
        Topic.RESPONSE: "response",
        Topic.PROGRESS: "response",
    },
    NoteFormat.GIRP: {
        **dict.fromkeys((*_REPORTED, Topic.GOAL), "goal"),
        Topic.INTERVENTION: "intervention",
        Topic.ASSESSMENT: "intervention",
        Topic.RESPONSE: "response",
        Topic.PROGRESS: "response",
    },
    NoteFormat.PIRP: {
        **dict.fromkeys((*_REPORTED, Topic.GOAL), "problem"),
        Topic.INTERVENTION: "intervention",
        Topic.ASSESSMENT: "intervention",
        Topic.RESPONSE: "response",
        Topic.PROGRESS: "response",
    },
}


def note_section(note_format: NoteFormat, section: Section, topic: Topic) -> str:
    """The section of a note format that a claim belongs to."""
    if note_format is NoteFormat.STANDARD:
        return section.value
    if section is Section.TREATMENT_PLAN or topic is Topic.PLAN:
        return "plan"
    return _BY_TOPIC[note_format][topic]


def arrange(claims: Iterable[Claim], note_format: NoteFormat) -> dict[str, list[Claim]]:
    """Every section of the format with its claims, in the claims' order; empty ones stay, empty."""
    arranged: dict[str, list[Claim]] = {name: [] for name in NOTE_SECTIONS[note_format]}
    for claim in claims:
        arranged[note_section(note_format, claim.section, claim.topic)].append(claim)
    return arranged
