"""Registering, and one's own profile."""

from __future__ import annotations

from typing import cast

from drf_spectacular.utils import extend_schema
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.models import Therapist
from accounts.serializers import TherapistRegisterSerializer, TherapistSerializer
from accounts.services.registration import therapist_register, therapist_update
from core.api.idempotency import IdempotentCreateMixin
from core.api.throttling import RegisterThrottle


class RegisterView(IdempotentCreateMixin, APIView):
    """New accounts."""

    authentication_classes = ()
    permission_classes = (AllowAny,)
    throttle_classes = (RegisterThrottle,)

    @extend_schema(
        operation_id="auth_register",
        auth=[],
        request=TherapistRegisterSerializer,
        responses={201: TherapistSerializer},
    )
    def post(self, request: Request) -> Response:
        """Make an account."""
        serializer = TherapistRegisterSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        therapist = therapist_register(**serializer.validated_data)
        return Response(TherapistSerializer(therapist).data, status=201)


class MeView(APIView):
    """One's own profile."""

    @extend_schema(operation_id="auth_me_retrieve", responses=TherapistSerializer)
    def get(self, request: Request) -> Response:
        """The profile."""
        return Response(TherapistSerializer(request.user).data)

    @extend_schema(
        operation_id="auth_me_update",
        request=TherapistSerializer(partial=True),
        responses=TherapistSerializer,
    )
    def patch(self, request: Request) -> Response:
        """Change fields of the profile."""
        therapist = cast("Therapist", request.user)
        serializer = TherapistSerializer(therapist, data=request.data, partial=True)
        serializer.is_valid(raise_exception=True)
        therapist = therapist_update(therapist=therapist, **serializer.validated_data)
        return Response(TherapistSerializer(therapist).data)
