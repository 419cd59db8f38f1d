"""Signing in: the password is checked behind the lockout of django-axes."""

from __future__ import annotations

from axes.handlers.proxy import AxesProxyHandler
from axes.models import AccessAttempt
from django.conf import settings
from django.contrib.auth import authenticate
from django.contrib.auth.signals import user_logged_in
from django.http import HttpRequest
from django.utils import timezone

from accounts.models import Therapist
from core.api.throttling import client_address
from core.errors import ApplicationError


def therapist_sign_in(*, request: HttpRequest, email: str, password: str) -> Therapist:
    """The therapist of an e-mail address and a password.

    An unknown address takes as long as a wrong password: Django hashes once in either case.

    Raises:
        ApplicationError: `invalid_credentials`, or `account_locked` with the seconds to wait.
    """
    email = email.strip().lower()
    therapist = authenticate(request, username=email, password=password)
    if isinstance(therapist, Therapist):
        # Ends the count of failures and writes last_login.
        user_logged_in.send(sender=Therapist, request=request, user=therapist)
        return therapist
    if not AxesProxyHandler.is_allowed(request, {"username": email}):
        raise ApplicationError("account_locked", extra={"retry_after": _seconds_to_wait(request, email)})
    raise ApplicationError("invalid_credentials")


def _seconds_to_wait(request: HttpRequest, email: str) -> int:
    last = (
        AccessAttempt.objects.filter(username=email, ip_address=client_address(request))
        .order_by("-attempt_time")
        .values_list("attempt_time", flat=True)
        .first()
    )
    until = (last or timezone.now()) + settings.AXES_COOLOFF_TIME
    return max(1, round((until - timezone.now()).total_seconds()))
