"""Reads: the report of a session, narrowed to its owner, and the views of its claims."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from accounts.models import Therapist
from core.errors import ApplicationError
from ml.schemas.report import ClaimState, Notice, Polarity, RiskCategory, Section, Subject
from reports import drafting
from reports.models import Addendum, Claim, Decision, Report, ReportRevision, RiskFlag
from sessions_app.models import TherapySession


@dataclass(frozen=True)
class ReportContent:
    """A report with its rows, and everything the API shows of them."""

    report: Report
    claims: Sequence[Claim]
    risk_flags: Sequence[RiskFlag]
    revisions: Sequence[ReportRevision]
    addenda: Sequence[Addendum]

    @property
    def etag(self) -> str:
        """Changes with every write."""
        return f'"{self.report.pk.hex[:12]}-{self.report.version}-{len(self.addenda)}"'

    @property
    def summary(self) -> str:
        """The summary's sentences as one text."""
        return " ".join(row.text for row in self.section(Section.SUMMARY))

    @property
    def key_points(self) -> list[Claim]:
        """The claims of the seed's key points."""
        return self.section(Section.KEY_POINTS)

    @property
    def treatment_plan(self) -> list[Claim]:
        """The claims of the seed's treatment plan."""
        return self.section(Section.TREATMENT_PLAN)

    def section(self, section: Section) -> list[Claim]:
        """The claims of one of the seed's sections, in order."""
        return [row for row in self.claims if row.section == section]

    @cached_property
    def sections(self) -> dict[str, list[Claim]]:
        """Every section of the note format with its claims."""
        note_format = self.report.note_format
        arranged: dict[str, list[Claim]] = {name: [] for name in drafting.note_sections(note_format)}
        for row in self.claims:
            arranged[drafting.note_section(note_format, row.section, row.topic)].append(row)
        return arranged

    @property
    def risk_screened(self) -> bool:
        """False where the risk finders do not know the session's language."""
        return Notice.RISK_NOT_SCREENED not in self.report.notices

    @property
    def not_assessed(self) -> list[str]:
        """Risk categories of which nothing was said about the client: neither endorsed nor denied.

        A dismissed flag says nothing, and a risk of somebody else is not the client's.
        """
        said = {
            row.category
            for row in self.risk_flags
            if row.subject == Subject.CLIENT
            and row.polarity != Polarity.NOT_ASSESSED
            and row.clinician_decision != Decision.DISMISSED
        }
        return [category.value for category in RiskCategory if category not in said]

    @cached_property
    def open_points(self) -> list[dict[str, Any]]:
        """What stops signing, in the order of the page."""
        points: list[dict[str, Any]] = [
            {"kind": "risk_pending", "id": row.pk, "category": row.category}
            for row in self.risk_flags
            if row.clinician_decision == Decision.PENDING
        ]
        for row in self.claims:
            if row.is_open:
                kind = "unsupported" if row.state == ClaimState.UNSUPPORTED else "unconfirmed"
                points.append({"kind": f"{kind}_claim", "id": row.pk, "section": row.section})
        return points

    @property
    def provenance(self) -> dict[str, Any]:
        """What drafted the report."""
        return {
            "engine": self.report.engine,
            "model": self.report.model,
            "prompt_version": self.report.prompt_version,
            "created_at": self.report.drafted_at,
        }

    @property
    def finalized(self) -> dict[str, Any] | None:
        """Who signed, as they were at that moment; None for a draft."""
        report = self.report
        if not report.is_signed:
            return None
        return {
            "at": report.finalized_at,
            "name": report.signer_name,
            "credentials": report.signer_credentials,
            "license_number": report.signer_license_number,
            "human_share": report.signed_human_share,
        }


def report_content(report: Report) -> ReportContent:
    """The report with its rows, in a fixed number of queries."""
    return ReportContent(
        report=report,
        claims=list(report.claims.filter(removed=False)),
        risk_flags=list(report.risk_flags.all()),
        revisions=list(report.revisions.defer("content", "changes")),
        addenda=list(report.addenda.all()),
    )


def report_get(therapist: Therapist, session_id: UUID) -> Report:
    """The report of a session.

    Raises:
        ApplicationError: `not_found`, for somebody else's session and while there is no report.
    """
    report = Report.objects.for_therapist(therapist).filter(session_id=session_id).first()
    if report is None:
        raise ApplicationError("not_found", "There is no report of this session yet.")
    return report


def versions_list(report: Report) -> QuerySet[ReportRevision]:
    """Every version with its changes and content, the newest first."""
    return report.revisions.order_by("-number")


def note_format_of(session: TherapySession) -> str:
    """The note format a draft of this session has or would have."""
    report = Report.objects.filter(session=session).only("note_format").first()
    return report.note_format if report is not None else session.note_format
