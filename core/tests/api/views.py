"""Calls that exist for tests only: each raises, sleeps or creates as its test needs."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.core.exceptions import ValidationError as DjangoValidationError
from django.db import OperationalError
from django.urls import include, path
from rest_framework import exceptions, serializers
from rest_framework.parsers import JSONParser, MultiPartParser
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from core.api.idempotency import IdempotentCreateMixin
from core.api.serializers import StrictSerializer
from core.api.throttling import GeneralThrottle, LoginThrottle
from core.errors import ApplicationError

RAISED: dict[str, Exception] = {
    "application": ApplicationError("risk_pending", errors={"open": ["a"]}, extra={"count": 1}),
    "locked": ApplicationError("account_locked", extra={"retry_after": 42}),
    "validation": exceptions.ValidationError({"name": ["Too long."]}),
    "validation_list": exceptions.ValidationError(["Odd."]),
    "django_validation": DjangoValidationError(
        {"name": DjangoValidationError("Too long.", code="max_length")}
    ),
    "authentication": exceptions.AuthenticationFailed(),
    "permission": exceptions.PermissionDenied(),
    "throttled": exceptions.Throttled(wait=7.2),
    "too_big": RequestDataTooBig(),
    "database": OperationalError("database is locked: secret-words"),
    "disk": OSError(28, "No space left: secret-words"),
    "bug": RuntimeError("secret-words of a patient"),
}
created: list[Any] = []


class RaisingView(APIView):
    permission_classes = (AllowAny,)

    def get(self, request: Request, name: str) -> Response:
        raise RAISED[name]


class NestedSerializer(StrictSerializer):
    text = serializers.CharField()


class ThingSerializer(StrictSerializer):
    id = serializers.IntegerField(read_only=True)
    name = serializers.CharField()
    parts = NestedSerializer(many=True, required=False)


class CreateView(IdempotentCreateMixin, APIView):
    def post(self, request: Request) -> Response:
        serializer = ThingSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        created.append(serializer.validated_data["name"])
        return Response({"number": len(created)}, status=201, headers={"Location": f"/things/{len(created)}"})


class UploadView(IdempotentCreateMixin, APIView):
    parser_classes = (MultiPartParser, JSONParser)
    idempotency_atomic = False

    def post(self, request: Request) -> Response:
        created.append(request.FILES["file"].read())
        return Response({"number": len(created)}, status=202)


class LimitedView(APIView):
    throttle_classes = (GeneralThrottle, LoginThrottle)
    permission_classes = (AllowAny,)

    def get(self, request: Request) -> Response:
        return Response({})


urlpatterns = [
    path("raise/<name>", RaisingView.as_view()),
    path("things", CreateView.as_view()),
    path("uploads", UploadView.as_view()),
    path("limited", LimitedView.as_view()),
    path("", include("core.urls")),
]

handler400 = "core.api.exception_handler.bad_request"
handler403 = "core.api.exception_handler.forbidden"
handler404 = "core.api.exception_handler.not_found"
handler500 = "core.api.exception_handler.server_error"
