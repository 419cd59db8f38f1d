"""Gaps of a transcript: speech that was heard and has no words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any


def gaps_without(
    gaps: Sequence[dict[str, Any]], start_ms: int, end_ms: int
) -> tuple[list[dict[str, Any]], int]:
    """The gaps that remain once this passage has words, and the milliseconds it filled."""
    remaining: list[dict[str, Any]] = []
    filled = 0
    for gap in gaps:
        from_ms, to_ms = max(gap["start_ms"], start_ms), min(gap["end_ms"], end_ms)
        if to_ms <= from_ms:
            remaining.append(gap)
            continue
        filled += to_ms - from_ms
        if gap["start_ms"] < from_ms:
            remaining.append({"start_ms": gap["start_ms"], "end_ms": from_ms})
        if to_ms < gap["end_ms"]:
            remaining.append({"start_ms": to_ms, "end_ms": gap["end_ms"]})
    return remaining, filled
