"""Whether the parts that the work needs answer, each within seconds.

Every check runs in a thread of its own. One that hangs (a database behind a dead network) is given
up after its time and not started again while it hangs: callers share its outcome, so neither
probes nor somebody who asks on purpose can pile up threads or connections.
"""

from __future__ import annotations

import logging
import tempfile
import threading
import time
from collections.abc import Callable, Mapping
from concurrent.futures import Future, TimeoutError
from functools import partial
from pathlib import Path
from typing import cast

from celery import current_app
from django.core.files.storage import FileSystemStorage, storages
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from core.storage.bucket import bucket

logger = logging.getLogger(__name__)

CHECK_SECONDS = 3.0
BROKER_TIMEOUT_SECONDS = 2

Check = Callable[[], None]


class NotMigrated(Exception):
    """The database lacks a migration of this code."""


def check_database() -> None:
    """Raises when the database does not answer."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")


def check_broker() -> None:
    """Raises when the broker cannot be reached within two seconds."""
    with current_app.connection_for_read() as broker:
        broker.ensure_connection(max_retries=1, interval_start=0, timeout=BROKER_TIMEOUT_SECONDS)


def check_storage() -> None:
    """Raises when no recording could be stored: nothing can be written, or the bucket is away."""
    store = bucket()
    if store is not None:
        store.client.head_bucket(Bucket=store.name)
        return
    location = cast("FileSystemStorage", storages["recordings"]).location
    # As the first upload would; above it nothing is made, there a disk may be missing.
    Path(location).mkdir(mode=0o700, exist_ok=True)
    with tempfile.TemporaryFile(dir=location) as file:
        file.write(b"\0" * 4096)
        file.flush()


def check_migrations() -> None:
    """Raises when a migration waits; asked until it is fine once, since this code never takes one back."""
    if _migrated.is_set():
        return
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        raise NotMigrated
    _migrated.set()


SERVICES: Mapping[str, Check] = {"database": check_database, "broker": check_broker}
"""What other programs provide."""
READINESS: Mapping[str, Check] = {
    **SERVICES,
    "storage": check_storage,
    "migrations": check_migrations,
}

_migrated = threading.Event()
_running: dict[Check, Future[None]] = {}
_lock = threading.Lock()


def outcomes(checks: Mapping[str, Check], seconds: float = CHECK_SECONDS) -> dict[str, str]:
    """`ok` or `unavailable` for each part, after `seconds` at the latest."""
    end = time.monotonic() + seconds
    started = {name: _start(check) for name, check in checks.items()}
    return {name: _outcome(name, future, end) for name, future in started.items()}


def _start(check: Check) -> Future[None]:
    with _lock:
        future = _running.get(check)
        if future is None or future.done():
            future = _running[check] = Future()
            threading.Thread(target=partial(_run, check, future), name="readiness", daemon=True).start()
        return future


def _run(check: Check, future: Future[None]) -> None:
    try:
        check()
    except BaseException as error:
        future.set_exception(error)
    else:
        future.set_result(None)
    finally:
        connection.close()


def _outcome(name: str, future: Future[None], end: float) -> str:
    try:
        future.result(timeout=max(0.0, end - time.monotonic()))
    except TimeoutError:
        logger.warning("health: %s: no answer in time", name)
        return "unavailable"
    except Exception as error:
        logger.warning("health: %s: %s", name, type(error).__name__)
        return "unavailable"
    return "ok"
