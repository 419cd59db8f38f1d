"""/sessions/{id}/transcript: read, export, type in, correct."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse, HttpResponseBase
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from core.api.idempotency import IdempotentCreateMixin
from core.errors import ApplicationError
from ml.schemas.transcript_writers import has_times, write_transcript
from sessions_app import selectors
from sessions_app.serializers.sessions import SessionSerializer
from sessions_app.serializers.transcripts import (
    TranscriptCorrectionSerializer,
    TranscriptSerializer,
    TypedTranscriptSerializer,
)
from sessions_app.services import corrections, typed_transcripts
from sessions_app.services.transcripts import transcript_shown
from sessions_app.views.owner import owner
from sessions_app.views.sessions import session_answer

MEDIA_TYPES = {"txt": "text/plain", "srt": "application/x-subrip", "vtt": "text/vtt"}


class SessionTranscriptView(IdempotentCreateMixin, APIView):
    """What was said in a session."""

    @extend_schema(
        operation_id="sessions_transcript_retrieve", summary="Read the transcript", tags=["transcript"],
        parameters=[OpenApiParameter("format", str, enum=["json", *MEDIA_TYPES], default="json")],
        responses={
            (200, "application/json"): TranscriptSerializer,
            **{(200, media_type): OpenApiTypes.STR for media_type in MEDIA_TYPES.values()},
        },
    )  # fmt: skip
    def get(self, request: Request, session_id: UUID) -> HttpResponseBase:
        """JSON, or a file for people and players; `transcript_not_ready` before there is one."""
        form = request.query_params.get("format", "json")
        if form != "json" and form not in MEDIA_TYPES:
            raise ApplicationError("validation_error", errors={"format": ["Known are json, txt, srt, vtt."]})
        record = transcript_shown(selectors.transcript_get(owner(request), session_id))
        if form in {"srt", "vtt"} and not has_times(record):
            sentence = "This transcript has no times, so it makes no subtitles. Ask for txt or json."
            raise ApplicationError("validation_error", errors={"format": [sentence]})
        if form == "json":
            response: HttpResponseBase = Response(record.model_dump(mode="json"))
        else:
            response = HttpResponse(
                write_transcript(record, form), content_type=f"{MEDIA_TYPES[form]}; charset=utf-8"
            )
            response["Content-Disposition"] = f'attachment; filename="transcript.{form}"'
        response["Cache-Control"] = "private, no-store"
        return response

    @extend_schema(
        operation_id="sessions_transcript_create", summary="Type or paste a transcript",
        tags=["transcript"], request=TypedTranscriptSerializer, responses={202: SessionSerializer},
        parameters=[OpenApiParameter("report", bool, description="false: do not draft a report now.")],
    )  # fmt: skip
    def post(self, request: Request, session_id: UUID) -> Response:
        """Takes the place of a recording; the report is drafted next unless `?report=false`."""
        session = selectors.session_check(owner(request), session_id)
        serializer = TypedTranscriptSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        typed_transcripts.transcript_type(
            session_id=session.pk, body=serializer.validated_data, report=_flag(request, "report")
        )
        return session_answer(request, session_id, status.HTTP_202_ACCEPTED)

    @extend_schema(
        operation_id="sessions_transcript_update", summary="Correct the transcript", tags=["transcript"],
        request=TranscriptCorrectionSerializer, responses=TranscriptSerializer,
    )  # fmt: skip
    def patch(self, request: Request, session_id: UUID) -> Response:
        """Makes all corrections or none; what was there before is kept with who changed it."""
        session = selectors.session_check(owner(request), session_id)
        serializer = TranscriptCorrectionSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        corrections.transcript_correct(
            session_id=session.pk, editor=owner(request), changes=serializer.validated_data
        )
        record = transcript_shown(selectors.transcript_get(owner(request), session_id))
        return Response(record.model_dump(mode="json"))


def _flag(request: Request, name: str) -> bool:
    value = request.query_params.get(name, "true").lower()
    if value not in {"true", "false", "1", "0"}:
        raise ApplicationError("validation_error", errors={name: ["true or false."]})
    return value in {"true", "1"}
