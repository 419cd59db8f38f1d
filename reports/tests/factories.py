"""Sessions with a transcript, drafts and reports for tests."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import Any
from uuid import UUID

from django.utils import timezone

from accounts.models import Therapist
from ml.progress import Progress, no_progress
from ml.schemas.report import (
    Claim,
    ClaimState,
    Evidence,
    NoteFormat,
    Notice,
    Polarity,
    Provenance,
    ReportDraft,
    RiskCategory,
    RiskFlag,
    Section,
    Severity,
    Timeframe,
    Topic,
)
from ml.schemas.transcript import Transcript as TranscriptRecord
from reports.models import Report
from reports.services.drafts import draft_save
from sessions_app.models import Segment, Status, TherapySession, Transcript
from sessions_app.tests.factories import TherapySessionFactory

TURNS = (
    ("S1", "How have you been sleeping since we last met?"),
    ("S2", "I wake up at four most nights and my mind races about work."),
    ("S1", "Have you had thoughts of ending your life?"),
    ("S2", "Sometimes I think what if I didn't wake up. I would never act on it."),
    ("S1", "Let's write a safety plan and keep the thought record each evening."),
    ("S2", "Okay, I will do the thought record."),
)
SPEAKERS = {
    "S1": {"role": "therapist", "role_confidence": 0.9, "name": ""},
    "S2": {"role": "client", "role_confidence": 0.9, "name": ""},
}


def session_with_transcript(
    therapist: Therapist, turns: Sequence[tuple[str, str]] = TURNS, **fields: Any
) -> TherapySession:
    """A session with these turns, five seconds each, every word half a second long."""
    session = TherapySessionFactory.create(therapist=therapist, **{"status": Status.REPORT_READY, **fields})
    transcript = Transcript.objects.create(
        session=session, language="en", duration_ms=5000 * len(turns), speakers=SPEAKERS
    )
    for index, (speaker, text) in enumerate(turns):
        begin = index * 5000
        Segment.objects.create(
            transcript=transcript,
            index=index,
            speaker=speaker,
            start_ms=begin,
            end_ms=begin + 5000,
            text=text,
            words=[
                {
                    "start_ms": begin + 500 * place,
                    "end_ms": begin + 500 * (place + 1),
                    "text": word,
                    "confidence": 0.9,
                }
                for place, word in enumerate(text.split())
            ],
        )
    return session


def segments(session: TherapySession) -> list[Segment]:
    """The session's segments in order."""
    return list(Segment.objects.filter(transcript__session=session))


def evidence(session: TherapySession, index: int, quote: str) -> Evidence:
    """Evidence in the segment with this index."""
    row = segments(session)[index]
    return Evidence(segment=str(row.pk), start_ms=row.start_ms, end_ms=row.end_ms, quote=quote)


def make_draft(session: TherapySession, **changes: Any) -> ReportDraft:
    """A draft: two sentences of summary, two key points (one inferred), a plan, two risk flags."""
    wakes = evidence(session, 1, "I wake up at four most nights")
    races = evidence(session, 1, "my mind races about work")
    record = evidence(session, 4, "keep the thought record each evening")
    wish = evidence(session, 3, "Sometimes I think what if I didn't wake up.")
    never = evidence(session, 3, "I would never act on it.")

    def claim(section: Section, topic: Topic, text: str, quote: Evidence, state: str = "supported") -> Claim:
        return Claim(section=section, topic=topic, text=text, state=ClaimState(state), evidence=[quote])

    def flag(polarity: Polarity, quote: Evidence, **fields: Any) -> RiskFlag:
        return RiskFlag(
            category=RiskCategory.SUICIDE,
            polarity=polarity,
            timeframe=Timeframe.CURRENT,
            evidence=[quote],
            sources=["rules"],
            **fields,
        )

    values: dict[str, Any] = {
        "note_format": NoteFormat.STANDARD,
        "claims": [
            claim(Section.SUMMARY, Topic.CONCERN, "I wake up at four most nights.", wakes),
            claim(Section.SUMMARY, Topic.CONCERN, "My mind races about work.", races),
            claim(Section.KEY_POINTS, Topic.CONCERN, "Wakes up at four most nights.", wakes),
            claim(Section.KEY_POINTS, Topic.CONCERN, "Work keeps the client awake.", races, state="inferred"),
            claim(Section.TREATMENT_PLAN, Topic.PLAN, "Keep the thought record each evening.", record),
        ],
        "risk_flags": [
            flag(Polarity.ENDORSED, wish, level=1, severity=Severity.MODERATE),
            flag(Polarity.DENIED, never, level=4, severity=Severity.LOW),
        ],
        "notices": [Notice.EXTRACTION_ONLY],
        "provenance": Provenance(
            engine="extraction", model="rules", prompt_version="", created_at=timezone.now()
        ),
    }
    return ReportDraft(**{**values, **changes})


def session_with_report(therapist: Therapist, **fields: Any) -> TherapySession:
    """A session whose report was drafted."""
    session = session_with_transcript(therapist, **fields)
    draft_save(session, make_draft(session))
    return session


def report_of(session: TherapySession) -> Report:
    """The session's report as it is stored."""
    return Report.objects.get(session=session)


def resolve(report: Report) -> None:
    """Decide and confirm everything that is open."""
    report.risk_flags.update(clinician_decision="confirmed", decided_at=timezone.now())
    report.claims.filter(state="inferred").update(confirmed=True)
    report.claims.filter(state="unsupported").delete()


class FakeDrafter:
    """A drafter that answers what it is given and keeps what it was asked."""

    def __init__(self, answer: Callable[[TranscriptRecord], ReportDraft] | Exception) -> None:
        self.answer = answer
        self.calls: list[dict[str, Any]] = []

    def draft(
        self,
        transcript: TranscriptRecord,
        note_format: NoteFormat = NoteFormat.STANDARD,
        sections: Collection[Section] | None = None,
        progress: Progress = no_progress,
    ) -> ReportDraft:
        """The answer, with the note format asked for."""
        self.calls.append({"transcript": transcript, "note_format": note_format, "sections": sections})
        progress(0.5)
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer(transcript).model_copy(update={"note_format": note_format})


def ids(items: Sequence[Any]) -> list[UUID | str]:
    """The ids of items of a body."""
    return [item["id"] for item in items]
