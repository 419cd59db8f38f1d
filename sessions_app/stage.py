"""The Celery task class of every stage: claim, work under a heartbeat, store, or say why not."""

from __future__ import annotations

import logging
import time
import uuid
from collections.abc import Callable
from functools import partial
from typing import TypeVar

from celery import Task
from django.conf import settings
from django.db import IntegrityError

from core import leases
from core.storage.failures import is_storage_error
from ml.errors import Cancelled, DeviceLost, ErrorCode, MLError, TransientError
from ml.progress import Progress
from sessions_app import pipeline
from sessions_app.consent import processing_allowed
from sessions_app.models import TherapySession
from sessions_app.observation import observed_stage
from sessions_app.outages import DATABASE_AWAY, patiently

logger = logging.getLogger(__name__)
Result = TypeVar("Result")

PROGRESS_INTERVAL_SECONDS = 1.0


class StageTask(Task):
    """Base of the stage tasks; a task body only says what to do and how to store it.

    - `MLError` that is transient, a storage or a database that is away: another attempt after a pause.
    - any other `MLError`: the session fails at once with the error's code.
    - a row that a worker without a lease wrote at the same moment: another attempt, which is alone.
    - anything else is a defect: logged with its type, the session fails with `internal_error`.

    How it ended is written down however long the database is away, `outages.PATIENCE_SECONDS` at most.
    """

    acks_late = True
    ignore_result = True

    def run_stage(
        self,
        session_id: str,
        stage: pipeline.Stage,
        work: Callable[[TherapySession, Progress], Result],
        save: Callable[[TherapySession, Result], None],
    ) -> None:
        """Do one stage of one session, if it is still to be done.

        1. Claim the session; somebody else has it, or it moved on: leave without a word.
           Without the patient's consent it ends with `consent_missing`.
        2. Work, while a thread keeps the lease alive.
        3. Store the result and move the session on, in one transaction.
        """
        lease = patiently(lambda: pipeline.claim(uuid.UUID(session_id), stage))
        if lease is None:
            logger.info("stage %s of session %s is not to be done", stage.name, session_id)
            return
        with observed_stage(lease):
            self._attempt(lease, work, save)

    def _attempt(
        self,
        lease: pipeline.Lease,
        work: Callable[[TherapySession, Progress], Result],
        save: Callable[[TherapySession, Result], None],
    ) -> None:
        stage, session_id = lease.stage, lease.session_id
        began = time.monotonic()
        try:
            session = TherapySession.objects.select_related("patient", "therapist").get(pk=lease.session_id)
            if not processing_allowed(session):
                pipeline.fail(lease, "consent_missing")
                return
            with Heartbeat(partial(pipeline.heartbeat, lease)) as beat:
                result = work(session, beat.progress)
                # The lease must live while a database that is away is waited for.
                stored = patiently(lambda: pipeline.complete(lease, lambda: save(session, result)))
            if not stored:
                logger.warning("stage %s of session %s: its lease was lost", stage.name, session_id)
                return
        except (Cancelled, TherapySession.DoesNotExist):
            # Cancelled, or deleted by its therapist: there is nothing left to write to.
            logger.info("stage %s of session %s was cancelled", stage.name, session_id)
        except TransientError as error:
            logger.warning("stage %s of session %s: %s, again later", stage.name, session_id, error.code)
            code = error.code
            patiently(lambda: pipeline.release(lease, code))
            if isinstance(error, DeviceLost):
                # CUDA does not come back in a process that lost it; the pool starts another one.
                raise SystemExit(1) from None
        except MLError as error:
            logger.warning("stage %s of session %s failed: %s", stage.name, session_id, error.code)
            code = error.code
            patiently(lambda: pipeline.fail(lease, code))
        except Exception as error:
            if isinstance(error, DATABASE_AWAY) or is_storage_error(error):
                logger.warning(
                    "stage %s of session %s: %s errno=%s, again later",
                    stage.name, session_id, type(error).__name__, getattr(error, "errno", None),
                )  # fmt: skip
                leases.renew_connection()
                patiently(lambda: pipeline.release(lease, "storage_unavailable"))
                return
            end = pipeline.release if isinstance(error, IntegrityError) else pipeline.fail
            # The traceback's last line could hold a patient's words, so only places are logged.
            logger.error(
                "stage %s of session %s: %s at %s",
                stage.name, session_id, type(error).__name__, _places(error),
            )  # fmt: skip
            patiently(lambda: end(lease, ErrorCode.INTERNAL_ERROR))
        else:
            logger.info(
                "stage %s of session %s took %.1f s", stage.name, session_id, time.monotonic() - began
            )


class Heartbeat(leases.Heartbeat):
    """Keeps a stage's lease alive while the work goes on, and tells the work when it is lost.

    Args:
        extend: extends the lease and notes the progress, if one is given; False once it is lost.
    """

    def __init__(self, extend: Callable[[float | None], bool]) -> None:
        super().__init__(partial(extend, None), settings.STAGE_HEARTBEAT_SECONDS)
        self._note = extend
        self._share = 0.0
        self._written = 0.0

    def progress(self, share: float) -> None:
        """Note the share done; raises `Cancelled` once the lease is lost."""
        if self.lost:
            raise Cancelled
        self._share = max(self._share, share)
        now = time.monotonic()
        if now - self._written >= PROGRESS_INTERVAL_SECONDS:
            self._written = now
            if not self._extended(partial(self._note, self._share)):
                raise Cancelled


def _places(error: BaseException) -> str:
    places, traceback = [], error.__traceback__
    while traceback is not None:
        code = traceback.tb_frame.f_code
        places.append(f"{code.co_filename.rsplit('/', 1)[-1]}:{traceback.tb_lineno}")
        traceback = traceback.tb_next
    return " ".join(places[-6:])
