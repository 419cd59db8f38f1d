"""`migrate` that does not stand in the way of a platform that runs.

A migration that needs a table for itself waits for the requests that use it, and every later
request waits behind the migration. So it waits MIGRATION_LOCK_TIMEOUT_SECONDS at most, gives way,
and tries again: what is atomic has left nothing behind, and an index that is built beside the
requests (`core.migration_operations`) is not bounded.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError
from django.core.management.commands.migrate import Command as MigrateCommand
from django.db import OperationalError, connections
from django.db.backends.base.base import BaseDatabaseWrapper

from core.api.database_errors import database_state

ATTEMPTS = 10
PAUSE_SECONDS = 3.0
LOCK_NOT_AVAILABLE = "55P03"


class Command(MigrateCommand):
    """Django's `migrate` with a bounded wait for locks on PostgreSQL."""

    def handle(self, *args: Any, **options: Any) -> None:
        """Migrate; a table that stays busy through all attempts is a CommandError.

        Raises:
            CommandError: a lock was not to be had; nothing is half done, so it can be repeated.
        """
        connection = connections[options["database"]]
        if connection.vendor != "postgresql":
            super().handle(*args, **options)
            return
        with _bounded_waits(connection):
            self._migrate(*args, **options)

    def _migrate(self, *args: Any, **options: Any) -> None:
        for attempt in range(1, ATTEMPTS + 1):
            try:
                super().handle(*args, **options)
            except OperationalError as error:
                if database_state(error) != LOCK_NOT_AVAILABLE:
                    raise
                if attempt == ATTEMPTS:
                    raise CommandError("A table stayed in use by others. Run migrate again later.") from error
                self.stderr.write("A table is in use by others; this waits and tries again.")
                time.sleep(PAUSE_SECONDS)
            else:
                return


@contextmanager
def _bounded_waits(connection: BaseDatabaseWrapper) -> Iterator[None]:
    """Waits for locks are bounded, statements are not: an index takes as long as it takes."""
    with connection.cursor() as cursor:
        cursor.execute(f"SET lock_timeout = '{settings.MIGRATION_LOCK_TIMEOUT_SECONDS:d}s'")
        cursor.execute("SET statement_timeout = 0")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("RESET lock_timeout")
            cursor.execute("RESET statement_timeout")
