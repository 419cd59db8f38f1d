"""The patient, always somebody's: every queryset is scoped to its therapist first."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.db import models
from django.utils import timezone

from core.models import TimeStampedModel, UUIDModel
from patients.summary_record import PatientSummary


def grace() -> timedelta:
    """How long a deletion can be undone."""
    return timedelta(days=settings.PATIENT_ERASURE_GRACE_DAYS)


class PatientQuerySet(models.QuerySet["Patient"]):
    """Patients, narrowed to their owner before anything else."""

    def for_therapist(self, therapist: object) -> PatientQuerySet:
        """Only this therapist's patients, without those waiting to be erased."""
        return self.filter(therapist=therapist, deleted_at=None)

    def restorable_for(self, therapist: object) -> PatientQuerySet:
        """Only this therapist's patients that wait to be erased and can still be brought back."""
        return self.filter(therapist=therapist, deleted_at__gt=timezone.now() - grace())


class Patient(TimeStampedModel):
    """A person in treatment with one therapist."""

    therapist = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="patients")
    full_name = models.CharField(max_length=200)
    date_of_birth = models.DateField(null=True, blank=True)
    gender = models.CharField(max_length=50, blank=True)
    pronouns = models.CharField(max_length=50, blank=True)
    email = models.EmailField(blank=True)
    phone = models.CharField(max_length=50, blank=True)
    external_id = models.CharField(max_length=100, blank=True)
    notes = models.TextField(blank=True, max_length=20_000)
    deleted_at = models.DateTimeField(null=True, blank=True)

    objects = PatientQuerySet.as_manager()

    class Meta:
        ordering = ["full_name", "id"]
        indexes = [
            models.Index(
                fields=["therapist", "full_name", "id"],
                condition=models.Q(deleted_at=None),
                name="patient_owner_name",
            ),
            # Few rows: asked by every list of sessions, and by the hourly task that erases.
            models.Index(
                fields=["therapist", "deleted_at"],
                condition=models.Q(deleted_at__isnull=False),
                name="patient_deleted",
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["therapist", "external_id"],
                condition=~models.Q(external_id="") & models.Q(deleted_at=None),
                name="patient_external_id_unique_per_therapist",
            )
        ]

    summary: PatientSummary
    """What `patients.summaries` read of the patient's sessions, for an answer of the API."""

    def __str__(self) -> str:
        return str(self.pk)

    @property
    def erased_from(self) -> datetime | None:
        """When a deleted patient is erased; the hourly task does it then. None for the others."""
        return None if self.deleted_at is None else self.deleted_at + grace()


class Scope(models.TextChoices):
    """What a patient can agree to."""

    RECORD = "record"
    AI_PROCESSING = "ai_processing"
    RETAIN_AUDIO = "retain_audio"
    RETAIN_TRANSCRIPT = "retain_transcript"
    TRAINING_USE = "training_use"


class ConsentMethod(models.TextChoices):
    """How the patient said so; DEFAULT is the deployment's own start, recorded by nobody."""

    WRITTEN = "written"
    VERBAL = "verbal"
    ELECTRONIC = "electronic"
    DEFAULT = "default"


class Consent(UUIDModel):
    """One answer of a patient for one scope; a later answer supersedes it and leaves it in place."""

    patient = models.ForeignKey(Patient, on_delete=models.CASCADE, related_name="consents")
    scope = models.CharField(max_length=20, choices=Scope)
    granted = models.BooleanField()
    method = models.CharField(max_length=20, choices=ConsentMethod)
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    recorded_by_name = models.CharField(max_length=200, blank=True, help_text="Outlives the account.")
    current = models.BooleanField(default=True)

    class Meta:
        ordering = ["recorded_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["patient", "scope"], condition=models.Q(current=True), name="consent_one_current"
            )
        ]

    def __str__(self) -> str:
        return str(self.pk)
