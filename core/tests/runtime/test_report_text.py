"""A report on a terminal."""

from __future__ import annotations

from typing import Any

from core.runtime.report_text import report_text

EVIDENCE = {"segment": "s1", "start_ms": 65_000, "end_ms": 66_000, "quote": "I sleep badly"}


def report(**changes: Any) -> dict[str, Any]:
    body: dict[str, Any] = {
        "summary": "The client sleeps badly.",
        "key_points": [{"id": "c1", "text": "Sleeps badly."}],
        "treatment_plan": [],
        "claims": [{"id": "c1", "evidence": [EVIDENCE]}],
        "risk_flags": [],
        "notices": [],
        "provenance": {"engine": "extraction", "model": ""},
    }
    return {**body, **changes}


def test_items_show_the_time_of_their_evidence() -> None:
    assert "- Sleeps badly. [1:05]" in report_text(report())


def test_a_fallback_is_said_plainly() -> None:
    assert "No language model was used" not in report_text(report())
    assert "No language model was used" in report_text(report(notices=["extraction_only"]))


def test_unscreened_risk_is_not_an_empty_list() -> None:
    assert "Risk was not screened" in report_text(report(notices=["risk_not_screened"]))


def test_a_flag_shows_its_quote() -> None:
    flag = {
        "category": "suicide", "polarity": "denied", "subject": "client", "timeframe": "current",
        "severity": "low", "level": None, "evidence": [EVIDENCE],
    }  # fmt: skip
    text = report_text(report(risk_flags=[flag]))
    assert "suicide denied (client, current, low)" in text
    assert "1:05 “I sleep badly”" in text
