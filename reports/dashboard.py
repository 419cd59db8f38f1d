"""What waits for a therapist: one read for the first page, the same number of queries at any size."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from django.db.models import (
    Case,
    CharField,
    Count,
    Exists,
    F,
    IntegerField,
    OuterRef,
    Q,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Coalesce
from django.utils import timezone

from accounts.models import Therapist
from ml.schemas.report import ClaimState
from patients.consents import consents_missing
from reports.models import Claim, Decision, ReportStatus, RiskFlag
from sessions_app import pipeline
from sessions_app.consent import RECORDING
from sessions_app.models import Status, TherapySession, Transcript
from sessions_app.models.session import TherapySessionQuerySet

LIMIT = 20
"""Rows of one kind; the totals count all."""

RISK, REVIEW, FAILED = "risk_pending", "review", "failed"
QUEUE_KINDS = [RISK, REVIEW, FAILED]
"""In the order of the queue: a risk to decide goes before a report to sign, and that before a failure."""


@dataclass(frozen=True, slots=True)
class Listing:
    """The first rows and how many there are in all."""

    count: int
    results: list[TherapySession]


@dataclass(frozen=True, slots=True)
class Queue(Listing):
    """A listing whose rows have a `queue_kind`, with the total of each kind."""

    totals: dict[str, int]


@dataclass(frozen=True, slots=True)
class Dashboard:
    """The first page; `date` is today where the therapist is."""

    date: dt.date
    time_zone: str
    queue: Queue
    in_work: Listing
    today: Listing


def dashboard_get(*, therapist: Therapist) -> Dashboard:
    """What waits, what is in work, and today's sessions.

    A session stands in the queue once, at its first place: one whose new draft failed and whose
    standing draft has a risk to decide is a risk to decide (its `error` still says what failed).
    """
    today = timezone.now().astimezone(ZoneInfo(therapist.time_zone)).date()
    own = TherapySession.objects.for_therapist(therapist)
    waiting = own.annotate(queue_kind=_queue_kind()).exclude(queue_kind="")
    in_work = own.filter(status__in=pipeline.BUSY)
    held_today = own.filter(session_date=today)
    totals = {
        **dict.fromkeys(QUEUE_KINDS, 0),
        **dict(waiting.order_by().values_list("queue_kind").annotate(number=Count("pk"))),
    }
    rows = [
        row
        for kind in QUEUE_KINDS
        for row in described(waiting.filter(queue_kind=kind)).order_by("-session_date", "-created_at", "id")[
            :LIMIT
        ]
    ]
    page = Dashboard(
        date=today,
        time_zone=therapist.time_zone,
        queue=Queue(count=sum(totals.values()), results=rows, totals=totals),
        in_work=_listing(in_work, "status_changed_at", "id"),
        today=_listing(held_today, F("started_at").asc(nulls_last=True), "created_at", "id"),
    )
    _tell_missing_consents([*rows, *page.in_work.results, *page.today.results])
    return page


def _tell_missing_consents(sessions: list[TherapySession]) -> None:
    """Note on each session what its patient has not agreed to and a recording needs."""
    missing = consents_missing([session.patient_id for session in sessions], RECORDING)
    for session in sessions:
        session.missing_consents = missing[session.patient_id]  # type: ignore[attr-defined]


def _listing(rows: TherapySessionQuerySet, *order: object) -> Listing:
    return Listing(count=rows.count(), results=list(described(rows).order_by(*order)[:LIMIT]))  # type: ignore[arg-type]


def described(rows: TherapySessionQuerySet) -> TherapySessionQuerySet:
    """With the patient, whether there are words, the report's status and how many points of it are open."""
    return rows.select_related("patient").annotate(
        has_transcript=Exists(Transcript.objects.filter(session=OuterRef("pk"))),
        report_status=F("report__status"),
        risk_pending=_count(RiskFlag, Q(clinician_decision=Decision.PENDING)),
        unsupported_claims=_count(Claim, Q(removed=False, state=ClaimState.UNSUPPORTED)),
        unconfirmed_claims=_count(Claim, Q(removed=False, state=ClaimState.INFERRED, confirmed=False)),
    )


def _queue_kind() -> Case:
    """Where a session stands in the queue; empty for one that waits for nobody."""
    draft = Q(report__status=ReportStatus.DRAFT) & ~Q(status__in=pipeline.BUSY)
    pending = RiskFlag.objects.filter(
        report__session=OuterRef("pk"), clinician_decision=Decision.PENDING
    ).order_by()
    return Case(
        When(draft & Q(Exists(pending)), then=Value(RISK)),
        When(draft, then=Value(REVIEW)),
        When(status=Status.FAILED, then=Value(FAILED)),
        default=Value(""),
        output_field=CharField(),
    )


def _count(model: type[Claim] | type[RiskFlag], condition: Q) -> Coalesce:
    # Subqueries: two joins would multiply claims by flags before they are counted.
    rows = model.objects.filter(condition, report__session=OuterRef("pk")).order_by()
    counted = rows.values("report__session").annotate(number=Count("pk")).values("number")
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0)
