"""Who asks: behind `IsAuthenticated` it is always a therapist."""

from __future__ import annotations

from typing import cast

from rest_framework.request import Request

from accounts.models import Therapist


def owner(request: Request) -> Therapist:
    """The signed-in therapist."""
    return cast("Therapist", request.user)
