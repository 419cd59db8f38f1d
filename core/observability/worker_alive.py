"""A worker's sign of life: a file that its main loop touches, looked at by `check_worker.py`.

Asking over the broker (`celery inspect ping`) costs a Python with all of Django and two seconds,
and calls a worker dead while only the broker is away.
"""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

from celery import bootsteps
from celery.concurrency.solo import TaskPool as SoloPool

TOUCH_SECONDS = 10.0


class AliveFile(bootsteps.StartStopStep):
    """Touches VAR_DIR/run/worker-NAME.alive while messages can be taken."""

    requires = ("celery.worker.consumer.tasks:Tasks",)

    def __init__(self, consumer: Any, **options: Any) -> None:
        super().__init__(consumer, **options)
        self._timer: Any = None
        self._stopped = threading.Event()

    def start(self, consumer: Any) -> None:
        """The loop's own timer: a loop that hangs touches nothing.

        A solo pool works inside its loop, for hours with a long recording, so there a thread does it.
        """
        from django.conf import settings

        path = settings.VAR_DIR / "run" / f"worker-{consumer.hostname}.alive"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
        if isinstance(consumer.pool, SoloPool):
            self._stopped.clear()
            threading.Thread(target=self._touch, args=(path,), name="alive", daemon=True).start()
        else:
            self._timer = consumer.timer.call_repeatedly(TOUCH_SECONDS, path.touch)

    def stop(self, consumer: Any) -> None:
        """The connection is lost, or the worker ends."""
        self._stopped.set()
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _touch(self, path: Path) -> None:
        while not self._stopped.wait(TOUCH_SECONDS):
            path.touch()
