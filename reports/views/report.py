"""`/sessions/{id}/report`: ask for a draft, read it, edit and sign it."""

from __future__ import annotations

from typing import Any, cast
from uuid import UUID

from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.models import Therapist
from core.api.idempotency import IdempotentCreateMixin
from reports import selectors
from reports.selectors import ReportContent, report_content
from reports.serializers.edits import ReportEditSerializer
from reports.serializers.report import ReportSerializer
from reports.serializers.requests import ReportRequestSerializer
from reports.services.edits import report_edit
from reports.services.requests import report_request
from sessions_app.selectors import session_check
from sessions_app.serializers.sessions import SessionSerializer
from sessions_app.views.sessions import session_answer

ETAG = OpenApiParameter(
    "ETag", str, OpenApiParameter.HEADER, response=True, description="Send it back as If-Match."
)


class ReportView(IdempotentCreateMixin, APIView):
    """The report of one session."""

    @extend_schema(
        operation_id="session_report_generate",
        summary="Draft the report, or some of its sections again",
        tags=["reports"],
        request=ReportRequestSerializer,
        responses={
            202: SessionSerializer,
            409: OpenApiResponse(description="report_finalized, session_busy, transcript_not_ready"),
        },
    )
    def post(self, request: Request, session_id: UUID) -> Response:
        """Queues the drafting; the session tells how far it is."""
        session = session_check(cast("Therapist", request.user), session_id)
        standing = selectors.note_format_of(session)
        serializer = ReportRequestSerializer(data=request.data, context={"note_format": standing})
        serializer.is_valid(raise_exception=True)
        asked = serializer.validated_data
        report_request(
            session_id=session.pk, note_format=asked.get("note_format"), sections=asked.get("sections")
        )
        return session_answer(request, session_id, status.HTTP_202_ACCEPTED)

    @extend_schema(
        operation_id="session_report_retrieve",
        summary="The report of a session",
        tags=["reports"],
        parameters=[ETAG],
        responses=ReportSerializer,
    )
    def get(self, request: Request, session_id: UUID) -> Response:
        """404 `not_found` until a report was drafted."""
        return _answer(report_content(selectors.report_get(cast("Therapist", request.user), session_id)))

    @extend_schema(
        operation_id="session_report_update",
        summary="Edit or sign the report",
        tags=["reports"],
        parameters=[
            OpenApiParameter("If-Match", str, OpenApiParameter.HEADER, description="The ETag of the GET."),
            ETAG,
        ],
        request=ReportEditSerializer,
        responses={
            200: ReportSerializer,
            409: OpenApiResponse(description="report_finalized, session_busy"),
            412: OpenApiResponse(description="edit_conflict"),
            422: OpenApiResponse(description="unsupported_claims, risk_pending"),
        },
    )
    def patch(self, request: Request, session_id: UUID) -> Response:
        """All of it or nothing; `status: finalized` signs what the edits leave."""
        session = session_check(cast("Therapist", request.user), session_id)
        sent: Any = request.data
        content = report_edit(
            session_id=session.pk,
            therapist=cast("Therapist", request.user),
            sent=sent,
            if_match=request.headers.get("If-Match"),
        )
        return _answer(content)


def _answer(content: ReportContent) -> Response:
    return Response(ReportSerializer(content).data, headers={"ETag": content.etag})
