"""/sessions/{id}/private-note: the psychotherapy note."""

from __future__ import annotations

from uuid import UUID

from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from sessions_app.models import PrivateNote
from sessions_app.selectors import session_check
from sessions_app.serializers.private_notes import PrivateNoteSerializer
from sessions_app.services.private_notes import private_note_etag, private_note_get, private_note_put
from sessions_app.views.owner import owner

ETAG = OpenApiParameter(
    "ETag", str, OpenApiParameter.HEADER, response=True, description="Send it back as If-Match."
)


class PrivateNoteView(APIView):
    """What the therapist keeps apart: in no list, no export, no draft."""

    @extend_schema(
        operation_id="sessions_private_note_retrieve", summary="Read my private note", tags=["private note"],
        parameters=[ETAG], responses=PrivateNoteSerializer,
    )  # fmt: skip
    def get(self, request: Request, session_id: UUID) -> Response:
        """Empty until it is written."""
        session = session_check(owner(request), session_id)
        return _answer(private_note_get(session=session, author=owner(request)))

    @extend_schema(
        operation_id="sessions_private_note_replace", summary="Write my private note", tags=["private note"],
        parameters=[
            OpenApiParameter("If-Match", str, OpenApiParameter.HEADER, description="The ETag of the GET."),
            ETAG,
        ],
        request=PrivateNoteSerializer,
        responses={200: PrivateNoteSerializer, 412: OpenApiResponse(description="edit_conflict")},
    )  # fmt: skip
    def put(self, request: Request, session_id: UUID) -> Response:
        """In every state of the session, also once its report is signed."""
        session = session_check(owner(request), session_id)
        standing = private_note_get(session=session, author=owner(request))
        serializer = PrivateNoteSerializer(standing, data=request.data)
        serializer.is_valid(raise_exception=True)
        note = private_note_put(
            session_id=session.pk,
            author=owner(request),
            text=serializer.validated_data["text"],
            if_match=request.headers.get("If-Match"),
        )
        return _answer(note)


def _answer(note: PrivateNote) -> Response:
    return Response(PrivateNoteSerializer(note).data, headers={"ETag": private_note_etag(note)})
