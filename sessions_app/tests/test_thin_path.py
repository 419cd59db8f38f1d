"""The thinnest way through: session, audio, transcript."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.models import Therapist
from patients.tests.factories import PatientFactory
from sessions_app import pipeline
from sessions_app.tests.media import sound


@pytest.mark.django_db
@pytest.mark.usefixtures("media_root", "fake_engine")
def test_audio_becomes_a_transcript(
    api: Callable, therapist: Therapist, monkeypatch: pytest.MonkeyPatch,
    django_capture_on_commit_callbacks: Callable,
) -> None:  # fmt: skip
    client = api(therapist)
    patient = PatientFactory.create(therapist=therapist)
    # The report stage is not this app's.
    monkeypatch.setitem(pipeline.WAITING, pipeline.REPORT.waiting, pipeline.TRANSCRIPTION)
    made = client.post("/sessions", {"patient": str(patient.pk), "session_date": "2026-03-02"})
    assert made.status_code == 201, made.content
    url = f"/sessions/{made.json()['id']}"
    with django_capture_on_commit_callbacks(execute=True):
        sent = client.post(
            f"{url}/audio", {"file": SimpleUploadedFile("a.wav", sound(2))}, format="multipart"
        )
    assert sent.status_code == 202, sent.content
    assert sent.json()["status"] in {"uploaded", "transcribing", "transcribed"}
    answer = client.get(f"{url}/transcript")
    assert answer.status_code == 200, answer.content
    assert [segment["speaker"] for segment in answer.json()["segments"]] == ["S1", "S2", "S1", "S2"]
    assert client.get(url).json()["status"] == "transcribed"
    assert client.get(url).json()["counts"] == {"segments": 4, "corrections": 0}
