"""Signing in, staying signed in, signing out."""

from __future__ import annotations

from datetime import timedelta
from typing import cast

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.authentication import REFRESH_ID_CLAIM, TherapistAuthentication
from accounts.cookies import HEADER, cookie_cleared, cookie_wanted, refresh_from, token_answer
from accounts.models import Therapist
from accounts.serializers import (
    LoginAnswerSerializer,
    LoginSerializer,
    LogoutSerializer,
    RefreshSerializer,
    TherapistSerializer,
    TokenPairSerializer,
)
from accounts.services.signin import therapist_sign_in
from accounts.services.tokens import (
    LEEWAY,
    token_issue,
    token_owner,
    token_revoke,
    token_revoke_all,
    token_revoke_id,
    token_rotate,
)
from core.api.throttling import LoginAccountThrottle, LoginThrottle
from core.errors import ApplicationError

COOKIE_PARAMETER = OpenApiParameter(
    HEADER, str, OpenApiParameter.HEADER, enum=["1"], description="Put the refresh token into a cookie."
)


class LoginView(APIView):
    """Signing in."""

    authentication_classes = ()
    permission_classes = (AllowAny,)
    throttle_classes = (LoginThrottle, LoginAccountThrottle)

    @extend_schema(
        operation_id="auth_login",
        auth=[],
        parameters=[COOKIE_PARAMETER],
        request=LoginSerializer,
        responses=LoginAnswerSerializer,
    )
    def post(self, request: Request) -> Response:
        """Trade e-mail address and password for tokens."""
        serializer = LoginSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        sent = serializer.validated_data
        therapist = therapist_sign_in(
            request=request._request, email=sent["email"], password=sent["password"]
        )
        pair = token_issue(therapist=therapist, remember=sent["remember"])
        profile = TherapistSerializer(therapist).data
        return token_answer(pair, as_cookie=cookie_wanted(request), therapist=profile)


class RefreshView(APIView):
    """Staying signed in."""

    authentication_classes = ()
    permission_classes = (AllowAny,)

    @extend_schema(
        operation_id="auth_refresh",
        auth=[],
        parameters=[COOKIE_PARAMETER],
        request=RefreshSerializer,
        responses=TokenPairSerializer,
    )
    def post(self, request: Request) -> Response:
        """Trade a refresh token for a new pair; it works once (in the cookie again for ten seconds)."""
        serializer = RefreshSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        raw, from_cookie = refresh_from(request, serializer.validated_data.get("refresh"))
        if raw is None:
            raise ApplicationError("not_authenticated")
        pair = token_rotate(raw=raw, leeway=LEEWAY if from_cookie else timedelta())
        return token_answer(pair, as_cookie=from_cookie or cookie_wanted(request))


class LogoutView(APIView):
    """Signing out."""

    # An access token that has expired must not keep anybody from signing out.
    authentication_classes = ()
    permission_classes = (AllowAny,)

    @extend_schema(operation_id="auth_logout", request=LogoutSerializer, responses={204: None})
    def post(self, request: Request) -> Response:
        """End this session, or with `everywhere` all of them.

        The access token of one session lasts until it expires; `everywhere` ends those, too, at once.
        """
        serializer = LogoutSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        raw, _ = refresh_from(request, serializer.validated_data.get("refresh"))
        everywhere = serializer.validated_data["everywhere"]
        if raw is not None:
            if everywhere:
                token_revoke_all(therapist=_owner(request, raw))
            else:
                token_revoke(raw=raw)
        else:
            therapist, refresh_id = _bearer(request)
            if everywhere:
                token_revoke_all(therapist=therapist)
            else:
                token_revoke_id(refresh_id=refresh_id)
        return cookie_cleared(Response(status=204))


def _owner(request: Request, raw: str) -> Therapist:
    """Whose sessions end: the refresh token says so, or one that is used up leaves it to the access token."""
    try:
        return token_owner(raw=raw)
    except ApplicationError:
        return _bearer(request)[0]


def _bearer(request: Request) -> tuple[Therapist, str]:
    """The therapist of the access token, and the refresh token's id it came with."""
    found = TherapistAuthentication().authenticate(request)
    if found is None:
        raise ApplicationError("not_authenticated")
    return cast("Therapist", found[0]), str(found[1].get(REFRESH_ID_CLAIM, ""))
