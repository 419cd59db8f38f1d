"""Which quoted words the recognizer may have got wrong."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ml.schemas.transcript import Transcript

_UNSURE = 0.5
"""A word below it carries the mark "low confidence" in the transcript too."""
_NEAR_GAP_MS = 1_000
_SILENCE_MS = 2_000


def is_doubtful(transcript: Transcript, item: Mapping[str, Any]) -> bool:
    """Whether quoted words are unsure, or stand beside a silence or speech without words.

    Words without times, and words that a person has corrected, are not doubted.

    Args:
        transcript: with its corrections.
        item: evidence, ``{segment, start_ms, end_ms, ...}``.
    """
    start, end = int(item["start_ms"]), int(item["end_ms"])
    segment = next((segment for segment in transcript.segments if segment.id == item["segment"]), None)
    if segment is None or segment.edited or not segment.words or end <= start:
        return False
    quoted = [word for word in segment.words if start <= (word.start_ms + word.end_ms) // 2 <= end]
    if any(word.confidence < _UNSURE for word in quoted):
        return True
    if any(
        gap.start_ms < end + _NEAR_GAP_MS and gap.end_ms > start - _NEAR_GAP_MS
        for gap in transcript.coverage.gaps
    ):
        return True
    words = [word for other in transcript.segments for word in other.words]
    before = max((word.end_ms for word in words if word.end_ms <= start), default=0)
    after = min((word.start_ms for word in words if word.start_ms >= end), default=transcript.duration_ms)
    return start - before >= _SILENCE_MS or after - end >= _SILENCE_MS
