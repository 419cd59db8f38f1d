"""One line of the table per comparison."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

Verdict = Literal["pass", "FAIL", "skip"]
EXACT = 0.0


@dataclass(frozen=True, slots=True)
class Row:
    """What was compared and how far it was off; `max_error` is None where nothing could be computed."""

    name: str
    what: str
    verdict: Verdict
    tolerance: float | None = None
    max_error: float | None = None


def compared(name: str, what: str, ours: Any, theirs: npt.NDArray[Any], tolerance: float) -> Row:
    """Our array (or tensor) against the reference's; another shape or a number that is none is a miss."""
    found = np.asarray(ours.detach().cpu().numpy() if hasattr(ours, "detach") else ours)
    if found.shape != theirs.shape:
        return Row(name, f"{what}: shape {found.shape}, not {theirs.shape}", "FAIL", tolerance)
    if found.size == 0:
        return Row(name, f"{what}: empty", "FAIL", tolerance)
    difference = np.abs(found.astype(np.float64) - theirs.astype(np.float64))
    error = float(difference.max())
    return Row(name, what, "pass" if error <= tolerance else "FAIL", tolerance, error)


def names_compared(name: str, ours: Mapping[str, Sequence[int]], stated: Any) -> Row:
    """Our weights' names (and shapes) against those that meta.json states as a list or a mapping."""
    if isinstance(stated, Mapping):
        odd = [key for key, shape in stated.items() if list(ours.get(key, ())) != list(shape)]
        odd += [key for key in ours if key not in stated]
    else:
        odd = [key for key in stated if key not in ours]
    what = "names and shapes of weights in meta.json"
    return Row(
        name, f"{what}: {', '.join(sorted(odd)[:3])} differ" if odd else what, "FAIL" if odd else "pass"
    )


def failed(name: str, why: str) -> Row:
    """A comparison that could not be made although its fixture is there."""
    return Row(name, why, "FAIL")


def skipped(name: str, why: str) -> Row:
    """An array that this folder gives nothing to compute from."""
    return Row(name, why, "skip")


def guarded(name: str, check: Callable[[], Iterator[Row]]) -> list[Row]:
    """The rows of a check; whatever a broken fixture makes of it becomes a row that failed."""
    rows: list[Row] = []
    try:
        rows.extend(check())
    except Exception as error:  # a fixture can be broken in any way; the table says which one is
        first_line = (str(error).splitlines() or [""])[0]
        rows.append(failed(name, f"cannot be checked: {type(error).__name__}: {first_line}"))
    return rows


def table(rows: Sequence[Row]) -> str:
    """The rows as aligned text."""
    cells = [("name", "what", "max abs error", "tolerance", "result")]
    cells += [
        (row.name, row.what, _number(row.max_error), _number(row.tolerance), str(row.verdict)) for row in rows
    ]
    widths = [max(len(line[column]) for line in cells) for column in range(5)]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)) for line in cells]
    lines.insert(1, "  ".join("-" * width for width in widths))
    return "\n".join(line.rstrip() for line in lines)


def _number(value: float | None) -> str:
    if value is None:
        return "-"
    return "equal" if value == EXACT else f"{value:.1e}"
