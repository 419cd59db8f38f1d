"""/sessions/{id}/audio/peaks: the shape of the recording's sound."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpResponseBase
from django.utils.cache import get_conditional_response
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from sessions_app import selectors
from sessions_app.views.owner import owner


class RecordingPeaksSerializer(serializers.Serializer[Any]):
    """What a player draws; the recording itself need not be decoded for it."""

    duration_ms = serializers.IntegerField(help_text="What the peaks are spread over.")
    peaks = serializers.ListField(
        child=serializers.IntegerField(min_value=0, max_value=255),
        help_text="The loudest sample of each of at most 2,000 equal stretches.",
    )


class RecordingPeaksView(APIView):
    """The shape of the sound of a transcribed recording."""

    @extend_schema(
        operation_id="sessions_audio_peaks_retrieve", summary="Draw the recording", tags=["audio"],
        parameters=[
            OpenApiParameter("If-None-Match", str, OpenApiParameter.HEADER, description="The ETag you have."),
            OpenApiParameter("ETag", str, OpenApiParameter.HEADER, response=True),
        ],
        responses={200: RecordingPeaksSerializer, 304: OpenApiResponse(description="You have them.")},
    )  # fmt: skip
    def get(self, request: Request, session_id: UUID) -> HttpResponseBase:
        """`not_found` until it is transcribed, and for recordings from before peaks were kept."""
        recording = selectors.recording_peaks(owner(request), session_id)
        # The same sound has the same shape, and a version of this program draws it in one way.
        etag = f'"{recording.content_tag[:32]}-peaks"'
        body = {"duration_ms": recording.duration_ms, "peaks": list(bytes(recording.peaks or b""))}
        response = Response(body, headers={"ETag": etag, "Cache-Control": "private, no-cache"})
        return get_conditional_response(request._request, etag=etag, response=response) or response
