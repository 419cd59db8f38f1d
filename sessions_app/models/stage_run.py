"""One row for each attempt at a stage, kept for operators and for bounded retries."""

from __future__ import annotations

from django.db import models

from core.models import UUIDModel
from sessions_app.models.session import TherapySession


class Outcome(models.TextChoices):
    """How an attempt ended; LOST means its worker died or lost the lease."""

    RUNNING = "running"
    COMPLETED = "completed"
    RETRY = "retry"
    FAILED = "failed"
    CANCELLED = "cancelled"
    LOST = "lost"


class StageRun(UUIDModel):
    """An attempt: which stage, by which lease, how it ended."""

    session = models.ForeignKey(TherapySession, on_delete=models.CASCADE, related_name="stage_runs")
    stage = models.CharField(max_length=20)
    attempt = models.PositiveSmallIntegerField()
    lease_token = models.UUIDField(unique=True)
    started_at = models.DateTimeField(auto_now_add=True)
    ended_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=10, choices=Outcome, default=Outcome.RUNNING)
    error_code = models.CharField(max_length=50, blank=True)

    class Meta:
        ordering = ["started_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["session", "stage"],
                condition=models.Q(outcome=Outcome.RUNNING),
                name="stage_run_one_running",
            )
        ]

    def __str__(self) -> str:
        return f"{self.stage} {self.attempt} {self.outcome}"
