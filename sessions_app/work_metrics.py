"""The work as the database records it, for `core.observability`: what waits, since when, what runs."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Count, Min
from prometheus_client.core import GaugeMetricFamily, Metric

from sessions_app.clock import shared_now
from sessions_app.models import Status, TherapySession
from sessions_app.pipeline import RUNNING, STAGES, WAITING


def work_waiting() -> Iterator[Metric]:
    """Waiting and running sessions by stage, the age of the oldest, and leases that ran out."""
    waiting = GaugeMetricFamily(
        "platform_sessions_waiting", "Sessions that wait for a stage.", labels=["stage"]
    )
    oldest = GaugeMetricFamily(
        "platform_sessions_oldest_waiting_seconds", "How long the first of them has waited.", labels=["stage"]
    )
    running = GaugeMetricFamily(
        "platform_sessions_running", "Sessions that a worker holds.", labels=["stage"]
    )
    now = shared_now()
    rows = (
        TherapySession.objects.filter(status__in=[*WAITING, *RUNNING])
        .order_by()
        .values("status")
        .annotate(count=Count("pk"), since=Min("status_changed_at"))
    )
    found = {Status(row["status"]): row for row in rows}
    for stage in STAGES:
        row = found.get(stage.waiting)
        waiting.add_metric([stage.name], row["count"] if row else 0)
        oldest.add_metric([stage.name], max(0.0, (now - row["since"]).total_seconds()) if row else 0.0)
        held = found.get(stage.running)
        running.add_metric([stage.name], held["count"] if held else 0)
    yield from (waiting, oldest, running)
    lost = TherapySession.objects.filter(status__in=list(RUNNING), lease_expires_at__lt=now).count()
    yield GaugeMetricFamily("platform_leases_expired", "Sessions whose worker fell silent.", lost)
