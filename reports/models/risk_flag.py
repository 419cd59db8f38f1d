"""A risk statement, what was said of it, and what the clinician decided."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models

from core.models import UUIDModel
from ml.schemas.report import Polarity, RiskBehaviour, RiskCategory, Severity, Subject, Timeframe
from reports.models.report import Report


class Decision(models.TextChoices):
    """What the clinician made of a flag; no report is signed while one is pending."""

    PENDING = "pending"
    CONFIRMED = "confirmed"
    DISMISSED = "dismissed"


class RiskFlag(UUIDModel):
    """One risk of one subject, with the words; flags are dismissed with a reason, never removed.

    `level` is the C-SSRS-like level read from the transcript (the scale was not administered).
    `evidence_missing` says that a correction of the transcript took the words away.
    `standing` is the confirmation that a correction of the transcript set back to pending,
    ``{decided_at, decided_by, evidence}`` with the speakers' roles as they were; empty while nothing
    is in doubt. It is given back when the words and the roles are what they were.
    `second_readings` are ``{segment, start_ms, end_ms, quote, text, same}``: what was heard when the words
    of a piece of evidence were decoded again. They stand beside the evidence, because they come
    after the draft and are no change of the report.
    """

    report = models.ForeignKey(Report, on_delete=models.CASCADE, related_name="risk_flags")
    category = models.CharField(max_length=30, choices=[(item.value, item.value) for item in RiskCategory])
    polarity = models.CharField(max_length=15, choices=[(item.value, item.value) for item in Polarity])
    severity = models.CharField(max_length=10, choices=[(item.value, item.value) for item in Severity])
    subject = models.CharField(max_length=10, choices=[(item.value, item.value) for item in Subject])
    timeframe = models.CharField(max_length=10, choices=[(item.value, item.value) for item in Timeframe])
    confidence = models.FloatField(default=1.0)
    level = models.PositiveSmallIntegerField(null=True)
    behaviour = models.CharField(
        max_length=15, choices=[(item.value, item.value) for item in RiskBehaviour], blank=True
    )
    evidence = models.JSONField(default=list)
    second_readings = models.JSONField(default=list)
    evidence_missing = models.BooleanField(default=False)
    standing = models.JSONField(default=dict)
    sources = models.JSONField(default=list)
    order = models.PositiveIntegerField(default=0)

    clinician_decision = models.CharField(max_length=10, choices=Decision, default=Decision.PENDING)
    rationale = models.TextField(blank=True)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )

    class Meta:
        ordering = ["order", "id"]
        indexes = [models.Index(fields=["report", "order"], name="risk_flag_order")]
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(clinician_decision=Decision.DISMISSED) | ~models.Q(rationale=""),
                name="risk_flag_dismissed_has_reason",
            )
        ]

    def __str__(self) -> str:
        return str(self.pk)

    @property
    def evidence_read(self) -> list[dict[str, Any]]:
        """The evidence, each item with its `second_reading`; None where there was no second listening."""
        readings = {(item["segment"], item["quote"]): item for item in self.second_readings}
        return [
            {**item, "second_reading": readings.get((item["segment"], item["quote"]))}
            for item in self.evidence
        ]

    @property
    def suggests_safety_plan(self) -> bool:
        """Level 3 or above, or recent behaviour, of the client: the checklist is shown.

        An unclear time counts as recent: missing one is worse than showing one too many.
        """
        if self.polarity != Polarity.ENDORSED or self.subject != Subject.CLIENT:
            return False
        recent_behaviour = bool(self.behaviour) and self.timeframe != Timeframe.PAST
        return recent_behaviour or (self.level is not None and self.level >= 3)
