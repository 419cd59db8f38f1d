"""One sentence of a report and the words it rests on."""

from __future__ import annotations

from typing import Any

from django.db import models

from core.models import UUIDModel
from ml.schemas.report import ClaimState, Section, Topic
from reports.models.report import Report


class Claim(UUIDModel):
    """A sentence with its evidence, a list of ``{segment, start_ms, end_ms, quote}``.

    `draft_text` is what the engine wrote, empty for a sentence the clinician added. A claim that
    was taken out stays as a removed row until its section is drafted again, so that it can come
    back with its evidence.

    `standing` is what the claim was before corrections of the transcript put it in doubt,
    ``{state, confirmed, evidence}``, with the speakers' roles as they were; empty while nothing is
    in doubt. It is given back when the words and the roles are what they were.
    """

    report = models.ForeignKey(Report, on_delete=models.CASCADE, related_name="claims")
    section = models.CharField(max_length=20, choices=[(item.value, item.value) for item in Section])
    topic = models.CharField(max_length=20, choices=[(item.value, item.value) for item in Topic])
    text = models.TextField()
    draft_text = models.TextField(blank=True)
    state = models.CharField(max_length=20, choices=[(item.value, item.value) for item in ClaimState])
    confirmed = models.BooleanField(default=False, help_text="The clinician stands by an inferred claim.")
    evidence = models.JSONField(default=list)
    standing = models.JSONField(default=dict)
    order = models.PositiveIntegerField(default=0)
    removed = models.BooleanField(default=False)

    class Meta:
        ordering = ["order", "id"]
        indexes = [models.Index(fields=["report", "order"], name="claim_order")]

    def __str__(self) -> str:
        return str(self.pk)

    @property
    def is_open(self) -> bool:
        """Whether it stops signing: no source, or inferred and not confirmed."""
        return self.state == ClaimState.UNSUPPORTED or (
            self.state == ClaimState.INFERRED and not self.confirmed
        )

    @property
    def edited(self) -> bool:
        """Whether drafted words were changed."""
        return bool(self.draft_text) and self.text != self.draft_text

    @property
    def is_clinicians(self) -> bool:
        """Whether the clinician wrote, reworded, took over or confirmed it; no draft replaces it."""
        return self.confirmed or self.state == ClaimState.CLINICIAN_ADDED or self.text != self.draft_text

    @property
    def lost_evidence(self) -> list[dict[str, Any]]:
        """The passages that a correction of the transcript took away, as they were."""
        held = [(item["segment"], item.get("was") or item["quote"]) for item in self.evidence]
        before = self.standing.get("evidence", [])
        return [item for item in before if (item["segment"], item.get("was") or item["quote"]) not in held]
