"""Progress of a command: a bar on a terminal, plain lines on stderr elsewhere."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from tqdm import tqdm

from ml.progress import Progress


@contextmanager
def progress_line(title: str) -> Iterator[Progress]:
    """A progress callback for the time of the block."""
    if sys.stderr.isatty():
        with tqdm(total=100, desc=title, unit="%", leave=False) as bar:

            def advance(share: float) -> None:
                bar.update(round(share * 100) - bar.n)

            yield advance
        return
    told = [-1]

    def plain(share: float) -> None:
        quarter = int(share * 4)
        if quarter > told[0]:
            told[0] = quarter
            sys.stderr.write(f"{title}: {quarter * 25} %\n")

    yield plain
