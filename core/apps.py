"""The Django app `core`: shared records, commands, system checks."""

import logging
from pathlib import Path

from django.apps import AppConfig
from django.conf import settings


class CoreConfig(AppConfig):
    """`core` as Django sees it."""

    name = "core"

    def ready(self) -> None:
        """Register checks, OpenAPI extensions and what watches tasks; make the folder for uploads."""
        from core import checks, forks  # noqa: F401
        from core.api import schema  # noqa: F401
        from core.observability import task_signals

        if settings.LOG_FORMAT == "json":
            logging.captureWarnings(capture=True)
        task_signals.connect()
        if settings.TRACES:
            from core.observability import traces

            traces.set_up()

        # Django does not make it, and fails at the first upload instead.
        Path(settings.FILE_UPLOAD_TEMP_DIR).mkdir(mode=0o700, parents=True, exist_ok=True)
