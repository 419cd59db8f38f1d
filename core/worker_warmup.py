"""Models in memory before the first session comes: for workers whose engines take minutes to load.

Each process of the pool loads what its queues need, after the fork: a GPU cannot be shared with
the parent. It takes tasks only when it has done so, and a process that replaces a dead one loads
again.
"""

from __future__ import annotations

import logging
import time

from celery import current_app, signals
from django.conf import settings
from django.utils.module_loading import import_string

from ml.errors import MLError

logger = logging.getLogger(__name__)


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
            logger.warning("the engines of %s are not loaded: %s", queue, error.code)
        else:
            logger.info("the engines of %s are loaded after %.1f s", queue, time.monotonic() - began)
