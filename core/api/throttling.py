"""Rates by scope, told to the client in RateLimit-* headers.

The counters lie in the default cache, which all web processes share (files in VAR_DIR, or Redis).
`settings.RATE_LIMITS` holds the rates: "30/min" style, or empty for none. A view adds its own by
`throttle_classes = [LoginThrottle]`; the general one applies to every view that sets none.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import TYPE_CHECKING

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from rest_framework.request import Request
from rest_framework.settings import api_settings
from rest_framework.throttling import SimpleRateThrottle

if TYPE_CHECKING:
    # DRF's views import this module while they load.
    from rest_framework.views import APIView


def client_address(request: HttpRequest) -> str:
    """The caller's address; X-Forwarded-For counts only behind TRUSTED_PROXIES proxies of ours."""
    proxies: int = api_settings.NUM_PROXIES or 0
    remote: str = request.META.get("REMOTE_ADDR", "")
    if not proxies:
        return remote
    forwarded = [part.strip() for part in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")]
    # What the client wrote itself stands on the left; each proxy of ours adds one on the right.
    return forwarded[-min(proxies, len(forwarded))] or remote


class ScopeThrottle(SimpleRateThrottle):
    """A sliding window for one scope, by therapist or, without one, by address."""

    scope = "general"

    # Set by SimpleRateThrottle from the rate.
    num_requests: int
    duration: int

    def get_rate(self) -> str | None:
        """The scope's rate in the settings; None for no limit."""
        rates: dict[str, str] = settings.RATE_LIMITS
        return rates.get(self.scope) or None

    def get_cache_key(self, request: Request, view: APIView) -> str | None:
        """One counter for each caller; a digest, so the cache holds no addresses."""
        return self.key_for(self.caller(request))

    def caller(self, request: Request) -> str:
        """Who is counted."""
        if request.user and request.user.is_authenticated:
            return str(request.user.pk)
        return client_address(request)

    def key_for(self, caller: str) -> str:
        """The cache key of a caller."""
        return f"rate:{self.scope}:{hashlib.sha256(caller.encode()).hexdigest()[:32]}"

    def allow_request(self, request: Request, view: APIView) -> bool:
        """Count the request; the state is left on the request for `RateLimitHeaders`."""
        allowed = super().allow_request(request, view)
        if self.rate is not None and getattr(self, "key", None) is not None:
            self._note(request, allowed)
        return allowed

    def _note(self, request: Request, allowed: bool) -> None:
        remaining = self.num_requests - len(self.history) if allowed else 0
        reset = self.duration - (self.now - self.history[-1]) if self.history else self.duration
        state = (self.num_requests, max(0, remaining), max(1, round(reset)))
        tightest = getattr(request._request, "rate_limit", None)
        if tightest is None or state[1] <= tightest[1]:
            request._request.rate_limit = state  # type: ignore[attr-defined]


class GeneralThrottle(ScopeThrottle):
    """Every call of a therapist."""


class AddressThrottle(ScopeThrottle):
    """Counts by address even for somebody who is signed in."""

    def caller(self, request: Request) -> str:
        """The address."""
        return client_address(request)


class LoginThrottle(AddressThrottle):
    """Attempts to sign in from one address, over all accounts."""

    scope = "login"


class LoginAccountThrottle(ScopeThrottle):
    """Attempts to sign in to one account, over all addresses."""

    scope = "login_account"

    def get_cache_key(self, request: Request, view: APIView) -> str | None:
        """By the e-mail address sent; None when there is none to count."""
        email = request.data.get("email") if isinstance(request.data, dict) else None
        return self.key_for(email.strip().lower()) if isinstance(email, str) and email else None


class RegisterThrottle(AddressThrottle):
    """New accounts from one address."""

    scope = "register"


class PasswordThrottle(AddressThrottle):
    """Password changes and resets from one address."""

    scope = "password"


class UploadThrottle(ScopeThrottle):
    """Recordings sent; the parts of a resumable upload count in the general rate."""

    scope = "upload"


class RateLimitHeaders:
    """Middleware that tells a client how much of its rate is left."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """The response, with headers where a rate was counted."""
        response = self.get_response(request)
        state: tuple[int, int, int] | None = getattr(request, "rate_limit", None)
        if state is not None:
            for name, value in zip(("Limit", "Remaining", "Reset"), state, strict=True):
                response[f"RateLimit-{name}"] = str(value)
        return response
