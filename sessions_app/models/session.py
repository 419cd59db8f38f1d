"""The therapy session and the state of the work on it."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from core.models import TimeStampedModel
from patients.models import Patient


class Status(models.TextChoices):
    """Where a session stands; `sessions_app.pipeline` alone moves it."""

    CREATED = "created"
    UPLOADED = "uploaded"
    TRANSCRIBING = "transcribing"
    TRANSCRIBED = "transcribed"
    REPORTING = "reporting"
    REPORT_READY = "report_ready"
    FAILED = "failed"


class Modality(models.TextChoices):
    """How the session was held."""

    IN_PERSON = "in_person"
    VIDEO = "video"
    PHONE = "phone"


class TherapySessionQuerySet(models.QuerySet["TherapySession"]):
    """Sessions, narrowed to their owner before anything else."""

    def for_therapist(self, therapist: object) -> TherapySessionQuerySet:
        """Only this therapist's sessions of patients who are not waiting to be erased.

        Those who wait are few. Asked this way a count reads one index, and a page of a long archive
        its own rows, where a join with the patients would read all of them.
        """
        gone = Patient.objects.filter(therapist=therapist, deleted_at__isnull=False)  # type: ignore[misc]
        return self.filter(therapist=therapist).exclude(patient__in=gone)


class TherapySession(TimeStampedModel):
    """One meeting of a therapist and a patient.

    The row is the record of work: `status`, the lease of the worker that holds it
    (`lease_token`, `lease_expires_at`), `attempts` of the present stage, and the error of a
    failed one. Two users of the row never share a lease: each claim makes a new token, and every
    later write by that worker is conditional on it.

        created -> uploaded -> transcribing -> transcribed -> reporting -> report_ready
                                    |                            |
                                    +---------> failed <---------+
    """

    therapist = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="sessions")
    patient = models.ForeignKey(Patient, on_delete=models.CASCADE, related_name="sessions")
    session_date = models.DateField()
    title = models.CharField(max_length=200, blank=True)
    language = models.CharField(max_length=8, blank=True, help_text="Empty: Whisper detects it.")
    note_format = models.CharField(max_length=20, default="standard")
    started_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    modality = models.CharField(max_length=20, choices=Modality, blank=True)
    place = models.CharField(max_length=200, blank=True)
    participants = models.CharField(max_length=500, blank=True)
    diagnosis = models.CharField(max_length=500, blank=True)
    speakers_expected = models.PositiveSmallIntegerField(null=True, blank=True)

    status = models.CharField(max_length=20, choices=Status, default=Status.CREATED, editable=False)
    status_changed_at = models.DateTimeField(auto_now_add=True)
    failed_stage = models.CharField(max_length=20, blank=True, editable=False)
    error_code = models.CharField(max_length=50, blank=True, editable=False)
    attempts = models.PositiveSmallIntegerField(default=0, editable=False)
    queued_at = models.DateTimeField(null=True, editable=False, help_text="When the stage was last sent.")
    not_before = models.DateTimeField(null=True, editable=False, help_text="The next attempt's time.")
    lease_token = models.UUIDField(null=True, editable=False)
    lease_expires_at = models.DateTimeField(null=True, editable=False)
    stage_started_at = models.DateTimeField(null=True, editable=False)
    progress = models.FloatField(default=0.0, editable=False, help_text="Share of the running stage, 0 to 1.")
    report_request = models.JSONField(default=dict, editable=False, help_text="Format and sections to draft.")

    objects = TherapySessionQuerySet.as_manager()

    class Meta:
        ordering = ["-session_date", "-created_at", "id"]
        indexes = [
            models.Index(fields=["therapist", "-session_date", "-created_at"], name="session_owner_recent"),
            models.Index(fields=["therapist", "created_at"], name="session_owner_created"),
            models.Index(fields=["therapist", "status", "patient"], name="session_owner_status"),
            models.Index(fields=["therapist", "-updated_at", "patient"], name="session_owner_updated"),
            models.Index(fields=["status", "lease_expires_at"], name="session_stalled"),
            # Few rows: what failed is asked for by every first page, the newest first.
            models.Index(
                fields=["therapist", "-session_date", "-created_at"],
                condition=models.Q(status=Status.FAILED),
                name="session_owner_failed",
            ),
        ]
        constraints = [
            # Two requests may each be right by what they read: one moves the begin, one the end.
            models.CheckConstraint(
                condition=models.Q(started_at=None)
                | models.Q(ended_at=None)
                | models.Q(ended_at__gt=models.F("started_at")),
                name="session_ends_after_start",
            )
        ]

    def __str__(self) -> str:
        return str(self.pk)
