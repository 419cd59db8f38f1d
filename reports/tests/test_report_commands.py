"""draft_report and evaluate_reports, run as a person runs them."""

from __future__ import annotations

import json
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from pytest_django import Settings

from reports import drafting

SESSION = {
    "segments": [
        {"role": "client", "text": "I can't sleep, I lie awake until three every night."},
        {"role": "therapist", "text": "For homework, could you keep a sleep diary every day until we meet?"},
        {"role": "client", "text": "Yes, I can do that."},
    ]
}


@pytest.fixture(autouse=True)
def extraction(settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.REPORT_BACKEND = "extraction"
    settings.MODELS_DIR = tmp_path / "models"
    monkeypatch.setattr(drafting, "_drafter", None)


def written(tmp_path: Path, body: object) -> str:
    path = tmp_path / "transcript.json"
    path.write_text(json.dumps(body), encoding="utf-8")
    return str(path)


def test_draft_report_prints_sections_and_what_drafted_it(tmp_path: Path) -> None:
    out = StringIO()
    call_command("draft_report", written(tmp_path, SESSION), stdout=out)
    text = out.getvalue()
    assert "keep a sleep diary every day" in text.split("TREATMENT PLAN")[1]
    assert "awake until three" in text.split("KEY POINTS")[1]
    assert "extraction_only" in text


def test_draft_report_as_json_is_the_draft_record(tmp_path: Path) -> None:
    out = StringIO()
    call_command("draft_report", written(tmp_path, SESSION), "--json", "--format", "soap", stdout=out)
    body = json.loads(out.getvalue())
    assert body["note_format"] == "soap"
    assert {c["section"] for c in body["claims"]} >= {"key_points", "treatment_plan"}


@pytest.mark.parametrize("body", [["a list"], {"segments": [{"role": "client"}]}, {"segments": "none"}])
def test_draft_report_names_what_is_wrong_without_the_words(body: object, tmp_path: Path) -> None:
    with pytest.raises(CommandError):
        call_command("draft_report", written(tmp_path, body), stdout=StringIO())


def test_draft_report_of_a_missing_file_or_unknown_format(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="cannot be read"):
        call_command("draft_report", str(tmp_path / "nowhere.json"))
    with pytest.raises(CommandError, match="format"):
        call_command("draft_report", written(tmp_path, SESSION), "--format", "haiku")


def test_evaluate_reports_counts_marks_and_writes_the_table(tmp_path: Path) -> None:
    gold = tmp_path / "gold"
    (gold / "sessions").mkdir(parents=True)
    must = [
        {"id": "diary", "section": "plan", "keywords": [["diary", "log"], ["sleep"]]},
        {"id": "moon", "section": "key_point", "keywords": [["moon"]]},
    ]
    marked = SESSION | {"marks": {"must": must, "risk": [], "forbidden": ["wine"]}}
    (gold / "sessions" / "one.json").write_text(json.dumps(marked), encoding="utf-8")
    table = tmp_path / "reports.md"
    call_command("evaluate_reports", "--gold", str(gold), "--out", str(table), stdout=StringIO())
    row = next(line for line in table.read_text().splitlines() if line.startswith("| one |"))
    cells = [cell.strip() for cell in row.split("|")[1:-1]]
    assert (cells[6], cells[7]) == ("0", "0")
    assert (cells[8], cells[9], cells[12]) == ("1/1", "0/1", "0")
