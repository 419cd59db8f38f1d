"""Archives of different size: a therapist with years of signed sessions and a few that are open."""

from __future__ import annotations

import datetime as dt
import random
from uuid import uuid4

from django.utils import timezone

from accounts.models import Therapist
from patients.models import Consent, Patient, Scope
from reports.models import Claim, Report, ReportRevision, RiskFlag
from sessions_app.models import Recording, Segment, Status, TherapySession, Transcript

OPEN = 25
"""Drafts to sign, whatever the size: what is open does not grow with the archive."""
FAILED, IN_WORK = 5, 3
SESSIONS_A_PATIENT = 4
"""So that the small archive, too, has a whole page of patients: two pages of the same length are compared."""
CLAIMS, SEGMENTS = 8, 4
BATCH = 1000


def archive(size: int, email: str) -> Therapist:
    """A therapist with so many sessions, each with recording, transcript, report and its version."""
    therapist = Therapist(email=email, full_name="Dr. Archive")
    therapist.set_unusable_password()
    therapist.save()
    choice = random.Random(size)
    patients = Patient.objects.bulk_create(
        [
            Patient(therapist=therapist, full_name=f"Patient {choice.random():.9f}", external_id=f"E-{n}")
            for n in range(size // SESSIONS_A_PATIENT)
        ],
        batch_size=BATCH,
    )
    _consents(patients)
    today = timezone.now().date()
    sessions = TherapySession.objects.bulk_create(
        [
            TherapySession(
                therapist=therapist,
                patient=patients[n % len(patients)],
                session_date=today - dt.timedelta(days=n // 8),
                title=f"Session {n}",
                status=_status(n),
            )
            for n in range(size)
        ],
        batch_size=BATCH,
    )
    for begin in range(0, size, BATCH):
        _contents(therapist, sessions[begin : begin + BATCH], begin)
    return therapist


def _status(number: int) -> Status:
    if number < IN_WORK:
        return Status.TRANSCRIBING
    return Status.FAILED if number < IN_WORK + FAILED else Status.REPORT_READY


def _consents(patients: list[Patient]) -> None:
    now = timezone.now()
    rows = [
        Consent(patient=patient, scope=scope, granted=True, method="default", recorded_at=now)
        for patient in patients
        for scope in (Scope.RECORD, Scope.AI_PROCESSING)
    ]
    Consent.objects.bulk_create(rows, batch_size=BATCH)


def _contents(therapist: Therapist, sessions: list[TherapySession], begin: int) -> None:
    Recording.objects.bulk_create(
        [
            Recording(
                session=row, storage_key=f"recordings/{uuid4().hex}", filename="a.m4a",
                media_type="audio/mp4", size_bytes=20_000_000, sha256="0" * 64, duration_ms=3_000_000,
            )
            for row in sessions
        ]
    )  # fmt: skip
    done = [(n, row) for n, row in enumerate(sessions, start=begin) if row.status == Status.REPORT_READY]
    transcripts = Transcript.objects.bulk_create(
        [Transcript(session=row, language="en", duration_ms=3_000_000) for _, row in done]
    )
    Segment.objects.bulk_create(
        [
            Segment(
                transcript=row, index=index, speaker="S1", start_ms=index * 5000,
                end_ms=index * 5000 + 5000, text="I wake up at four most nights.",
            )
            for row in transcripts
            for index in range(SEGMENTS)
        ]
    )  # fmt: skip
    reports = Report.objects.bulk_create([_report(therapist, row, number) for number, row in done])
    Claim.objects.bulk_create(
        [
            Claim(
                report=row, section="summary", topic="concern", text="I wake up at four most nights.",
                draft_text="I wake up at four most nights.", state="supported", order=order,
                evidence=[{"segment": str(uuid4()), "start_ms": 0, "end_ms": 5000, "quote": "at four"}],
            )
            for row in reports
            for order in range(CLAIMS)
        ],
        batch_size=BATCH,
    )  # fmt: skip
    RiskFlag.objects.bulk_create(
        [
            RiskFlag(
                report=row, category="suicide", polarity="denied", severity="low", subject="client",
                timeframe="current", clinician_decision="confirmed" if row.is_signed else "pending",
                decided_at=timezone.now() if row.is_signed else None,
            )
            for row in reports
        ]
    )  # fmt: skip
    ReportRevision.objects.bulk_create(
        [
            ReportRevision(report=row, number=1, kind="drafted", created_at=timezone.now(), content={})
            for row in reports
        ]
    )


def _report(therapist: Therapist, session: TherapySession, number: int) -> Report:
    if number < IN_WORK + FAILED + OPEN:
        return Report(session=session, version=1)
    return Report(
        session=session, version=1, status="finalized", finalized_at=timezone.now(), finalized_by=therapist
    )
