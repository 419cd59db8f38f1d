"""What the patient list says of each patient's sessions and reports, in two queries for all of them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from uuid import UUID

from django.db.models import Count, Max, Min, Q

from patients.summary_record import OpenItems, PatientSummary
from reports.models import Decision, Report, ReportStatus
from sessions_app import pipeline
from sessions_app.models import Status, TherapySession


def summaries_get(patient_ids: Collection[UUID], today: dt.date) -> dict[UUID, PatientSummary]:
    """The summary of each of these patients that has a session.

    A session of today is the next one until there is something of it, then the last one. Drafts
    that a stage is working on wait for nobody.
    """
    begun = Q(session_date=today) & ~Q(status=Status.CREATED)
    planned = Q(session_date=today, status=Status.CREATED)
    dates = (
        TherapySession.objects.filter(patient__in=patient_ids)
        .order_by()
        .values_list("patient")
        .annotate(
            last=Max("session_date", filter=Q(session_date__lt=today) | begun),
            next=Min("session_date", filter=Q(session_date__gt=today) | planned),
        )
    )
    waiting = (
        Report.objects.filter(session__patient__in=patient_ids, status=ReportStatus.DRAFT)
        .exclude(session__status__in=pipeline.BUSY)
        .order_by()
        .values_list("session__patient")
        .annotate(
            drafts=Count("pk", distinct=True),
            risks=Count("risk_flags", filter=Q(risk_flags__clinician_decision=Decision.PENDING)),
        )
    )
    items = {patient: OpenItems(drafts=drafts, risks=risks) for patient, drafts, risks in waiting}
    return {
        patient: PatientSummary(last, coming, items.get(patient, OpenItems()))
        for patient, last, coming in dates
    }
