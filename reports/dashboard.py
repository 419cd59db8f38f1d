"""What waits for a therapist: one read for the first page, the same number of queries at any size."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import (
    BooleanField,
    Count,
    Exists,
    ExpressionWrapper,
    F,
    IntegerField,
    OuterRef,
    Q,
    Subquery,
)
from django.db.models.functions import Coalesce
from django.utils import timezone

from accounts.models import Therapist
from core.api.pagination import described_alone
from ml.schemas.report import ClaimState
from patients.consents import consents_missing
from reports.models import Claim, Decision, ReportStatus, RiskFlag
from sessions_app import pipeline
from sessions_app.consent import RECORDING
from sessions_app.models import Status, TherapySession
from sessions_app.models.session import TherapySessionQuerySet

LIMIT = 20
"""Rows of one kind; the totals count all."""

NEWEST_FIRST = ("-session_date", "-created_at", "id")
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
    in_work = own.filter(status__in=pipeline.BUSY)
    held_today = own.filter(session_date=today)
    queue = _queue(own)
    page = Dashboard(
        date=today,
        time_zone=therapist.time_zone,
        queue=queue,
        in_work=_listing(in_work, "status_changed_at", "id"),
        today=_listing(held_today, F("started_at").asc(nulls_last=True), "created_at", "id"),
    )
    _tell_missing_consents([*queue.results, *page.in_work.results, *page.today.results])
    return page


def _tell_missing_consents(sessions: list[TherapySession]) -> None:
    """Note on each session what its patient has not agreed to and a recording needs."""
    missing = consents_missing([session.patient_id for session in sessions], RECORDING)
    for session in sessions:
        session.missing_consents = missing[session.patient_id]  # type: ignore[attr-defined]


def _listing(rows: TherapySessionQuerySet, *order: object) -> Listing:
    shown = rows.order_by(*order)[:LIMIT]  # type: ignore[arg-type]
    return Listing(count=rows.count(), results=list(described_alone(shown, described)))


def described(rows: TherapySessionQuerySet) -> TherapySessionQuerySet:
    """With the patient, whether there are words, the report's status and how many points of it are open."""
    return rows.select_related("patient").annotate(
        # A join, because PostgreSQL would read every transcript there is for EXISTS in a list.
        has_transcript=ExpressionWrapper(Q(transcript__isnull=False), output_field=BooleanField()),
        report_status=F("report__status"),
        risk_pending=_count(RiskFlag, Q(clinician_decision=Decision.PENDING)),
        unsupported_claims=_count(Claim, Q(removed=False, state=ClaimState.UNSUPPORTED)),
        unconfirmed_claims=_count(Claim, Q(removed=False, state=ClaimState.INFERRED, confirmed=False)),
    )


def _queue(own: TherapySessionQuerySet) -> Queue:
    """What waits, each session in the first kind that it fits.

    Drafts and failures are looked for first and as ids alone, for they are few whatever the
    archive's size; only those that are shown are described.
    """
    pending = RiskFlag.objects.filter(report=OuterRef("report"), clinician_decision=Decision.PENDING)
    drafts = own.filter(report__status=ReportStatus.DRAFT).exclude(status__in=pipeline.BUSY)
    ids: dict[str, list[UUID]] = {kind: [] for kind in QUEUE_KINDS}
    for pk, is_risk in drafts.order_by(*NEWEST_FIRST).values_list("pk", Exists(pending.order_by())):
        ids[RISK if is_risk else REVIEW].append(pk)
    failed = own.filter(status=Status.FAILED).exclude(report__status=ReportStatus.DRAFT)
    ids[FAILED] = list(failed.order_by(*NEWEST_FIRST).values_list("pk", flat=True))
    shown = [(kind, pk) for kind in QUEUE_KINDS for pk in ids[kind][:LIMIT]]
    rows = described(TherapySession.objects.filter(pk__in=[pk for _, pk in shown])).in_bulk()
    results = []
    for kind, pk in shown:
        # One that was deleted since the look is left out.
        if (row := rows.get(pk)) is not None:
            row.queue_kind = kind  # type: ignore[attr-defined]
            results.append(row)
    totals = {kind: len(found) for kind, found in ids.items()}
    return Queue(count=sum(totals.values()), results=results, totals=totals)


def _count(model: type[Claim] | type[RiskFlag], condition: Q) -> Coalesce:
    # Subqueries: two joins would multiply claims by flags before they are counted.
    rows = model.objects.filter(condition, report=OuterRef("report")).order_by()
    counted = rows.values("report").annotate(number=Count("pk")).values("number")
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0)
