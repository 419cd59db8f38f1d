"""/sessions and /sessions/{id}, retry and cancel."""

from __future__ import annotations

from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from core.api.idempotency import IdempotentCreateMixin
from sessions_app import selectors
from sessions_app.filters import SessionFilterSet
from sessions_app.models import TherapySession
from sessions_app.models.session import TherapySessionQuerySet
from sessions_app.serializers.sessions import (
    SessionSerializer,
    SessionSummarySerializer,
    SessionWriteSerializer,
    session_page,
)
from sessions_app.services import sessions
from sessions_app.views.owner import owner


class SessionListView(IdempotentCreateMixin, GenericAPIView[TherapySession]):
    """The therapist's sessions."""

    serializer_class = SessionSummarySerializer
    queryset = TherapySession.objects.none()
    filterset_class = SessionFilterSet
    search_fields = ["title", "patient__full_name", "patient__external_id"]
    ordering_fields = ["session_date", "created_at", "updated_at", "status"]

    def get_queryset(self) -> TherapySessionQuerySet:
        """Own sessions only."""
        return selectors.session_list(owner(self.request))

    def describe_page(self, sessions: TherapySessionQuerySet) -> TherapySessionQuerySet:
        """A page of them with what its rows show."""
        return selectors.sessions_described(sessions)

    @extend_schema(
        operation_id="sessions_list", summary="List sessions", tags=["sessions"],
        responses=SessionSummarySerializer(many=True),
    )  # fmt: skip
    def get(self, request: Request) -> Response:
        """A page of sessions, newest first; never with transcripts."""
        page = self.paginate_queryset(self.filter_queryset(self.get_queryset()))
        return self.get_paginated_response(SessionSummarySerializer(page, many=True).data)

    @extend_schema(
        operation_id="sessions_create", summary="Create a session", tags=["sessions"],
        request=SessionWriteSerializer, responses={201: SessionSerializer},
    )  # fmt: skip
    def post(self, request: Request) -> Response:
        """A session without a recording yet."""
        serializer = SessionWriteSerializer(data=request.data, context={"request": request})
        serializer.is_valid(raise_exception=True)
        session = sessions.session_create(therapist=owner(request), fields=serializer.validated_data)
        return Response(
            session_page(selectors.session_of_now(session)),
            status=status.HTTP_201_CREATED,
            headers={"Location": f"/sessions/{session.pk}"},
        )


class SessionDetailView(GenericAPIView[TherapySession]):
    """One session."""

    serializer_class = SessionSerializer
    queryset = TherapySession.objects.none()

    @extend_schema(operation_id="sessions_retrieve", summary="A session with its state", tags=["sessions"])
    def get(self, request: Request, session_id: UUID) -> Response:
        """State, progress or error, recording and counts."""
        return session_answer(request, session_id)

    @extend_schema(
        operation_id="sessions_update", summary="Change a session", tags=["sessions"],
        request=SessionWriteSerializer, responses=SessionSerializer,
    )  # fmt: skip
    def patch(self, request: Request, session_id: UUID) -> Response:
        """What the session says about itself; `report_finalized` once signed."""
        session = selectors.session_check(owner(request), session_id)
        serializer = SessionWriteSerializer(
            session, data=request.data, partial=True, context={"request": request}
        )
        serializer.is_valid(raise_exception=True)
        sessions.session_update(session_id=session.pk, fields=serializer.validated_data)
        return session_answer(request, session_id)

    @extend_schema(
        operation_id="sessions_delete", summary="Delete a session", tags=["sessions"], responses={204: None}
    )
    def delete(self, request: Request, session_id: UUID) -> Response:
        """Stops the work on it and erases recording, transcript and draft; not once signed."""
        session = selectors.session_check(owner(request), session_id)
        sessions.session_delete(session_id=session.pk)
        return Response(status=status.HTTP_204_NO_CONTENT)


class SessionRetryView(GenericAPIView[TherapySession]):
    """The failed stage, once more."""

    serializer_class = SessionSerializer
    queryset = TherapySession.objects.none()

    @extend_schema(
        operation_id="sessions_retry", summary="Retry the failed stage", tags=["sessions"],
        request=None, responses={202: SessionSerializer},
    )  # fmt: skip
    def post(self, request: Request, session_id: UUID) -> Response:
        """Queues the stage that failed."""
        sessions.session_retry(session_id=selectors.session_check(owner(request), session_id).pk)
        return session_answer(request, session_id, status.HTTP_202_ACCEPTED)


class SessionCancelView(GenericAPIView[TherapySession]):
    """Stop the work."""

    serializer_class = SessionSerializer
    queryset = TherapySession.objects.none()

    @extend_schema(
        operation_id="sessions_cancel", summary="Cancel the work on a session", tags=["sessions"],
        request=None, responses={202: SessionSerializer},
    )  # fmt: skip
    def post(self, request: Request, session_id: UUID) -> Response:
        """Ends as `failed` with the code `cancelled`, which can be retried."""
        sessions.session_cancel(session_id=selectors.session_check(owner(request), session_id).pk)
        return session_answer(request, session_id, status.HTTP_202_ACCEPTED)


def session_answer(request: Request, session_id: UUID, code: int = status.HTTP_200_OK) -> Response:
    """The session's page as it is now."""
    return Response(session_page(selectors.session_get(owner(request), session_id)), status=code)
