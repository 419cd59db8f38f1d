"""New accounts and changes of the profile."""

from __future__ import annotations

from typing import Any

from django.db import IntegrityError, transaction
from rest_framework.exceptions import ErrorDetail

from accounts.models import Therapist
from accounts.services.passwords import password_check
from core.errors import ApplicationError

EMAIL_TAKEN = ErrorDetail("There is an account with this e-mail address.", "unique")


def therapist_register(*, email: str, password: str, **profile: Any) -> Therapist:
    """Make an account.

    Raises:
        ApplicationError: `validation_error` for an address that is taken or a weak password.
    """
    email = email.strip().lower()
    password_check(password=password, therapist=Therapist(email=email, **profile), field="password")
    if Therapist.objects.filter(email=email).exists():
        raise ApplicationError("validation_error", errors={"email": [EMAIL_TAKEN]})
    try:
        with transaction.atomic():
            return Therapist.objects.create_user(email, password, **profile)
    except IntegrityError as error:
        # Somebody registered the same address between the look and the insert.
        raise ApplicationError("validation_error", errors={"email": [EMAIL_TAKEN]}) from error


def therapist_update(*, therapist: Therapist, **profile: Any) -> Therapist:
    """Change fields of the profile."""
    for name, value in profile.items():
        setattr(therapist, name, value)
    therapist.save(update_fields=[*profile, "updated_at"])
    return therapist
