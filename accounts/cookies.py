"""The refresh token as a cookie that no script can read, for browsers that ask for it."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.services.tokens import TokenPair

HEADER = "X-Refresh-Cookie"


def cookie_wanted(request: Request) -> bool:
    """Whether the client asked for the cookie instead of the body."""
    return request.headers.get(HEADER) == "1"


def refresh_from(request: Request, sent: str | None) -> tuple[str | None, bool]:
    """The refresh token and whether it came from the cookie; the body goes before the cookie."""
    if sent:
        return sent, False
    cookie = request.COOKIES.get(settings.REFRESH_COOKIE_NAME)
    return cookie, cookie is not None


def token_answer(pair: TokenPair, *, as_cookie: bool, **members: object) -> Response:
    """The tokens as a response: both in the body, or the refresh token in the cookie."""
    if not as_cookie:
        return _uncached(Response({"access": pair.access, "refresh": pair.refresh, **members}))
    response = _uncached(Response({"access": pair.access, **members}))
    lifetime = timedelta(days=settings.REFRESH_TOKEN_REMEMBER_DAYS) if pair.remember else None
    response.set_cookie(
        settings.REFRESH_COOKIE_NAME,
        pair.refresh,
        max_age=lifetime,
        path=settings.REFRESH_COOKIE_PATH,
        secure=settings.HTTPS,
        httponly=True,
        samesite="Strict",
    )
    return response


def cookie_cleared(response: Response) -> Response:
    """The response, telling the browser to forget the cookie."""
    response.delete_cookie(settings.REFRESH_COOKIE_NAME, path=settings.REFRESH_COOKIE_PATH, samesite="Strict")
    return response


def _uncached(response: Response) -> Response:
    response["Cache-Control"] = "no-store"
    return response
