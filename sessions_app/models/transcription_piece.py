"""A piece of a long recording that is transcribed by several workers."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from core.models import UUIDModel
from sessions_app.models.session import TherapySession


class TranscriptionPiece(UUIDModel):
    """Which span, who works on it, and what was heard; gone once the transcript is stored.

    `plan` names the recording, the engine and the way it was divided: results of another plan
    are of no use. `passages` are a patient's words and stay in the database: no broker sees them.
    """

    session = models.ForeignKey(TherapySession, on_delete=models.CASCADE, related_name="pieces")
    plan = models.CharField(max_length=64)
    number = models.PositiveIntegerField()
    length_ms = models.BigIntegerField(help_text="How much is decoded; silence between is not.")
    span = models.JSONField(help_text="The times of its blocks and the language.")
    passages = models.JSONField(null=True, help_text="What the recognizer said, none before it is done.")
    progress = models.FloatField(default=0.0)
    attempts = models.PositiveSmallIntegerField(default=0)
    lease_token = models.UUIDField(null=True)
    lease_expires_at = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["session", "number"], name="piece_once"),
            models.CheckConstraint(
                condition=Q(done_at=None) | Q(lease_token=None), name="piece_done_has_no_lease"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.session_id} {self.number}"
