"""The main job on the running platform with real engines, as a person would do it."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import jiwer
import pytest
from whisper_normalizer.english import EnglishTextNormalizer

from core.tests.flows.platform import ROOT, SAMPLE, LivePlatform

pytestmark = [pytest.mark.broker, pytest.mark.weights, pytest.mark.slow]


def wait_for(http: httpx.Client, session_id: str, seconds: float = 240) -> dict[str, Any]:
    """The session once it has ended one way or the other."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        session: dict[str, Any] = http.get(f"/sessions/{session_id}").json()
        if session["status"] in {"report_ready", "failed"}:
            return session
        time.sleep(0.5)
    raise AssertionError(f"still {session['status']} after {seconds} s")


@pytest.fixture
def http(platform: LivePlatform) -> Iterator[httpx.Client]:
    """A client that is nobody yet."""
    with httpx.Client(base_url=platform.url, timeout=60) as client:
        yield client


def test_register_to_signed_report(http: httpx.Client) -> None:
    account = {"email": "nadia@clinic.example", "password": "harbour-lamp-42", "full_name": "Nadia Rahman"}
    assert http.post("/auth/register", json=account).status_code == 201
    login = http.post("/auth/login", json={k: account[k] for k in ("email", "password")}).json()
    http.headers["Authorization"] = f"Bearer {login['access']}"
    patient = http.post("/patients", json={"full_name": "Daniel Reyes"}).json()
    session = http.post("/sessions", json={"patient": patient["id"], "session_date": "2026-11-02"}).json()
    assert session["status"] == "created"
    with SAMPLE.open("rb") as file:
        accepted = http.post(f"/sessions/{session['id']}/audio", files={"file": ("session.ogg", file)})
    assert accepted.status_code == 202
    session = wait_for(http, session["id"])
    assert (session["status"], session["error"]) == ("report_ready", None)

    transcript = http.get(f"/sessions/{session['id']}/transcript").json()
    check_transcript(transcript)
    report = http.get(f"/sessions/{session['id']}/report").json()
    check_report(report, transcript)

    decisions = [{"id": flag["id"], "clinician_decision": "confirmed"} for flag in report["risk_flags"]]
    confirmed = [
        {"id": claim["id"], "confirmed": True} for claim in report["claims"] if claim["state"] == "inferred"
    ]
    early = http.patch(f"/sessions/{session['id']}/report", json={"status": "finalized"})
    assert (early.status_code, early.json()["code"]) == (422, "risk_pending")
    body: dict[str, Any] = {"risk_flags": decisions, "status": "finalized"}
    if confirmed:
        body["claims"] = [
            *confirmed,
            *[{"id": c["id"]} for c in report["claims"] if c["state"] != "inferred"],
        ]
    signed = http.patch(f"/sessions/{session['id']}/report", json=body)
    assert (signed.status_code, signed.json().get("status")) == (200, "finalized")
    again = http.post(f"/sessions/{session['id']}/report", json={})
    assert (again.status_code, again.json()["code"]) == (409, "report_finalized")
    with SAMPLE.open("rb") as file:
        replaced = http.post(f"/sessions/{session['id']}/audio", files={"file": ("session.ogg", file)})
    assert (replaced.status_code, replaced.json()["code"]) == (409, "report_finalized")


def check_transcript(transcript: dict[str, Any]) -> None:
    reference = json.loads((ROOT / "assets" / "session_short.json").read_text())
    normalize = EnglishTextNormalizer()
    said = normalize(" ".join(turn["text"] for turn in reference["turns"]))
    heard = normalize(" ".join(segment["text"] for segment in transcript["segments"]))
    assert jiwer.wer(said, heard) <= 0.05
    assert transcript["coverage"]["gaps"] == []
    turns = [turn["speaker"] for turn in reference["turns"]]
    roles = [segment["role"] for segment in transcript["segments"]]
    merged = [role for index, role in enumerate(roles) if index == 0 or role != roles[index - 1]]
    assert merged == turns


def check_report(report: dict[str, Any], transcript: dict[str, Any]) -> None:
    texts = {segment["id"]: segment["text"] for segment in transcript["segments"]}
    for item in [*report["claims"], *report["risk_flags"]]:
        for evidence in item["evidence"]:
            assert evidence["quote"] in texts[evidence["segment"]]
    flags = {
        (flag["category"], flag["polarity"], " ".join(item["quote"].lower() for item in flag["evidence"]))
        for flag in report["risk_flags"]
    }
    assert any(c == "suicide" and p == "endorsed" and "wake up" in q for c, p, q in flags)
    assert any(c == "suicide" and p == "denied" and "plan" in q for c, p, q in flags)
    assert any(c == "suicide" and p == "denied" and "never do that" in q for c, p, q in flags)
    plan = " ".join(item["text"].lower() for item in report["treatment_plan"])
    for expected in ("safety plan", "thought record", "coffee"):
        assert expected in plan


def test_the_sample_is_shown_on_the_terminal(platform: LivePlatform) -> None:
    end = time.monotonic() + 200
    while "Report of the sample session" not in platform.printed() and time.monotonic() < end:
        time.sleep(0.5)
    printed = platform.printed()
    assert f"http://127.0.0.1:{platform.port}" in printed
    assert "Treatment plan" in printed


def test_no_words_of_the_session_are_in_log_or_broker(platform: LivePlatform) -> None:
    # The terminal shows the sample's report on purpose; what the processes log must not hold it.
    shown = platform.printed().split("Report of the sample session")
    assert "wake up" not in shown[0]
    for path in [*Path(platform.var_dir, "broker").rglob("*"), *Path(platform.var_dir, "run").iterdir()]:
        if path.is_file():
            assert b"wake up" not in path.read_bytes()
