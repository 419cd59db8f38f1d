"""What an exported note says, as a plain list of lines that each file format writes in its way."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum, auto
from typing import Any
from zoneinfo import ZoneInfo

from accounts.models import Therapist
from core.errors import ApplicationError
from reports.exports.words import Words
from reports.models import RiskFlag
from reports.selectors import ReportContent
from sessions_app.models import TherapySession, Transcript

CONTROLS = {**dict.fromkeys(range(32), " "), 10: "\n", 11: "\n", 12: "\n"}
LEFT_TO_RIGHT = "\N{LEFT-TO-RIGHT MARK}"


class Kind(Enum):
    """What a line is."""

    HEADING = auto()
    SUBHEADING = auto()
    FACT = auto()  # `label` and `text`
    ITEM = auto()
    TEXT = auto()
    QUOTE = auto()  # `label` says when it was said
    NOTE = auto()  # said more quietly


@dataclass(frozen=True, slots=True)
class Line:
    """One line or paragraph."""

    kind: Kind
    text: str
    label: str = ""


@dataclass(frozen=True, slots=True)
class NoteDocument:
    """A signed note: a title, lines in their order, and how to read them."""

    title: str
    lines: list[Line]
    words: Words
    session_date: dt.date
    signed_at: dt.datetime
    author: str


def note_document(
    session: TherapySession, content: ReportContent, zone_of: Therapist, language: str
) -> NoteDocument:
    """The document of a signed report; times are those of the therapist's time zone.

    Only the report's own rows are read: the psychotherapy note cannot come in here.

    Raises:
        ApplicationError: `report_not_signed` for a draft.
    """
    signed = content.finalized
    if signed is None:
        raise ApplicationError("report_not_signed")
    page = _Page(session, content, ZoneInfo(zone_of.time_zone), Words(language))
    lines = [
        *page.facts(zone_of),
        *page.risk(),
        *page.sections(),
        *page.signature(signed),
        *page.addenda(),
        *page.provenance(signed),
    ]
    return NoteDocument(
        title=page.words("title"),
        lines=[Line(line.kind, _clean(line.text), _clean(line.label)) for line in lines],
        words=page.words,
        session_date=session.session_date,
        signed_at=signed["at"],
        author=signed["name"],
    )


def language_of(session: TherapySession) -> str:
    """The language the note is written in: the transcript's, else the session's, else English."""
    found = Transcript.objects.filter(session=session).values_list("language", flat=True).first()
    return found or session.language or "en"


def clock(milliseconds: int) -> str:
    """A place in the recording as 1:02:03 or 02:03."""
    minutes, seconds = divmod(milliseconds // 1000, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes:02}:{seconds:02}"


def _clean(text: str) -> str:
    """Without the control characters that pasted text brings and XML files cannot hold."""
    return text.translate(CONTROLS)


class _Page:
    """The parts of the document."""

    def __init__(self, session: TherapySession, content: ReportContent, zone: ZoneInfo, words: Words) -> None:
        self.session = session
        self.content = content
        self.zone = zone
        self.words = words

    def facts(self, therapist: Therapist) -> Iterator[Line]:
        """The patient and the session; what is not known is left out."""
        patient, session = self.session.patient, self.session
        yield Line(Kind.HEADING, self.words("patient"))
        yield Line(Kind.FACT, patient.full_name, self.words("name"))
        if patient.date_of_birth:
            yield Line(Kind.FACT, self.ltr(patient.date_of_birth.isoformat()), self.words("date_of_birth"))
        yield from self._known("external_id", patient.external_id)
        yield Line(Kind.HEADING, self.words("session"))
        yield Line(Kind.FACT, self.ltr(session.session_date.isoformat()), self.words("session_date"))
        for name, at in (("started_at", session.started_at), ("ended_at", session.ended_at)):
            yield from self._known(name, self.at(at) if at else "")
        yield from self._known("modality", self.words.heading(session.modality))
        for name in ("place", "participants", "diagnosis"):
            yield from self._known(name, getattr(session, name))
        signer = ", ".join(
            filter(None, (self.content.report.signer_name, self.content.report.signer_credentials))
        )
        yield from self._known("clinician", signer)
        yield from self._known("clinic_name", therapist.clinic_name)

    def risk(self) -> Iterator[Line]:
        """Every flag with the decision and the words; what was not spoken of is not assessed."""
        yield Line(Kind.HEADING, self.words("risk"))
        if not self.content.risk_screened:
            yield Line(Kind.TEXT, self.words("not_screened"))
        elif not self.content.risk_flags:
            yield Line(Kind.TEXT, self.words("no_flags"))
        for flag in self.content.risk_flags:
            yield from self._flag(flag)
        if self.content.not_assessed:
            names = self._listed(self.content.not_assessed)
            yield Line(Kind.NOTE, f"{self.words('not_assessed')}: {names}")

    def sections(self) -> Iterator[Line]:
        """The note format's sections in order, empty ones too."""
        for name, claims in self.content.sections.items():
            yield Line(Kind.HEADING, self.words.heading(name))
            yield from (Line(Kind.ITEM, claim.text) for claim in claims)
            if not claims:
                yield Line(Kind.NOTE, self.words("nothing"))

    def signature(self, signed: Mapping[str, Any]) -> Iterator[Line]:
        """Who signed, as they were at that moment."""
        name = ", ".join(filter(None, (signed["name"], signed["credentials"])))
        yield Line(Kind.HEADING, self.words("signature"))
        yield Line(Kind.TEXT, self.words("signed", name=name, at=self.at(signed["at"])))
        if signed["license_number"]:
            yield Line(Kind.TEXT, self.words("license_number", number=signed["license_number"]))

    def addenda(self) -> Iterator[Line]:
        """What was added after signing."""
        for row in self.content.addenda:
            name = ", ".join(filter(None, (row.author_name, row.author_credentials)))
            yield Line(Kind.HEADING, self.words("addendum", at=self.at(row.created_at), name=name))
            yield Line(Kind.NOTE, self.words("addendum_reason", reason=row.reason))
            yield Line(Kind.TEXT, row.text)

    def provenance(self, signed: Mapping[str, Any]) -> Iterator[Line]:
        """What drafted the text, and how much of it people changed."""
        report = self.content.report
        engine = " ".join(
            filter(None, (report.engine, f"({report.model})" if report.model else "", report.prompt_version))
        )
        yield Line(Kind.HEADING, self.words("provenance"))
        if report.drafted_at:
            yield Line(
                Kind.NOTE, self.words("drafted", engine=self.ltr(engine), at=self.at(report.drafted_at))
            )
        share = round(100 * (signed["human_share"] or 0))
        yield Line(Kind.NOTE, self.words("human_share", share=share, version=report.version))

    def at(self, moment: dt.datetime) -> str:
        """A moment in the therapist's time zone, which is named."""
        return self.ltr(f"{moment.astimezone(self.zone):%Y-%m-%d %H:%M} ({self.zone.key})")

    def ltr(self, text: str) -> str:
        """Digits and dashes that keep their order among Arabic words, too."""
        return f"{LEFT_TO_RIGHT}{text}{LEFT_TO_RIGHT}" if self.words.rtl else text

    def _known(self, name: str, value: str) -> Iterator[Line]:
        if value:
            yield Line(Kind.FACT, value, self.words(name))

    def _listed(self, keys: list[str]) -> str:
        return self._joined([self.words(key) for key in keys])

    def _joined(self, parts: list[str]) -> str:
        return ("، " if self.words.language == "ar" else ", ").join(parts)

    def _flag(self, flag: RiskFlag) -> Iterator[Line]:
        facts = [flag.category, flag.polarity, flag.subject, flag.timeframe, flag.severity]
        told = self._listed([*facts, *([flag.behaviour] if flag.behaviour else [])])
        if flag.level is not None:
            told = self._joined([told, self.words("level", level=flag.level)])
        yield Line(Kind.SUBHEADING, f"{self.words.heading(flag.clinician_decision)}: {told}")
        for item in flag.evidence:
            yield Line(Kind.QUOTE, item["quote"], self.words("quote", at=clock(item["start_ms"])))
        if flag.rationale:
            yield Line(Kind.TEXT, f"{self.words('reason')}: {flag.rationale}")
