"""The records of a session: itself, its recording, its transcript, its stage runs, its uploads.

And the private note, which is no part of the record.
"""

from sessions_app.models.media_erasure import MediaErasure
from sessions_app.models.private_note import PrivateNote
from sessions_app.models.recording import Recording
from sessions_app.models.session import Modality, Status, TherapySession
from sessions_app.models.stage_run import Outcome, StageRun
from sessions_app.models.transcript import RevisionKind, Segment, SegmentRevision, Source, Transcript
from sessions_app.models.transcription_piece import TranscriptionPiece
from sessions_app.models.upload import Upload, UploadPart, UploadState

__all__ = [
    "MediaErasure",
    "Modality",
    "Outcome",
    "PrivateNote",
    "Recording",
    "RevisionKind",
    "Segment",
    "SegmentRevision",
    "Source",
    "StageRun",
    "Status",
    "TherapySession",
    "Transcript",
    "TranscriptionPiece",
    "Upload",
    "UploadPart",
    "UploadState",
]
