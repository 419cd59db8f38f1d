"""/sessions/{id}/audio/uploads: a recording in parts that can be resumed."""

from __future__ import annotations

import re
from typing import Any, BinaryIO, cast
from uuid import UUID

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from core.api.idempotency import IdempotentCreateMixin
from core.api.unread_bodies import DrainedBodyView
from core.errors import ApplicationError
from sessions_app import selectors
from sessions_app.serializers.sessions import SessionSerializer
from sessions_app.serializers.uploads import (
    SHA256,
    UploadCompleteSerializer,
    UploadCreateSerializer,
    UploadPartAddressSerializer,
    UploadPartAnnounceSerializer,
    UploadPartSerializer,
    UploadSerializer,
)
from sessions_app.services import upload_parts, uploads
from sessions_app.services.upload_parts import PART_HASH
from sessions_app.upload_parsers import PartParser, content_length
from sessions_app.views.owner import owner
from sessions_app.views.sessions import session_answer


class UploadListView(IdempotentCreateMixin, APIView):
    """New uploads."""

    @extend_schema(
        operation_id="sessions_audio_uploads_create", summary="Begin a resumable upload", tags=["audio"],
        request=UploadCreateSerializer, responses={201: UploadSerializer},
    )  # fmt: skip
    def post(self, request: Request, session_id: UUID) -> Response:
        """An open upload; send its parts next, in any order."""
        session = selectors.session_check(owner(request), session_id)
        serializer = UploadCreateSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        upload = uploads.upload_create(
            session_id=session.pk,
            filename=serializer.validated_data["filename"],
            size=serializer.validated_data.get("size"),
            sha256=serializer.validated_data.get("sha256", ""),
        )
        location = f"/sessions/{session_id}/audio/uploads/{upload.pk}"
        return Response(
            UploadSerializer(upload).data, status=status.HTTP_201_CREATED, headers={"Location": location}
        )


class UploadDetailView(APIView):
    """One upload."""

    @extend_schema(
        operation_id="sessions_audio_uploads_retrieve", summary="Which parts are there", tags=["audio"],
        responses=UploadSerializer,
    )  # fmt: skip
    def get(self, request: Request, session_id: UUID, upload_id: UUID) -> Response:
        """What to send again after a break."""
        upload = selectors.upload_get(owner(request), session_id, upload_id)
        context = {"parts": upload_parts.parts_there(upload)}
        return Response(UploadSerializer(upload, context=context).data)

    @extend_schema(
        operation_id="sessions_audio_uploads_delete", summary="Give an upload up", tags=["audio"],
        responses={204: None},
    )  # fmt: skip
    def delete(self, request: Request, session_id: UUID, upload_id: UUID) -> Response:
        """Removes its parts."""
        uploads.upload_abort(upload=selectors.upload_get(owner(request), session_id, upload_id))
        return Response(status=status.HTTP_204_NO_CONTENT)


class UploadPartView(DrainedBodyView):
    """One part of an upload."""

    def get_parsers(self) -> list[Any]:
        """A part is bytes, its announcement JSON."""
        sending = self.request is not None and self.request.method == "PUT"
        return [PartParser()] if sending else super().get_parsers()

    @extend_schema(
        operation_id="sessions_audio_uploads_parts_announce", summary="Get an address for a part",
        tags=["audio"], request=UploadPartAnnounceSerializer, responses=UploadPartAddressSerializer,
    )  # fmt: skip
    def post(self, request: Request, session_id: UUID, upload_id: UUID, number: int) -> Response:
        """For a part of just these bytes; it counts once they have arrived, and cannot change then."""
        upload = selectors.upload_get(owner(request), session_id, upload_id)
        serializer = UploadPartAnnounceSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        address = upload_parts.part_announce(
            upload=upload, number=number, own_url=request.path, **serializer.validated_data
        )
        return Response(
            UploadPartAddressSerializer(address).data, headers={"Cache-Control": "private, no-store"}
        )

    @extend_schema(
        operation_id="sessions_audio_uploads_parts_update", summary="Send a part", tags=["audio"],
        request={"application/octet-stream": OpenApiTypes.BINARY}, responses=UploadPartSerializer,
        parameters=[
            OpenApiParameter(
                PART_HASH, str, OpenApiParameter.HEADER, description="SHA-256 of the part in hexadecimal."
            )
        ],
    )  # fmt: skip
    def put(self, request: Request, session_id: UUID, upload_id: UUID, number: int) -> Response:
        """The raw bytes; the same part again replaces it. Parts are counted from 1."""
        upload = selectors.upload_get(owner(request), session_id, upload_id)
        sha256 = request.headers.get(PART_HASH, "")
        if sha256 and not re.fullmatch(SHA256, sha256):
            raise ApplicationError("validation_error", errors={PART_HASH: ["64 hexadecimal digits."]})
        length = content_length(request.META)
        body = cast("BinaryIO", request.data)
        part = upload_parts.part_put(upload=upload, number=number, body=body, length=length, sha256=sha256)
        return Response(UploadPartSerializer(part).data)


class UploadCompleteView(APIView):
    """The end of an upload."""

    @extend_schema(
        operation_id="sessions_audio_uploads_complete", summary="Make the parts the recording",
        tags=["audio"], request=UploadCompleteSerializer, responses={202: SessionSerializer},
    )  # fmt: skip
    def post(self, request: Request, session_id: UUID, upload_id: UUID) -> Response:
        """Checks the whole, stores it and starts the pipeline; asking again answers the same."""
        upload = selectors.upload_get(owner(request), session_id, upload_id)
        serializer = UploadCompleteSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        uploads.upload_complete(
            upload=upload,
            size=serializer.validated_data.get("size"),
            sha256=serializer.validated_data.get("sha256", ""),
        )
        return session_answer(request, session_id, status.HTTP_202_ACCEPTED)
