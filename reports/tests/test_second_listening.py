"""Doubtful words about risk are listened to twice; nothing of it can hurt the report."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import nullcontext
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.utils import timezone

from accounts.models import Therapist
from conftest import Api
from ml.errors import ErrorCode, PermanentError
from ml.schemas.transcript import Word
from patients.models import Consent
from reports import drafting
from reports.models import Report, ReportStatus, RiskFlag
from reports.second_listening import listen_again
from reports.services.doubtful_words import is_doubtful
from reports.services.drafts import draft_save
from reports.tasks import generate_report
from reports.tasks import listen_again as listen_task
from reports.tests.factories import (
    FakeDrafter,
    evidence,
    make_draft,
    session_with_report,
    session_with_transcript,
)
from sessions_app import transcription
from sessions_app.models import Segment, Status, TherapySession, Transcript
from sessions_app.services.transcripts import transcript_load
from sessions_app.tests.factories import RecordingFactory

WISH = "Sometimes I think what if I didn't wake up."


class Ear:
    """Hears what it is told, and keeps what it was asked."""

    def __init__(self, text: str | Exception) -> None:
        self.text = text
        self.calls: list[tuple[list[tuple[int, int]], str | None]] = []

    def redecode(
        self, path: Path, spans: Sequence[tuple[int, int]], *, language: str | None = None
    ) -> list[list[Word]]:
        self.calls.append((list(spans), language))
        if isinstance(self.text, Exception):
            raise self.text
        return [self._words(start + 2000) for start, _ in spans]

    def _words(self, at: int) -> list[Word]:
        assert isinstance(self.text, str)
        return [
            Word(start_ms=at + 300 * place, end_ms=at + 300 * (place + 1), text=word)
            for place, word in enumerate(self.text.split())
        ]


def hears(monkeypatch: pytest.MonkeyPatch, text: str | Exception) -> Ear:
    ear = Ear(text)
    monkeypatch.setattr(transcription, "engine", lambda: ear)
    return ear


def confidence(session: TherapySession, index: int, values: Sequence[float]) -> None:
    """Give the first words of a segment these confidences; all words follow one another without pause."""
    for row in Segment.objects.filter(transcript__session=session):
        step = (row.end_ms - row.start_ms) // len(row.words)
        for place, word in enumerate(row.words):
            word["start_ms"] = row.start_ms + step * place
            word["end_ms"] = word["start_ms"] + step
            if row.index == index and place < len(values):
                word["confidence"] = values[place]
        row.save()


@pytest.fixture
def session(therapist: Therapist) -> TherapySession:
    session = session_with_report(therapist)
    RecordingFactory.create(session=session)
    confidence(session, 3, [0.9, 0.4])
    times(session)
    return session


@pytest.fixture(autouse=True)
def stored(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No storage: the ear does not read."""
    monkeypatch.setattr(transcription, "recording_local_path", lambda key: nullcontext(tmp_path / key))
    monkeypatch.setattr(transcription, "recording_verify", lambda recording, path: None)


def times(session: TherapySession) -> None:
    """Draft again: the evidence takes the words' times of now."""
    rows = {str(row.pk): row for row in Segment.objects.filter(transcript__session=session)}
    for flag in RiskFlag.objects.filter(report__session=session):
        for item in flag.evidence:
            item.update(drafting.evidence_of(rows[item["segment"]], item["quote"]).model_dump())
        flag.save()


def shown(api: Api, session: TherapySession) -> dict[str, Any]:
    flags = api(session.therapist).get(f"/sessions/{session.pk}/report").json()["risk_flags"]
    return {item["quote"]: item["second_reading"] for flag in flags for item in flag["evidence"]}


@pytest.mark.django_db
def test_unsure_words_are_heard_again_and_both_readings_shown(
    api: Api, session: TherapySession, monkeypatch: pytest.MonkeyPatch
) -> None:
    ear = hears(monkeypatch, "Sometimes I think but if I did wake up")
    before = api(session.therapist).get(f"/sessions/{session.pk}/report")
    listen_again(session.pk)
    after = api(session.therapist).get(f"/sessions/{session.pk}/report")
    assert shown(api, session) == {
        WISH: {"text": "Sometimes I think but if I did wake up", "same": False},
        "I would never act on it.": None,
    }
    wish = after.json()["risk_flags"][0]["evidence"][0]
    assert ear.calls == [([(wish["start_ms"] - 2000, wish["end_ms"] + 2000)], "en")]
    # No version, no conflict for somebody who is editing.
    assert after["ETag"] == before["ETag"]
    listen_again(session.pk)
    assert len(ear.calls) == 1


@pytest.mark.django_db
def test_the_same_words_are_said_to_be_the_same(
    api: Api, session: TherapySession, monkeypatch: pytest.MonkeyPatch
) -> None:
    hears(monkeypatch, "well sometimes, I think: what if I didn’t wake up I would")
    listen_again(session.pk)
    assert shown(api, session)[WISH] == {"text": WISH, "same": True}


