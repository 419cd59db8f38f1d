"""GET /health: alive; GET /health/ready: all that the work needs answers. No login, nothing secret."""

from __future__ import annotations

from collections.abc import Mapping

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from core.api.readiness import READINESS, outcomes


class HealthSerializer(serializers.Serializer[Mapping[str, object]]):
    """`checks` is there when readiness was asked for."""

    status = serializers.ChoiceField(choices=["ok", "unavailable"])
    checks = serializers.DictField(child=serializers.CharField(), required=False)


class HealthView(APIView):
    """Whether this process is alive, and with `?ready=1` whether it can do its work."""

    authentication_classes = ()
    permission_classes = (AllowAny,)
    throttle_classes = ()
    always_ready = False

    @extend_schema(
        operation_id="health",
        auth=[],
        parameters=[
            OpenApiParameter(
                "ready", bool, description="1: ask database, broker, storage and migrations, too."
            )
        ],
        responses={200: HealthSerializer, 503: HealthSerializer},
    )
    def get(self, request: Request) -> Response:
        """200 when well, 503 when something that the work needs is away."""
        if not (self.always_ready or request.query_params.get("ready") in {"1", "true"}):
            return Response({"status": "ok"})
        checks = outcomes(READINESS)
        well = set(checks.values()) == {"ok"}
        return Response(
            {"status": "ok" if well else "unavailable", "checks": checks}, status=200 if well else 503
        )


@extend_schema(exclude=True)
class ReadyView(HealthView):
    """The same with readiness always asked for, for probes that send no query."""

    always_ready = True
