"""Changing a password, and setting a forgotten one."""

from __future__ import annotations

import uuid
from typing import cast

from drf_spectacular.utils import extend_schema
from kombu.exceptions import OperationalError
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.cookies import cookie_wanted, token_answer
from accounts.models import Therapist
from accounts.selectors import therapist_id_by_email
from accounts.serializers import (
    PasswordChangeSerializer,
    PasswordResetConfirmSerializer,
    PasswordResetSerializer,
    TokenPairSerializer,
)
from accounts.services.passwords import password_change, password_reset_confirm
from accounts.tasks import send_password_reset
from accounts.views.sessions import COOKIE_PARAMETER
from core.api.throttling import PasswordThrottle
from core.errors import ApplicationError


class PasswordView(APIView):
    """Changing one's password."""

    throttle_classes = (PasswordThrottle,)

    @extend_schema(
        operation_id="auth_password_change",
        parameters=[COOKIE_PARAMETER],
        request=PasswordChangeSerializer,
        responses=TokenPairSerializer,
    )
    def post(self, request: Request) -> Response:
        """Change the password; every other session ends, this one goes on with the new tokens."""
        serializer = PasswordChangeSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        sent = serializer.validated_data
        pair = password_change(
            therapist=cast("Therapist", request.user),
            current=sent["current_password"],
            new=sent["new_password"],
        )
        return token_answer(pair, as_cookie=cookie_wanted(request))


class PasswordResetView(APIView):
    """Asking for the e-mail."""

    authentication_classes = ()
    permission_classes = (AllowAny,)
    throttle_classes = (PasswordThrottle,)

    @extend_schema(
        operation_id="auth_password_reset", auth=[], request=PasswordResetSerializer, responses={202: None}
    )
    def post(self, request: Request) -> Response:
        """Send the e-mail if there is such an account; the answer is the same if there is none."""
        serializer = PasswordResetSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        found = therapist_id_by_email(email=serializer.validated_data["email"])
        try:
            # Sent for nobody, too, so that the time taken tells nothing.
            send_password_reset.delay(str(found or uuid.uuid4()))
        except OperationalError as error:
            raise ApplicationError("storage_unavailable", "E-mail cannot be sent at the moment.") from error
        return Response(status=202)


class PasswordResetConfirmView(APIView):
    """Using the e-mail."""

    authentication_classes = ()
    permission_classes = (AllowAny,)
    throttle_classes = (PasswordThrottle,)

    @extend_schema(
        operation_id="auth_password_reset_confirm",
        auth=[],
        request=PasswordResetConfirmSerializer,
        responses={204: None},
    )
    def post(self, request: Request) -> Response:
        """Set a new password; every session ends."""
        serializer = PasswordResetConfirmSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        sent = serializer.validated_data
        password_reset_confirm(uid=sent["uid"], token=sent["token"], new=sent["new_password"])
        return Response(status=204)
