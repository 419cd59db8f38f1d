"""The records of a report: itself, claims, risk flags, versions, addenda."""

from reports.models.claim import Claim
from reports.models.report import Addendum, Report, ReportRevision, ReportStatus, RevisionKind
from reports.models.risk_flag import Decision, RiskFlag

__all__ = [
    "Addendum",
    "Claim",
    "Decision",
    "Report",
    "ReportRevision",
    "ReportStatus",
    "RevisionKind",
    "RiskFlag",
]
