"""The therapist: the one kind of user this product has."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models.functions import Lower

from accounts.managers import TherapistManager
from ml.schemas.report import NoteFormat

UI_LANGUAGES = [("en", "English"), ("ar", "العربية")]
NOTE_FORMATS = [(note_format.value, note_format.name.title()) for note_format in NoteFormat]


class Therapist(AbstractUser):
    """A clinician who signs in with an e-mail address and owns patients and sessions."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    username = None  # type: ignore[assignment]
    first_name = None  # type: ignore[assignment]
    last_name = None  # type: ignore[assignment]
    email = models.EmailField(unique=True)
    full_name = models.CharField(max_length=200)
    specialization = models.CharField(max_length=200, blank=True)
    license_number = models.CharField(max_length=100, blank=True)
    credentials = models.CharField(max_length=100, blank=True)
    clinic_name = models.CharField(max_length=200, blank=True)
    country = models.CharField(max_length=2, blank=True)
    language = models.CharField(max_length=8, choices=UI_LANGUAGES, default="en")
    time_zone = models.CharField(max_length=64, default="UTC")
    note_format = models.CharField(max_length=20, choices=NOTE_FORMATS, default="standard")
    token_generation = models.PositiveIntegerField(
        default=0, help_text="Tokens of an earlier generation are refused: signed out everywhere."
    )
    updated_at = models.DateTimeField(auto_now=True)

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS = ["full_name"]

    class Meta(AbstractUser.Meta):
        constraints = [
            # The services write small letters; the admin and imports may not.
            models.UniqueConstraint(Lower("email"), name="therapist_email_any_case")
        ]

    objects: ClassVar[TherapistManager] = TherapistManager()  # type: ignore[assignment]

    def __str__(self) -> str:
        return self.email
