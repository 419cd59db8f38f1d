"""The Celery tasks of this floor: ids in, nothing out."""

from __future__ import annotations

from uuid import UUID

from celery import Task, shared_task

from sessions_app import pipeline, reaper, spread
from sessions_app.services import recordings, uploads
from sessions_app.stage import StageTask


@shared_task(base=StageTask, bind=True)
def transcribe_session(self: StageTask, session_id: str) -> None:
    """Turn a session's recording into its transcript."""
    self.run_stage(session_id, pipeline.TRANSCRIPTION, spread.transcribe, recordings.heard_save)


@shared_task(bind=True, ignore_result=True)
def help_transcribe(self: Task, session_id: str) -> None:
    """Decode pieces of a long recording that another worker leads, unless there is work of its own."""
    if spread.help_transcribe(UUID(session_id)):
        self.apply_async(args=(session_id,), **spread.HELP)


@shared_task(ignore_result=True)
def resume_stalled_sessions() -> None:
    """Beat's reaper: dead workers' sessions go back to the queue, unsent ones are sent."""
    reaper.reap()


@shared_task(ignore_result=True)
def purge_uploads() -> None:
    """Beat's cleaner: expired uploads, files of killed requests, media still to be erased."""
    uploads.uploads_purge()
