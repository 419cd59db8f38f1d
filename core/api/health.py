"""GET /health: alive; GET /health/ready: database and broker answer. No login, nothing secret."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping

from celery import current_app
from django.db import connection
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

logger = logging.getLogger(__name__)

BROKER_TIMEOUT_SECONDS = 2


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
        parameters=[OpenApiParameter("ready", bool, description="1: ask the database and the broker, too.")],
        responses={200: HealthSerializer, 503: HealthSerializer},
    )
    def get(self, request: Request) -> Response:
        """200 when well, 503 when something that the work needs is away."""
        if not (self.always_ready or request.query_params.get("ready") in {"1", "true"}):
            return Response({"status": "ok"})
        checks = {name: _outcome(name, check) for name, check in CHECKS.items()}
        well = set(checks.values()) == {"ok"}
        return Response(
            {"status": "ok" if well else "unavailable", "checks": checks}, status=200 if well else 503
        )


def check_database() -> None:
    """Raises when the database does not answer."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")


def check_broker() -> None:
    """Raises when the broker cannot be reached within two seconds."""
    with current_app.connection_for_read() as broker:
        broker.ensure_connection(max_retries=1, interval_start=0, timeout=BROKER_TIMEOUT_SECONDS)


CHECKS: Mapping[str, Callable[[], None]] = {"database": check_database, "broker": check_broker}


def _outcome(name: str, check: Callable[[], None]) -> str:
    try:
        check()
    except Exception as error:
        logger.warning("health: %s: %s", name, type(error).__name__)
        return "unavailable"
    return "ok"


@extend_schema(exclude=True)
class ReadyView(HealthView):
    """The same with readiness always asked for, for probes that send no query."""

    always_ready = True
