"""`/sessions/{id}/report/export`: the signed note as a file."""

from __future__ import annotations

from typing import cast
from uuid import UUID

from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework.request import Request
from rest_framework.views import APIView

from accounts.models import Therapist
from core.errors import ApplicationError
from reports.exports.files import MEDIA_TYPES, report_export
from reports.selectors import report_content, report_get


class ReportExportView(APIView):
    """A file for the chart, for people or for other systems."""

    @extend_schema(
        operation_id="session_report_export",
        summary="The signed report as PDF, Word, plain text or a FHIR R4 document",
        tags=["reports"],
        parameters=[OpenApiParameter("format", str, enum=list(MEDIA_TYPES), default="pdf")],
        responses={
            **{(200, name.partition(";")[0]): OpenApiTypes.BINARY for name in MEDIA_TYPES.values()},
            409: OpenApiResponse(description="report_not_signed"),
        },
    )
    def get(self, request: Request, session_id: UUID) -> HttpResponse:
        """Patient, session, risk decisions, sections, signature, addenda; never the private note."""
        form = request.query_params.get("format", "pdf")
        if form not in MEDIA_TYPES:
            raise ApplicationError(
                "validation_error", errors={"format": [f"Known are {', '.join(MEDIA_TYPES)}."]}
            )
        therapist = cast("Therapist", request.user)
        report = report_get(therapist, session_id)
        file = report_export(
            session=report.session, content=report_content(report), therapist=therapist, form=form
        )
        response = HttpResponse(file.content, content_type=file.media_type)
        response["Content-Disposition"] = f'attachment; filename="{file.name}"'
        response["Cache-Control"] = "private, no-store"
        return response
