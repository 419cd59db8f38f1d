"""The Django app `core`: shared records, commands, system checks."""

from django.apps import AppConfig


class CoreConfig(AppConfig):
    """`core` as Django sees it."""

    name = "core"

    def ready(self) -> None:
        """Register the system checks and the OpenAPI extensions."""
        from core import checks  # noqa: F401
        from core.api import schema  # noqa: F401
