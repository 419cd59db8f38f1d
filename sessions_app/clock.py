"""One clock for all workers: leases that several machines judge are written in one time."""

from __future__ import annotations

from datetime import datetime

from django.db import connection
from django.utils import timezone


def shared_now() -> datetime:
    """The database server's time; SQLite's is this machine's.

    A worker whose clock is an hour ahead would otherwise hold a dead lease for that hour, and one
    that is behind would lose each of its own at once.
    """
    if connection.vendor != "postgresql":
        return timezone.now()
    with connection.cursor() as cursor:
        # Not that of the transaction's begin, which may have waited for a lock.
        cursor.execute("SELECT clock_timestamp()")
        now: datetime = cursor.fetchone()[0]
    return now
