"""A day of a clinic network: when recordings come, and how long they are.

Sessions begin on the hour and last fifty minutes; most recordings are sent in the minutes after
they end. The shares of the hours and lengths are assumptions of an ordinary working day in one
time zone, which is the hardest case: a network across zones has a flatter day.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass

HOUR = 3600.0
SHARE_OF_HOUR = {
    8: 0.04, 9: 0.10, 10: 0.12, 11: 0.12, 12: 0.08, 13: 0.06, 14: 0.10, 15: 0.12, 16: 0.11, 17: 0.09,
    18: 0.04, 19: 0.02,
}  # fmt: skip
"""Of a day's recordings, by the hour in which they are sent."""
PUNCTUAL = 0.6
"""Of an hour's recordings, sent in the ten minutes after ten to; the rest come at any minute."""
LENGTHS = ((0.70, 50.0, 4.0), (0.15, 85.0, 6.0), (0.15, 12.0, 4.0))
"""Share, mean and deviation in minutes: the usual session, double sessions, check-ins and dictations."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """A recording that is sent: seconds after midnight, and its length in seconds."""

    at: float
    length: float


def arrivals(sessions: int, seed: int) -> list[Arrival]:
    """A day's recordings in order of time."""
    chance = random.Random(seed)
    return sorted(_recordings(sessions, chance), key=lambda arrival: arrival.at)


def _recordings(sessions: int, chance: random.Random) -> Iterator[Arrival]:
    hours, shares = zip(*SHARE_OF_HOUR.items(), strict=True)
    kinds = [share for share, _, _ in LENGTHS]
    for _ in range(sessions):
        hour = chance.choices(hours, shares)[0]
        minute = chance.uniform(50, 60) if chance.random() < PUNCTUAL else chance.uniform(0, 60)
        _, mean, deviation = chance.choices(LENGTHS, kinds)[0]
        minutes = min(180.0, max(2.0, chance.gauss(mean, deviation)))
        yield Arrival(hour * HOUR + minute * 60, minutes * 60)


def mean_length() -> float:
    """Of a recording, in seconds."""
    return sum(share * mean * 60 for share, mean, _ in LENGTHS)
