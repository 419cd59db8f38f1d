"""/sessions/{id}/audio: send, hear, remove."""

from __future__ import annotations

from typing import Any, cast
from uuid import UUID

from django.http import HttpResponse, HttpResponseBase, StreamingHttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from core.api.idempotency import IdempotentCreateMixin
from core.api.serializers import REQUIRED
from core.api.throttling import GeneralThrottle, UploadThrottle
from core.api.unread_bodies import DrainedBodyView
from core.errors import ApplicationError
from core.storage.failures import storage_errors
from core.storage.recordings import recording_read
from sessions_app import selectors
from sessions_app.audio_pass import AudioPassAuthentication, by_pass
from sessions_app.backlog import refuse_when_full
from sessions_app.byte_ranges import Unsatisfiable, byte_range
from sessions_app.consent import RECORDING, refuse_without_consent
from sessions_app.models import Recording
from sessions_app.pipeline import TRANSCRIPTION
from sessions_app.serializers.sessions import SessionSerializer
from sessions_app.services import recordings
from sessions_app.services.guards import refuse_changes
from sessions_app.upload_parsers import FIELD, ReceivedFile, RecordingParser
from sessions_app.views.owner import owner
from sessions_app.views.sessions import session_answer

# A media element asks for all from some place on and stops reading when it has enough for now; a
# thread of the server would wait with it for as long as the page is open. It asks for the rest.
ELEMENT_PART_BYTES = 2 * 1024**2


class RecordingUploadSerializer(serializers.Serializer[Any]):
    """The multipart form of a recording."""

    file = serializers.FileField(help_text="Sound or video, up to UPLOAD_MAX_BYTES.")


class SessionAudioView(IdempotentCreateMixin, DrainedBodyView):
    """The recording of a session."""

    parser_classes = (RecordingParser,)
    idempotency_atomic = False

    def get_authenticators(self) -> list[Any]:
        """A pass opens the sound to a media element, and no other call."""
        known = super().get_authenticators()
        hearing = self.request is not None and self.request.method in ("GET", "HEAD")
        return [*known, AudioPassAuthentication()] if hearing else known

    def get_throttles(self) -> list[Any]:
        """Sending counts by itself; a player's many range requests only in the general rate."""
        sending = self.request.method == "POST"
        return [GeneralThrottle(), UploadThrottle()] if sending else [GeneralThrottle()]

    @extend_schema(
        operation_id="sessions_audio_create", summary="Send the recording", tags=["audio"],
        request={"multipart/form-data": RecordingUploadSerializer}, responses={202: SessionSerializer},
    )  # fmt: skip
    def post(self, request: Request, session_id: UUID) -> Response:
        """Stores the recording and starts the pipeline; replaces an earlier one and all drawn from it."""
        session = selectors.session_check(owner(request), session_id)
        # Before the body is read: nobody should send a gigabyte to be told no.
        refuse_changes(session)
        refuse_without_consent(session.pk, *RECORDING)
        refuse_when_full(TRANSCRIPTION, session.therapist_id)
        received = request.FILES.get(FIELD)
        if not isinstance(received, ReceivedFile):
            raise ApplicationError("validation_error", errors={FIELD: [REQUIRED]})
        with received.incoming as incoming:
            recordings.recording_attach(
                session_id=session.pk, incoming=incoming, filename=received.name or ""
            )
        return session_answer(request, session_id, status.HTTP_202_ACCEPTED)

    @extend_schema(
        operation_id="sessions_audio_retrieve", summary="Hear the recording", tags=["audio"],
        parameters=[OpenApiParameter("Range", str, OpenApiParameter.HEADER, description="bytes=from-to")],
        responses={
            (200, "application/octet-stream"): OpenApiTypes.BINARY,
            (206, "application/octet-stream"): OpenApiTypes.BINARY,
            416: OpenApiResponse(description="The range lies outside the recording."),
        },
    )  # fmt: skip
    def get(self, request: Request, session_id: UUID) -> HttpResponseBase:
        """The stored file, or the part of it that `Range` asks for.

        Under an address of `audio/link`, a range without an end gets its first 2 MiB.
        """
        return _serve(request, selectors.recording_get(owner(request), session_id))

    @extend_schema(exclude=True)
    def head(self, request: Request, session_id: UUID) -> HttpResponseBase:
        """The headers of the recording."""
        return _serve(request, selectors.recording_get(owner(request), session_id))

    @extend_schema(
        operation_id="sessions_audio_delete", summary="Remove the recording", tags=["audio"],
        responses={204: None},
    )  # fmt: skip
    def delete(self, request: Request, session_id: UUID) -> Response:
        """Erases the media; the record, the transcript and the report stay."""
        session = selectors.session_check(owner(request), session_id)
        recordings.recording_delete_media(session_id=session.pk)
        return Response(status=status.HTTP_204_NO_CONTENT)


def _serve(request: Request, recording: Recording) -> HttpResponseBase:
    etag = f'"{recording.content_tag}"'
    size = recording.size_bytes
    wanted = request.headers.get("Range")
    if wanted and request.headers.get("If-Range", etag) != etag:
        wanted = None
    try:
        span = byte_range(wanted, size, open_end=ELEMENT_PART_BYTES if by_pass(request) else None)
    except Unsatisfiable:
        return _headers(HttpResponse(status=416), etag, {"Content-Range": f"bytes */{size}"})
    start, length = span or (0, size)
    headers = {"Content-Type": recording.media_type, "Content-Length": str(length)}
    if span is not None:
        headers["Content-Range"] = f"bytes {start}-{start + length - 1}/{size}"
    code = 206 if span is not None else 200
    if request.method == "HEAD":
        return _headers(HttpResponse(status=code), etag, headers)
    with storage_errors():
        chunks = recording_read(recording.storage_key, start, length)
    return _headers(StreamingHttpResponse(cast("Any", chunks), status=code), etag, headers)


def _headers(response: HttpResponseBase, etag: str, more: dict[str, str]) -> HttpResponseBase:
    fixed = {
        "Accept-Ranges": "bytes",
        "ETag": etag,
        "Cache-Control": "private, no-store",
        "Content-Disposition": "inline",
        # A recording opened in a tab of its own must not run anything.
        "Content-Security-Policy": "default-src 'none'; media-src 'self'; sandbox",
    }
    for name, value in {**fixed, **more}.items():
        response[name] = value
    return response
