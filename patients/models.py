"""The patient, always somebody's: every queryset is scoped to its therapist first."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from core.models import TimeStampedModel


class PatientQuerySet(models.QuerySet["Patient"]):
    """Patients, narrowed to their owner before anything else."""

    def for_therapist(self, therapist: object) -> PatientQuerySet:
        """Only this therapist's patients, without those waiting to be erased."""
        return self.filter(therapist=therapist, deleted_at=None)


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
        constraints = [
            models.UniqueConstraint(
                fields=["therapist", "external_id"],
                condition=~models.Q(external_id="") & models.Q(deleted_at=None),
                name="patient_external_id_unique_per_therapist",
            )
        ]

    def __str__(self) -> str:
        return str(self.pk)
