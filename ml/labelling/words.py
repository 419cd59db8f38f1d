"""Words and word pairs as hashed TF-IDF: no vocabulary is kept, so weights hold nobody's words."""

from __future__ import annotations

import re
import zlib
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

BUCKETS = 2**17
CONTEXT_TURNS = 3
_TOKEN = re.compile(r"\w+(?:['’]\w+)?|[?!]|\.\.\.|…")

Counts = dict[int, float]
"""Bucket to 1 + ln(count), for one turn."""


def counted(own: str | None, role: str, before: Sequence[str]) -> Counts:
    """Buckets of a turn: its own words (None where it is not to be seen), the words of the turns
    before it, each as a field of its own, and its role."""
    grams = Counter([f"role {role}"])
    for field, text in (("own", own or ""), ("before", " \n ".join(before[-CONTEXT_TURNS:]))):
        words = _TOKEN.findall(text.casefold())
        grams.update(f"{field} {word}" for word in words)
        grams.update(f"{field} {one} {two}" for one, two in pairwise(words))
    counts: Counts = {}
    for gram, count in grams.items():
        bucket = zlib.crc32(gram.encode()) % BUCKETS
        counts[bucket] = counts.get(bucket, 0.0) + 1 + float(np.log(count))
    return counts


def inverse_frequencies(rows: Sequence[Counts]) -> NDArray[np.float32]:
    """The weight of each bucket, (BUCKETS,): ln((1 + n) / (1 + turns with it)) + 1, and 0 where fewer
    than two turns have it."""
    frequency = np.zeros(BUCKETS)
    for row in rows:
        frequency[list(row)] += 1
    weights = np.log((1 + len(rows)) / (1 + frequency)) + 1
    return np.where(frequency >= 2, weights, 0).astype(np.float32)


def weighted(row: Counts, idf: NDArray[np.float32]) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """A turn's buckets and their TF-IDF values, of length 1 together."""
    buckets = np.fromiter(row, dtype=np.int64, count=len(row))
    values = np.fromiter(row.values(), dtype=np.float32, count=len(row)) * idf[buckets]
    return buckets, values / max(float(np.linalg.norm(values)), 1e-9)
