"""The psychotherapy note: what a therapist keeps for themselves, apart from the record."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from core.models import TimeStampedModel
from sessions_app.models.session import TherapySession


class PrivateNote(TimeStampedModel):
    """A process note of one author on one session (45 CFR 164.501).

    A table of its own, so that nothing that reads a session, a report or an export can carry it
    along by accident: only `sessions_app.services.private_notes` and its view touch it.
    """

    session = models.ForeignKey(TherapySession, on_delete=models.CASCADE, related_name="+")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    text = models.TextField(blank=True)
    version = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["session", "author"], name="private_note_once_per_author")
        ]

    def __str__(self) -> str:
        return str(self.pk)