@pytest.mark.django_db
def test_no_words_are_a_reading_too(
    api: Api, session: TherapySession, monkeypatch: pytest.MonkeyPatch
) -> None:
    hears(monkeypatch, "")
    listen_again(session.pk)
    assert shown(api, session)[WISH] == {"text": "", "same": False}


@pytest.mark.django_db
def test_sure_words_and_decided_flags_are_left_alone(
    api: Api, session: TherapySession, monkeypatch: pytest.MonkeyPatch
) -> None:
    ear = hears(monkeypatch, "anything")
    RiskFlag.objects.filter(polarity="endorsed").update(clinician_decision="confirmed")
    listen_again(session.pk)
    RiskFlag.objects.update(clinician_decision="pending")
    confidence(session, 3, [0.9, 0.9])
    listen_again(session.pk)
    assert ear.calls == []
    assert set(shown(api, session).values()) == {None}


@pytest.mark.django_db
def test_nothing_without_recording_consent_or_after_signing(
    session: TherapySession, monkeypatch: pytest.MonkeyPatch
) -> None:
    ear = hears(monkeypatch, "anything")
    Consent.objects.create(
        patient=session.patient,
        scope="ai_processing",
        granted=False,
        method="verbal",
        recorded_at=timezone.now(),
    )
    listen_again(session.pk)
    Consent.objects.all().delete()
    session.recording.delete()
    listen_again(session.pk)
    assert ear.calls == []
    RecordingFactory.create(session=session)
    Report.objects.update(status=ReportStatus.FINALIZED, finalized_at=timezone.now())
    listen_again(session.pk)
    assert [flag.second_readings for flag in RiskFlag.objects.all()] == [[], []]


@pytest.mark.django_db
def test_readings_stay_with_a_new_draft_of_the_same_words(
    api: Api, session: TherapySession, monkeypatch: pytest.MonkeyPatch
) -> None:
    hears(monkeypatch, "something else")
    listen_again(session.pk)
    draft_save(session, make_draft(session))
    assert shown(api, session)[WISH] == {"text": "something else", "same": False}


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    "error", [PermanentError(ErrorCode.MODEL_NOT_AVAILABLE, "no weights"), ValueError("a patient's words")]
)
def test_a_failure_changes_nothing_and_logs_no_words(
    therapist: Therapist,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    error: Exception,
) -> None:
    session = session_with_transcript(therapist, status=Status.TRANSCRIBED)
    RecordingFactory.create(session=session)
    confidence(session, 3, [0.2])
    ear = hears(monkeypatch, error)
    monkeypatch.setattr("reports.drafting.drafter", lambda: FakeDrafter(lambda _: make_draft(session)))
    generate_report.apply(args=(str(session.pk),))
    session.refresh_from_db()
    assert len(ear.calls) == 1
    assert session.status == Status.REPORT_READY
    assert [flag.second_readings for flag in RiskFlag.objects.all()] == [[], []]
    assert "second listening" in caplog.text
    assert "patient's words" not in caplog.text


@pytest.mark.django_db(transaction=True)
def test_a_broker_that_is_away_costs_only_the_reading(
    therapist: Therapist, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(**_: object) -> None:
        raise ConnectionError

    session = session_with_transcript(therapist, status=Status.TRANSCRIBED)
    monkeypatch.setattr(listen_task, "apply_async", away)
    monkeypatch.setattr("reports.drafting.drafter", lambda: FakeDrafter(lambda _: make_draft(session)))
    generate_report.apply(args=(str(session.pk),))
    session.refresh_from_db()
    assert session.status == Status.REPORT_READY


@pytest.mark.django_db
def test_silences_and_gaps_beside_words_make_them_doubtful(session: TherapySession) -> None:
    confidence(session, 3, [0.9, 0.9])
    item = RiskFlag.objects.get(polarity="endorsed").evidence[0]

    def doubted() -> bool:
        return is_doubtful(transcript_load(session), item)

    assert not doubted()
    Transcript.objects.update(gaps=[{"start_ms": item["end_ms"] + 500, "end_ms": item["end_ms"] + 2500}])
    assert doubted()
    Transcript.objects.update(gaps=[{"start_ms": item["end_ms"] + 5000, "end_ms": item["end_ms"] + 9000}])
    assert not doubted()
    row = Segment.objects.get(transcript__session=session, index=2)
    row.words = row.words[:3]
    row.save()
    assert doubted()
    Segment.objects.filter(pk=UUID(item["segment"])).update(edited=True)
    assert not doubted()


@pytest.mark.django_db
def test_typed_words_are_not_doubted(session: TherapySession) -> None:
    Segment.objects.update(words=[])
    item = evidence(session, 3, WISH).model_dump()
    assert not is_doubtful(transcript_load(session), item)
