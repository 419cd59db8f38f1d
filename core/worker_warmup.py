"""Models in memory before the first session comes: for workers whose engines take minutes to load.

Each process of the pool loads what its queues need, after the fork: a GPU cannot be shared with
the parent. It takes tasks only when it has done so, and a process that replaces a dead one loads
again.
"""

from __future__ import annotations

import logging
import subprocess
import sys
import time

from celery import current_app, signals
from django.conf import settings
from django.utils.module_loading import import_string

from ml.errors import MLError

logger = logging.getLogger(__name__)


# Which library a recognizer computes with.
_LIBRARIES = {"faster_whisper": "ctranslate2", "openai_whisper": "torch"}


@signals.celeryd_after_setup.connect(dispatch_uid="require-gpu")
def require_gpu(**_: object) -> None:
    """A worker that transcribes on a GPU does not start without it: it would fail every session.

    Asked in a process of its own. CUDA that was asked here would be lost to the processes of the
    pool, which are forked from this one.
    """
    library = _LIBRARIES.get(settings.TRANSCRIBER)
    transcribes = "transcription" in current_app.amqp.queues.consume_from
    if library is None or not transcribes or not settings.ENGINE_DEVICE.startswith("cuda"):
        return
    asked = [sys.executable, "-m", "ml.device", settings.ENGINE_DEVICE, library]
    done = subprocess.run(asked, cwd=settings.BASE_DIR, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"model_not_available: {done.stderr.strip()}")


@signals.worker_process_init.connect(dispatch_uid="warm-engines")
def warm_engines(**_: object) -> None:
    """Load the models of the queues that this worker serves, if `WORKER_WARM` says so.

    An engine that cannot be loaded now is tried again by the first session, which fails with its code.
    """
    if not settings.WORKER_WARM:
        return
    for queue in sorted(current_app.amqp.queues.consume_from):
        path = settings.WORKER_WARMUPS.get(queue)
        if path is None:
            continue
        began = time.monotonic()
        try:
            import_string(path)()
        except MLError as error:
            logger.warning("the engines of %s are not loaded: %s: %s", queue, error.code, error)
        else:
            logger.info("the engines of %s are loaded after %.1f s", queue, time.monotonic() - began)
