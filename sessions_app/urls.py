"""Addresses of sessions, their recordings and transcripts."""

from django.urls import URLPattern, URLResolver, path

from sessions_app.views.audio import SessionAudioView
from sessions_app.views.audio_link import AudioLinkView
from sessions_app.views.peaks import RecordingPeaksView
from sessions_app.views.private_notes import PrivateNoteView
from sessions_app.views.sessions import (
    SessionCancelView,
    SessionDetailView,
    SessionListView,
    SessionRetryView,
)
from sessions_app.views.transcripts import SessionTranscriptView
from sessions_app.views.uploads import (
    UploadCompleteView,
    UploadDetailView,
    UploadListView,
    UploadPartView,
)

SESSION = "sessions/<uuid:session_id>"
UPLOADS = f"{SESSION}/audio/uploads"
UPLOAD = f"{UPLOADS}/<uuid:upload_id>"

urlpatterns: list[URLPattern | URLResolver] = [
    path("sessions", SessionListView.as_view(), name="session-list"),
    path(SESSION, SessionDetailView.as_view(), name="session-detail"),
    path(f"{SESSION}/retry", SessionRetryView.as_view(), name="session-retry"),
    path(f"{SESSION}/cancel", SessionCancelView.as_view(), name="session-cancel"),
    path(f"{SESSION}/audio", SessionAudioView.as_view(), name="session-audio"),
    path(f"{SESSION}/audio/link", AudioLinkView.as_view(), name="session-audio-link"),
    path(f"{SESSION}/audio/peaks", RecordingPeaksView.as_view(), name="session-audio-peaks"),
    path(UPLOADS, UploadListView.as_view(), name="upload-list"),
    path(UPLOAD, UploadDetailView.as_view(), name="upload-detail"),
    path(f"{UPLOAD}/parts/<int:number>", UploadPartView.as_view(), name="upload-part"),
    path(f"{UPLOAD}/complete", UploadCompleteView.as_view(), name="upload-complete"),
    path(f"{SESSION}/transcript", SessionTranscriptView.as_view(), name="session-transcript"),
    path(f"{SESSION}/private-note", PrivateNoteView.as_view(), name="session-private-note"),
]
