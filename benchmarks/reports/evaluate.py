"""The report table: faults and recall of drafts, by extraction and with a language model."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.reports.inventions import Inventions, inventions_in
from benchmarks.reports.marks import (
    MarkedSession,
    Recall,
    annomi_marks,
    annomi_transcripts,
    marked_sessions,
    recall_of,
)
from ml.reporting.draft import build_drafter
from ml.reporting.options import DraftingOptions

TEN = ("1", "6", "18", "23", "46", "66", "83", "95", "101", "111")
"""AnnoMI transcripts that are always drafted: ten topics, among them the three marked ones."""
SECTIONS = ("plan", "key_point", "risk", "risk flag")
Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Row:
    """One session drafted by one backend."""

    session: str
    backend: str
    words: int
    seconds: float
    worded: int
    faults: Inventions
    recall: Recall


def sessions_to_draft(annomi: Path | None, gold: Path) -> list[MarkedSession]:
    """The ten AnnoMI transcripts (where the file is) and the marked sessions of `gold`."""
    found: list[MarkedSession] = []
    if annomi is not None and annomi.is_file():
        transcripts = annomi_transcripts(annomi, TEN)
        marked = {s.name: s for s in annomi_marks(gold / "annomi_marks.json", transcripts)}
        for name, transcript in transcripts.items():
            title = f"annomi {name}"
            found.append(marked.get(title) or MarkedSession(title, transcript))
    found.extend(marked_sessions(gold / "sessions"))
    return found


def evaluate(sessions: Sequence[MarkedSession], options: DraftingOptions, say: Say) -> list[Row]:
    """Draft each session with one backend and compare."""
    drafter = build_drafter(options)
    rows = []
    try:
        for session in sessions:
            began = time.monotonic()
            draft = drafter.draft(session.transcript)
            row = Row(
                session=session.name,
                backend=draft.provenance.engine,
                words=sum(len(s.text.split()) for s in session.transcript.segments),
                seconds=time.monotonic() - began,
                worded=sum("“" not in c.text and "touched on" not in c.text for c in draft.claims),
                faults=inventions_in(draft, session.transcript),
                recall=recall_of(draft, session),
            )
            rows.append(row)
            say(line(row))
    finally:
        drafter.close()
    return rows


HEAD = (
    "| session | backend | words | s | claims (worded) | quotes | not verbatim | new numbers, names,"
    " substances | plan | key points | risk marks | risk flags | forbidden |\n"
    "|---|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|"
)


def line(row: Row) -> str:
    """One line of the table."""
    faults = row.faults
    marks = [
        f"{row.recall.found[s]}/{row.recall.marked[s]}" if s in row.recall.marked else "" for s in SECTIONS
    ]
    return (
        f"| {row.session} | {row.backend} | {row.words} | {row.seconds:.1f} | {faults.claims} ({row.worded})"
        f" | {faults.quotes} | {len(faults.not_verbatim)} | {faults.total - len(faults.not_verbatim)}"
        f" | {' | '.join(marks)} | {len(row.recall.forbidden)} |"
    )


def totals(rows: Sequence[Row], backend: str) -> str:
    """The last line of a backend: sums over its rows."""
    mine = [row for row in rows if row.backend == backend]
    marks = []
    for section in SECTIONS:
        found = sum(r.recall.found.get(section, 0) for r in mine)
        marked = sum(r.recall.marked.get(section, 0) for r in mine)
        marks.append(f"{found}/{marked} = {found / marked:.2f}" if marked else "")
    verbatim = sum(len(r.faults.not_verbatim) for r in mine)
    invented = sum(r.faults.total for r in mine) - verbatim
    return (
        f"| **all** | {backend} | {sum(r.words for r in mine)} | {sum(r.seconds for r in mine):.1f}"
        f" | {sum(r.faults.claims for r in mine)} ({sum(r.worded for r in mine)})"
        f" | {sum(r.faults.quotes for r in mine)} | {verbatim} | {invented} | {' | '.join(marks)}"
        f" | {sum(len(r.recall.forbidden) for r in mine)} |"
    )


def markdown(rows: Sequence[Row]) -> str:
    """The whole page."""
    parts = [
        "# Reports\n",
        "Drafts of ten AnnoMI transcripts and of marked sessions. Marks were made by hand before any"
        " output was seen; a mark counts as found when one claim of the right section (its text and"
        " its quotes) holds a word of each of the mark's keyword groups. Written by"
        " `manage.py evaluate_reports`.\n\n"
        "The finders were tuned on the marks of panic_client_first, so its figures flatter; the other"
        " marks were not read. The check for new substances uses the finders' own word lists.\n",
        HEAD,
    ]
    for backend in dict.fromkeys(row.backend for row in rows):
        parts += [line(row) for row in rows if row.backend == backend]
        parts.append(totals(rows, backend))
    return "\n".join(parts) + "\n"
