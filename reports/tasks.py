"""The Celery tasks of this floor: an id in, nothing out."""

from __future__ import annotations

import logging
from functools import partial
from uuid import UUID

from celery import shared_task
from django.db import transaction

from core.errors import ApplicationError
from ml.errors import MLError
from ml.schemas.report import ReportDraft
from reports import drafting, second_listening
from reports.services import drafts
from sessions_app import pipeline
from sessions_app.models import TherapySession
from sessions_app.priorities import WAITED_FOR
from sessions_app.stage import StageTask

logger = logging.getLogger(__name__)


@shared_task(base=StageTask, bind=True)
def generate_report(self: StageTask, session_id: str) -> None:
    """Draft the report of a session from its transcript."""
    self.run_stage(session_id, pipeline.REPORT, drafting.draft, _save)


def _save(session: TherapySession, draft: ReportDraft) -> None:
    drafts.draft_save(session, draft)
    transaction.on_commit(partial(_send, str(session.pk)))


def _send(session_id: str) -> None:
    try:
        listen_again.apply_async(args=(session_id,), priority=WAITED_FOR)
    except Exception as error:
        # The report is there; without a broker it has no second readings.
        logger.warning("broker: %s, no second listening of %s", type(error).__name__, session_id)


@shared_task(ignore_result=True)
def listen_again(session_id: str) -> None:
    """Decode doubtful words about risk again; whatever goes wrong, the report stays as it is."""
    try:
        second_listening.listen_again(UUID(session_id))
    except (MLError, ApplicationError) as error:
        logger.warning("second listening of session %s: %s", session_id, error.code)
    except Exception as error:
        logger.warning("second listening of session %s: %s", session_id, type(error).__name__)
