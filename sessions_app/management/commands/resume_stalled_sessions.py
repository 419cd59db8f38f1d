"""Put sessions back to work whose worker died or whose message was lost."""

from __future__ import annotations

from django.core.management.base import BaseCommand

from sessions_app import reaper


class Command(BaseCommand):
    """The reaper by hand: what beat does every few seconds.

    Example: ``python manage.py resume_stalled_sessions``
    """

    help = (
        "Re-queues sessions whose lease ran out and sends those that wait without having been sent. "
        "Example: python manage.py resume_stalled_sessions"
    )

    def handle(self, *args: object, **options: object) -> None:
        """Prints how many sessions moved."""
        self.stdout.write(f"{reaper.reap()} session(s) resumed")
