"""The records of a session: itself, its recording, its transcript, its stage runs, its uploads."""

from sessions_app.models.recording import Recording
from sessions_app.models.session import Status, TherapySession
from sessions_app.models.stage_run import Outcome, StageRun
from sessions_app.models.transcript import Segment, SegmentRevision, Transcript
from sessions_app.models.upload import Upload, UploadPart

__all__ = [
    "Outcome",
    "Recording",
    "Segment",
    "SegmentRevision",
    "StageRun",
    "Status",
    "TherapySession",
    "Transcript",
    "Upload",
    "UploadPart",
]
