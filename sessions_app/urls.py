"""Addresses of sessions, their recordings and transcripts."""

from django.urls import URLPattern, URLResolver, path

from sessions_app.views.audio import SessionAudioView
from sessions_app.views.sessions import (
    SessionCancelView,
    SessionDetailView,
    SessionListView,
    SessionRetryView,
)
from sessions_app.views.transcripts import SessionTranscriptView

SESSION = "sessions/<uuid:session_id>"

urlpatterns: list[URLPattern | URLResolver] = [
    path("sessions", SessionListView.as_view(), name="session-list"),
    path(SESSION, SessionDetailView.as_view(), name="session-detail"),
    path(f"{SESSION}/retry", SessionRetryView.as_view(), name="session-retry"),
    path(f"{SESSION}/cancel", SessionCancelView.as_view(), name="session-cancel"),
    path(f"{SESSION}/audio", SessionAudioView.as_view(), name="session-audio"),
    path(f"{SESSION}/transcript", SessionTranscriptView.as_view(), name="session-transcript"),
]
