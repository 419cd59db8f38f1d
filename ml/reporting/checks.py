"""Checks for people's edits: does a claim still stand on its quotes, does a quote still stand."""

from __future__ import annotations

from collections.abc import Sequence

from ml.evidence.quotes import quote_in, reworded
from ml.evidence.verify import differences
from ml.schemas.report import ClaimState

__all__ = ["check_claim", "quote_in", "reworded"]


def check_claim(text: str, quotes: Sequence[str], segment_texts: Sequence[str]) -> ClaimState:
    """The state of a claim after its text or a segment was changed.

    Args:
        text: the claim as it reads now.
        quotes: its evidence, word for word.
        segment_texts: for each quote the text of the segment it points at ("" if it is gone).

    Returns:
        UNSUPPORTED where there is no evidence or a quote no longer stands in its segment;
        INFERRED where the quotes stand and the claim says something they do not (a number, a
        name, a medicine, a negation, a person, new content); SUPPORTED otherwise.
    """
    if not quotes or len(quotes) != len(segment_texts):
        return ClaimState.UNSUPPORTED
    if not all(quote_in(s, q) for s, q in zip(segment_texts, quotes, strict=True)):
        return ClaimState.UNSUPPORTED
    return ClaimState.INFERRED if differences(text, quotes) else ClaimState.SUPPORTED
