"""A database that is away for a while: what was worked out is kept and stored when it is back.

A server that restarts breaks every connection, and Django notices only between tasks. A stage may
take an hour, so here a broken connection is given up at once and the next query makes a new one.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from typing import TypeVar

from django.db import InterfaceError, OperationalError, connection

from core.leases import renew_connection

logger = logging.getLogger(__name__)
Result = TypeVar("Result")

DATABASE_AWAY = (OperationalError, InterfaceError)
PATIENCE_SECONDS = 15 * 60
PAUSE_SECONDS = 1.0


def patiently(attempt: Callable[[], Result], *, seconds: float = PATIENCE_SECONDS) -> Result:
    """Repeat `attempt` while the database is away.

    It must be harmless to repeat: a commit may have succeeded although its answer was lost.

    Raises:
        OperationalError, InterfaceError: still away after so many seconds, or inside a transaction.
    """
    end = time.monotonic() + seconds
    while True:
        try:
            return attempt()
        except DATABASE_AWAY as error:
            if connection.in_atomic_block or time.monotonic() >= end:
                raise
            logger.warning("database: %s, again in %.0f s", type(error).__name__, PAUSE_SECONDS)
        time.sleep(PAUSE_SECONDS)
        renew_connection()
