"""Writes a training set to a folder: all of it or nothing."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from django.utils import timezone

from ml.deidentify.entities import EntityRecognizer
from reports.training.examples import SessionExamples
from reports.training.selection import reports_for_training

WORDING, DIALOGUES, MANIFEST = "wording.jsonl", "dialogues.jsonl", "manifest.json"


@dataclass(slots=True)
class ExportCounts:
    """What went out, and what did not, by reason."""

    subjects: set[str] = field(default_factory=set)
    wording: int = 0
    changed: int = 0
    dialogues: int = 0
    left_out: Counter[str] = field(default_factory=Counter)


def training_set_export(
    folder: Path,
    *,
    entities: EntityRecognizer,
    therapist_email: str | None = None,
    told: Callable[[int], object] = int,
) -> ExportCounts:
    """Write wording.jsonl, dialogues.jsonl and manifest.json; an older set there is replaced whole.

    `told` is called with 1 after each report.

    Raises:
        OSError: The folder cannot be written; what stood there before still stands.
    """
    partial = folder.with_name(f"{folder.name}.partial")
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir(parents=True)
    counts = ExportCounts()
    try:
        with (partial / WORDING).open("w") as wording, (partial / DIALOGUES).open("w") as dialogues:
            for report in reports_for_training(therapist_email):
                found = SessionExamples(report, entities)
                for example in found.wording():
                    wording.write(example.model_dump_json() + "\n")
                    counts.wording += 1
                    counts.changed += example.lineage.changed
                    counts.subjects.add(example.lineage.subject)
                dialogue = found.dialogue()
                if dialogue is not None:
                    dialogues.write(dialogue.model_dump_json() + "\n")
                    counts.dialogues += 1
                    counts.subjects.add(dialogue.source.source_id)
                counts.left_out += found.left_out
                told(1)
        _manifest_write(partial, counts)
        _replace(folder, partial)
    finally:
        shutil.rmtree(partial, ignore_errors=True)
    return counts


def _manifest_write(folder: Path, counts: ExportCounts) -> None:
    body = {
        "created_at": timezone.now().isoformat(),
        "basis": "finalized reports of patients who agree to training_use at this time",
        "subjects": len(counts.subjects),
        "examples": {"wording": counts.wording, "changed_by_clinician": counts.changed},
        "dialogues": counts.dialogues,
        "left_out": dict(sorted(counts.left_out.items())),
        "sha256": {
            name: hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in (WORDING, DIALOGUES)
        },
    }
    (folder / MANIFEST).write_text(json.dumps(body, indent=2) + "\n", encoding="utf-8")


def _replace(folder: Path, partial: Path) -> None:
    old = folder.with_name(f"{folder.name}.old")
    shutil.rmtree(old, ignore_errors=True)
    if folder.exists():
        folder.rename(old)
    partial.rename(folder)
    shutil.rmtree(old, ignore_errors=True)
