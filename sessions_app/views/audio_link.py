"""/sessions/{id}/audio/link: an address of the recording for a media element."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.urls import reverse
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from sessions_app import selectors
from sessions_app.audio_pass import PARAMETER, audio_pass
from sessions_app.views.owner import owner


class AudioLinkSerializer(serializers.Serializer[Any]):
    """Where the recording can be heard without a token, and until when."""

    url = serializers.CharField(help_text="Of this server, from `/`; keep it out of logs and history.")
    expires_at = serializers.DateTimeField()


class AudioLinkView(APIView):
    """An address that answers GET and HEAD without a header."""

    @extend_schema(
        operation_id="sessions_audio_link", summary="Get an address to hear the recording", tags=["audio"],
        request=None, responses=AudioLinkSerializer,
    )  # fmt: skip
    def post(self, request: Request, session_id: UUID) -> Response:
        """For the element of a page that plays it by ranges; 15 minutes, this recording alone."""
        therapist = owner(request)
        selectors.recording_get(therapist, session_id)
        made = audio_pass(therapist, session_id)
        address = reverse("session-audio", kwargs={"session_id": session_id})
        link = {"url": f"{address}?{urlencode({PARAMETER: made.text})}", "expires_at": made.expires_at}
        return Response(AudioLinkSerializer(link).data, headers={"Cache-Control": "private, no-store"})
