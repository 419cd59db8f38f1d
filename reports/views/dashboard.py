"""`/dashboard`: what waits for the therapist."""

from __future__ import annotations

from typing import cast

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.models import Therapist
from reports.dashboard import dashboard_get
from reports.serializers.dashboard import DashboardSerializer


class DashboardView(APIView):
    """The first page."""

    @extend_schema(
        operation_id="dashboard_retrieve",
        summary="What waits for me, what is in work, today's sessions",
        tags=["dashboard"],
        responses=DashboardSerializer,
    )
    def get(self, request: Request) -> Response:
        """Bounded lists with their totals; made to be asked for every few seconds."""
        return Response(DashboardSerializer(dashboard_get(therapist=cast("Therapist", request.user))).data)
