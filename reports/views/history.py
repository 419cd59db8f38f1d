"""`/sessions/{id}/report/versions` and `/addenda`."""

from __future__ import annotations

from typing import cast
from uuid import UUID

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import generics, status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.models import Therapist
from core.api.idempotency import IdempotentCreateMixin
from reports import selectors
from reports.models import ReportRevision
from reports.serializers.report import AddendumSerializer, VersionDetailSerializer
from reports.serializers.requests import AddendumCreateSerializer
from reports.services.addenda import addendum_create
from sessions_app.selectors import session_check


@extend_schema_view(
    get=extend_schema(
        operation_id="session_report_versions",
        summary="Every version: who, when, what changed, what drafted it, and its content",
        tags=["reports"],
    )
)
class ReportVersionListView(generics.ListAPIView[ReportRevision]):
    """The versions of a session's report, the newest first."""

    serializer_class = VersionDetailSerializer
    queryset = ReportRevision.objects.none()
    filter_backends = ()

    def get_queryset(self) -> QuerySet[ReportRevision]:
        """Those of the therapist's own report."""
        return selectors.versions_list(
            selectors.report_get(cast("Therapist", self.request.user), self.kwargs["session_id"])
        )


class AddendumListView(IdempotentCreateMixin, APIView):
    """Additions after signing."""

    @extend_schema(
        operation_id="session_report_addenda_create",
        summary="Add to a signed report",
        tags=["reports"],
        request=AddendumCreateSerializer,
        responses={201: AddendumSerializer},
    )
    def post(self, request: Request, session_id: UUID) -> Response:
        """Kept with author, time and reason; the signed text stays as it is."""
        session = session_check(cast("Therapist", request.user), session_id)
        serializer = AddendumCreateSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        addendum = addendum_create(
            session_id=session.pk, therapist=cast("Therapist", request.user), **serializer.validated_data
        )
        return Response(AddendumSerializer(addendum).data, status=status.HTTP_201_CREATED)
