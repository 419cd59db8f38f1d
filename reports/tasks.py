"""The Celery task of this floor: an id in, nothing out."""

from __future__ import annotations

from celery import shared_task

from reports import drafting
from reports.services import drafts
from sessions_app import pipeline
from sessions_app.stage import StageTask


@shared_task(base=StageTask, bind=True)
def generate_report(self: StageTask, session_id: str) -> None:
    """Draft the report of a session from its transcript."""
    self.run_stage(session_id, pipeline.REPORT, drafting.draft, drafts.draft_save)
