"""The report of a session, its versions and its addenda."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from core.models import TimeStampedModel, UUIDModel
from sessions_app.models import TherapySession


class ReportStatus(models.TextChoices):
    """A draft can change; a finalized report is signed and fixed."""

    DRAFT = "draft"
    FINALIZED = "finalized"


class ReportQuerySet(models.QuerySet["Report"]):
    """Reports, narrowed to their owner before anything else."""

    def for_therapist(self, therapist: object) -> ReportQuerySet:
        """Only reports of this therapist's sessions, without patients waiting to be erased."""
        return self.filter(session__therapist=therapist, session__patient__deleted_at=None)


class Report(TimeStampedModel):
    """The progress note of a session: its claims and risk flags are rows of their own.

    `version` grows with each write, by an engine or a person; each has a `ReportRevision`.
    """

    session = models.OneToOneField(TherapySession, on_delete=models.CASCADE, related_name="report")
    status = models.CharField(max_length=10, choices=ReportStatus, default=ReportStatus.DRAFT)
    note_format = models.CharField(max_length=20, default="standard")
    version = models.PositiveIntegerField(default=0)
    engine = models.CharField(max_length=100, blank=True)
    model = models.CharField(max_length=200, blank=True)
    prompt_version = models.CharField(max_length=100, blank=True)
    drafted_at = models.DateTimeField(null=True)
    notices = models.JSONField(default=list)

    finalized_at = models.DateTimeField(null=True)
    finalized_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="signed_reports"
    )
    signer_name = models.CharField(max_length=200, blank=True)
    signer_credentials = models.CharField(max_length=100, blank=True)
    signer_license_number = models.CharField(max_length=100, blank=True)
    signed_human_share = models.FloatField(null=True, help_text="Share of the text people made theirs.")

    objects = ReportQuerySet.as_manager()

    class Meta:
        # What is open stays few while the archive of signed reports grows for years.
        indexes = [
            models.Index(
                fields=["session"], condition=models.Q(status=ReportStatus.DRAFT), name="report_draft"
            )
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(status=ReportStatus.DRAFT, finalized_at=None)
                | models.Q(status=ReportStatus.FINALIZED, finalized_at__isnull=False),
                name="report_signed_has_date",
            )
        ]

    def __str__(self) -> str:
        return str(self.pk)

    @property
    def is_signed(self) -> bool:
        """Whether the report is fixed for good."""
        return self.status == ReportStatus.FINALIZED


class RevisionKind(models.TextChoices):
    """What made a version."""

    DRAFTED = "drafted"
    EDITED = "edited"
    TRANSCRIPT_CHANGED = "transcript_changed"
    FINALIZED = "finalized"


class ReportRevision(UUIDModel):
    """One version: who made it and when, what it changed, and the whole content it left.

    `author` is empty when an engine drafted; `author_name` outlives the account. The provenance
    fields name what drafted the text this version rests on.
    """

    report = models.ForeignKey(Report, on_delete=models.CASCADE, related_name="revisions")
    number = models.PositiveIntegerField()
    kind = models.CharField(max_length=20, choices=RevisionKind)
    created_at = models.DateTimeField()
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    author_name = models.CharField(max_length=200, blank=True)
    engine = models.CharField(max_length=100, blank=True)
    model = models.CharField(max_length=200, blank=True)
    prompt_version = models.CharField(max_length=100, blank=True)
    human_share = models.FloatField(default=0.0)
    changes = models.JSONField(default=list)
    content = models.JSONField(default=dict)

    class Meta:
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["report", "number"], name="report_version_once")]

    def __str__(self) -> str:
        return f"{self.report_id} {self.number}"


class Addendum(UUIDModel):
    """What a clinician adds to a signed report; never edited, never removed."""

    report = models.ForeignKey(Report, on_delete=models.CASCADE, related_name="addenda")
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    author_name = models.CharField(max_length=200)
    author_credentials = models.CharField(max_length=100, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    reason = models.CharField(max_length=500)
    text = models.TextField()

    class Meta:
        ordering = ["created_at", "id"]

    def __str__(self) -> str:
        return str(self.pk)
