"""Marks made by hand before any output was seen: what a good note must hold, and what it must not."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ml.schemas.report import ReportDraft, Section
from ml.schemas.transcript import Transcript
from ml.schemas.transcript_reading import read_transcript

_SECTIONS = {
    "plan": (Section.TREATMENT_PLAN,),
    # The reader finds a key point in the summary as well; a plan item only in the plan.
    "key_point": (Section.SUMMARY, Section.KEY_POINTS),
}


@dataclass(frozen=True, slots=True)
class Mark:
    """One thing a note must hold: from every group of `keywords` one word, in one claim."""

    id: str
    section: str
    keywords: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class RiskMark:
    """One risk statement: what it is and the segments it stands in."""

    category: str
    polarity: str
    subject: str
    segments: frozenset[str]


@dataclass(frozen=True, slots=True)
class MarkedSession:
    """A session with its marks."""

    name: str
    transcript: Transcript
    must: tuple[Mark, ...] = ()
    risk: tuple[RiskMark, ...] = ()
    forbidden: tuple[str, ...] = ()


@dataclass(slots=True)
class Recall:
    """How much of the marks a draft holds, by section."""

    found: dict[str, int] = field(default_factory=dict)
    marked: dict[str, int] = field(default_factory=dict)
    missed: list[str] = field(default_factory=list)
    forbidden: list[str] = field(default_factory=list)

    def count(self, section: str, mark: str, hit: bool) -> None:
        """Take one mark into account."""
        self.marked[section] = self.marked.get(section, 0) + 1
        self.found[section] = self.found.get(section, 0) + hit
        if not hit:
            self.missed.append(mark)


def annomi_transcripts(path: Path, ids: Sequence[str]) -> dict[str, Transcript]:
    """Transcripts of annomi_train.csv by id; segment ids are the utterance ids."""
    turns: dict[str, list[dict[str, str]]] = {name: [] for name in ids}
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if row["transcript_id"] in turns:
                turns[row["transcript_id"]].append(
                    {"id": row["utterance_id"], "role": row["interlocutor"], "text": row["utterance_text"]}
                )
    return {name: read_transcript({"segments": found}) for name, found in turns.items() if found}


def annomi_marks(path: Path, transcripts: Mapping[str, Transcript]) -> list[MarkedSession]:
    """The marked ones among the AnnoMI transcripts."""
    body = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
    return [
        MarkedSession(f"annomi {name}", transcripts[name], _must(marks["must"]))
        for name, marks in body.items()
        if name in transcripts
    ]


def marked_sessions(folder: Path) -> list[MarkedSession]:
    """The marked sessions of a folder: ``{"segments": [...], "marks": {must, risk, forbidden}}``."""
    found = []
    for path in sorted(folder.glob("*.json")):
        body = json.loads(path.read_text(encoding="utf-8"))
        marks = body.get("marks", {})
        risk = tuple(
            RiskMark(r["category"], r["polarity"], r["subject"], frozenset(map(str, r["segments"])))
            for r in marks.get("risk", ())
        )
        found.append(
            MarkedSession(
                name=path.stem,
                transcript=read_transcript(body),
                must=_must(marks.get("must", ())),
                risk=risk,
                forbidden=tuple(marks.get("forbidden", ())),
            )
        )
    return found


def _must(items: Sequence[Mapping[str, Any]]) -> tuple[Mark, ...]:
    return tuple(
        Mark(str(i["id"]), i["section"], tuple(tuple(group) for group in i["keywords"])) for i in items
    )


def _holds(text: str, mark: Mark) -> bool:
    return all(any(_stands(word, text) for word in group) for group in mark.keywords)


def _stands(word: str, text: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(word.lower())}", text) is not None


def recall_of(draft: ReportDraft, session: MarkedSession) -> Recall:
    """Compare a draft with the marks: words of a claim and of its quotes count alike."""
    recall = Recall()
    claims = [
        (claim.section, " ".join([claim.text, *(e.quote for e in claim.evidence)]).lower().replace("’", "'"))
        for claim in draft.claims
        if "touched on" not in claim.text
    ]
    flags = [" ".join(e.quote for e in flag.evidence).lower().replace("’", "'") for flag in draft.risk_flags]
    for mark in session.must:
        if mark.section == "risk":
            hit = any(_holds(text, mark) for text in flags)
        else:
            hit = any(_holds(text, mark) for section, text in claims if section in _SECTIONS[mark.section])
        recall.count(mark.section, mark.id, hit)
    for number, wanted in enumerate(session.risk):
        hit = any(
            flag.category == wanted.category
            and flag.polarity == wanted.polarity
            and any(e.segment in wanted.segments for e in flag.evidence)
            for flag in draft.risk_flags
        )
        recall.count("risk flag", f"risk-{number}", hit)
    texts = " ".join(c.text for c in draft.claims).lower()
    recall.forbidden = [words for words in session.forbidden if words.lower() in texts]
    return recall
