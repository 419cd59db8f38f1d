"""How a long command tells what it does: a bar on a terminal, plain lines elsewhere."""

from __future__ import annotations

import sys
from collections.abc import Callable
from types import TracebackType
from typing import Any

from tqdm import tqdm


class Meter:
    """Counts items; `tell` writes a line without breaking the bar.

    Args:
        total: how many items there are.
        unit: what an item is called.
        write: takes a line, for example a command's `self.stdout.write`.
    """

    def __init__(self, total: int, unit: str, write: Callable[[str], Any]) -> None:
        self._total = total
        self._write = write
        self._done = 0
        self._unit = unit
        self._bar: tqdm[Any] | None = None

    def __enter__(self) -> Meter:
        if sys.stderr.isatty():
            self._bar = tqdm(total=self._total, unit=self._unit, file=sys.stderr)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._bar is not None:
            self._bar.close()

    def tell(self, line: str) -> None:
        """Write a line: above the bar, or with the count before it."""
        if self._bar is not None:
            self._bar.clear()
            self._write(line)
            self._bar.refresh()
        else:
            self._write(f"[{self._done}/{self._total}] {line}")

    def advance(self) -> None:
        """One more item is finished."""
        self._done += 1
        if self._bar is not None:
            self._bar.update()
