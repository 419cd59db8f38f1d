"""A progress that never goes back, whatever the steps below report."""

from __future__ import annotations

from ml.progress import Progress


def monotone(progress: Progress) -> Progress:
    """`progress` told only what is more than it was told before, within 0 to 1.

    It is called for every report, so that a caller can cancel between any two.
    """
    highest = 0.0

    def report(share: float) -> None:
        nonlocal highest
        highest = max(highest, min(1.0, share))
        progress(highest)

    return report
