"""The Range header of RFC 9110, for one range of bytes."""

from __future__ import annotations

import re

_RANGE = re.compile(r"^bytes=(\d{0,18})-(\d{0,18})$", re.ASCII)


class Unsatisfiable(Exception):
    """The range lies outside the file."""


def byte_range(header: str | None, size: int, *, open_end: int | None = None) -> tuple[int, int] | None:
    """Start and length of the bytes asked for; None for the whole file.

    `open_end` is the most that a range without an end gets: a server may answer with the beginning
    of what was asked for (RFC 9110, 15.3.7).

    A header that cannot be read, or that asks for several ranges, counts as none: the standard
    lets a server answer with the whole.

    Raises:
        Unsatisfiable: nothing of the file lies in the range.
    """
    match = _RANGE.match((header or "").replace(" ", ""))
    if match is None or match.groups() == ("", ""):
        return None
    first, last = match.groups()
    if first == "":
        length = min(int(last), size)
        if length == 0:
            raise Unsatisfiable
        return size - length, length
    start = int(first)
    end = int(last) if last else start + (open_end or size) - 1
    end = min(end, size - 1)
    if last and int(last) < start:
        return None
    if start >= size:
        raise Unsatisfiable
    return start, end - start + 1
