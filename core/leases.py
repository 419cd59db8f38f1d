"""Leases: the right to do a thing, which ends by itself soon after the process that has it died.

A lease is a row with a token and a time at which it ends. Who works extends it from a thread of its
own; whoever finds it ended takes it with a new token, and the last write of the one before, which
names the old token, then finds no row. All times are the database's: machines' clocks differ.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from types import TracebackType
from typing import Any, Self

from django.conf import settings
from django.db import connection
from django.db.models import QuerySet
from django.db.models.expressions import CombinedExpression
from django.db.models.functions import Now

logger = logging.getLogger(__name__)

BEATS_IN_A_LEASE = 6
ASK_AGAIN_SECONDS = 2
"""Retry-After of who meets a request's lease: it may end at any moment."""


class Heartbeat:
    """Extends a lease every few seconds for as long as its block runs.

    Args:
        extend: makes the lease end later; False once it is somebody else's.
        seconds: between two calls.
    """

    def __init__(self, extend: Callable[[], bool], seconds: float) -> None:
        self._extend = extend
        self._seconds = seconds
        self._lost = threading.Event()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._beat, name="heartbeat", daemon=True)

    @property
    def lost(self) -> bool:
        """Whether the lease is somebody else's."""
        return self._lost.is_set()

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop.set()
        self._thread.join()

    def _beat(self) -> None:
        try:
            while not self._stop.wait(self._seconds):
                if not self._extended(self._extend):
                    return
        finally:
            connection.close()

    def _extended(self, extend: Callable[[], bool]) -> bool:
        try:
            if extend():
                return True
        except Exception as error:
            # A database that is away for a moment: the lease lives longer than one beat. Its next
            # beat needs a new connection.
            logger.warning("heartbeat: %s", type(error).__name__)
            renew_connection()
            return True
        self._lost.set()
        return False


def renew_connection() -> None:
    """Close this thread's connection if it is broken; inside a transaction it stays as it is."""
    if not connection.in_atomic_block:
        connection.close_if_unusable_or_obsolete()


def request_lease_end() -> CombinedExpression:
    """When a request's lease that begins or is extended by this statement ends."""
    return Now() + timedelta(seconds=settings.REQUEST_LEASE_SECONDS)


def request_lease_kept(held: QuerySet[Any], field: str) -> Heartbeat:
    """`with request_lease_kept(rows, "lease_expires_at"):` the rows' lease lives while the block runs."""
    extend = partial(_extend, held, field)
    return Heartbeat(extend, settings.REQUEST_LEASE_SECONDS / BEATS_IN_A_LEASE)


def _extend(held: QuerySet[Any], field: str) -> bool:
    return held.update(**{field: request_lease_end()}) > 0
