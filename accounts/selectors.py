"""Reads of the accounts app."""

from __future__ import annotations

import uuid

from accounts.models import Therapist


def therapist_id_by_email(*, email: str) -> uuid.UUID | None:
    """The id of the active therapist with this address in any case."""
    active = Therapist.objects.filter(email=email.strip().lower(), is_active=True)
    return active.values_list("pk", flat=True).first()
