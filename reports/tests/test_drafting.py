"""The door to the engines: settings in, one drafter for the process, light for the web."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from accounts.models import Therapist
from ml.schemas.report import ClaimState, Section
from reports import drafting
from reports.tests.factories import segments, session_with_transcript


@pytest.fixture
def _fresh_drafter(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(drafting, "_drafter", None)
    yield


@pytest.mark.usefixtures("_fresh_drafter")
def test_settings_become_options(settings: Any, tmp_path: Path) -> None:
    settings.MODELS_DIR = tmp_path
    settings.REPORT_BACKEND = "extraction"
    settings.REPORT_OPTIONS = {"model": "m"}
    settings.REPORT_FALLBACK_TO_EXTRACTION = False
    drafter = drafting.drafter()
    assert drafter.options.models_dir == tmp_path
    assert drafter.options.backend == "extraction"
    assert dict(drafter.options.backend_options) == {"model": "m"}
    assert drafter.options.fallback_to_extraction is False
    assert drafting.drafter() is drafter


@pytest.mark.usefixtures("_fresh_drafter")
def test_extraction_without_any_model(therapist: Therapist, settings: Any, tmp_path: Path) -> None:
    settings.MODELS_DIR = tmp_path
    settings.REPORT_BACKEND = "extraction"
    session = session_with_transcript(therapist)
    draft = drafting.draft(session)
    assert draft.provenance.engine == "extraction"
    texts = {str(row.pk): row.text for row in segments(session)}
    quotes = [item for claim in draft.claims for item in claim.evidence]
    quotes += [item for flag in draft.risk_flags for item in flag.evidence]
    assert quotes
    assert all(drafting.quote_in(texts[item.segment], item.quote) for item in quotes)


@pytest.mark.parametrize(
    ("names", "sections"),
    [
        (["summary"], {Section.SUMMARY}),
        (["summary", "risk_flags"], {Section.SUMMARY}),
        (["risk_flags"], set()),
        (["subjective"], None),
        (["summary", "plan"], None),
    ],
)
def test_seed_sections(names: list[str], sections: set[Section] | None) -> None:
    assert drafting.seed_sections(names) == sections


def test_checks_come_through() -> None:
    assert drafting.quote_in("I wake up at four.", "wake up AT four")
    assert drafting.check_claim("I wake up at four.", ["at four"], ["Never."]) is ClaimState.UNSUPPORTED


def test_times_of_the_quoted_words(therapist: Therapist) -> None:
    row = segments(session_with_transcript(therapist))[3]
    found = drafting.evidence_of(row, "I would never act on it")
    assert (found.start_ms, found.end_ms) == (15000 + 9 * 500, 15000 + 15 * 500)


def test_the_web_process_loads_no_engine() -> None:
    code = (
        "import os, sys; os.environ['DJANGO_SETTINGS_MODULE'] = 'core.testing.settings'\n"
        "import django; django.setup(); import reports.urls, reports.tasks\n"
        "engines = {'torch', 'ctranslate2', 'onnxruntime', 'xllamacpp', 'tokenizers'}\n"
        "assert not engines & set(sys.modules), engines & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=120)
