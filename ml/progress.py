"""How long work reports progress and learns that it should stop."""

from __future__ import annotations

from collections.abc import Callable

Progress = Callable[[float], None]
"""Called with the share done, 0.0 to 1.0, never decreasing. It may raise `ml.errors.Cancelled`,
which engines let through: that is how a running stage is cancelled."""


def no_progress(share: float) -> None:
    """The default: nobody watches."""


def part(progress: Progress, start: float, end: float) -> Progress:
    """A view of `progress` for one step that spans `start` to `end` of the whole."""

    def report(share: float) -> None:
        progress(start + (end - start) * min(1.0, max(0.0, share)))

    return report
