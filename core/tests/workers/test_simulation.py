"""The simulation against what is known without one."""

from __future__ import annotations

import math
import random
from statistics import mean
from typing import Any

import pytest

from benchmarks.workers import simulation
from benchmarks.workers.clinic_day import SHARE_OF_HOUR, Arrival, arrivals, mean_length
from benchmarks.workers.simulation import Service, fewest, measured, predictions, simulate

FREE = Service(0.0, 0.0, 0.0)


def figures() -> dict[str, Any]:
    """Measurements as the benchmarks keep them."""
    return {
        "long_recording": {"seconds_of_sound": 1000, "one_worker": 100.0, "report_seconds": 50.0},
        "queued_fixed": {
            "sessions": 24,
            "cost_seconds": 0.5,
            "rows": [{"workers": 1, "seconds": 14.4}, {"workers": 2, "seconds": 7.2}],
        },
    }


def waiting_of_theory(servers: int, load: float) -> float:
    """Mean waiting of M/M/c in units of the mean service time (Erlang's C formula)."""
    last = load**servers / math.factorial(servers) * servers / (servers - load)
    delayed = last / (sum(load**k / math.factorial(k) for k in range(servers)) + last)
    return delayed / (servers - load)


def test_waiting_agrees_with_erlang() -> None:
    chance = random.Random(3)
    at, day = 0.0, []
    for _ in range(20_000):
        at += chance.expovariate(1.8)
        day.append(Arrival(at, chance.expovariate(1.0)))

    outcome = simulate(day, Service(1.0, 0.0, 0.0), 3, 20_000, short_first=False)

    assert mean(outcome.waits) == pytest.approx(waiting_of_theory(3, 1.8), rel=0.1)


def test_queued_work_is_shared_evenly() -> None:
    outcome = simulate([Arrival(0.0, 60.0)] * 12, Service(1.0, 0.5, 0.0), 4, 1, short_first=False)

    assert sorted(outcome.waits) == [0.0] * 4 + [60.0] * 4 + [120.0] * 4
    assert outcome.busy == 720.0
    # The one reporter is the narrow place: twelve times half a minute after the first minute.
    assert outcome.last_report == 60 + 12 * 30


def test_short_recordings_pass_long_ones_and_old_ones_pass_those() -> None:
    long, short = 3600.0, 60.0
    day = [Arrival(0.0, long), Arrival(1.0, long), Arrival(2.0, short), Arrival(700.0, short)]

    first = simulate(day, Service(0.5, 0.0, 0.0), 1, 9)
    in_order = simulate(day, Service(0.5, 0.0, 0.0), 1, 9, short_first=False)

    # 1800 s for the first; then the short one of second 2, the long one that is old by then, the last.
    assert first.waits == [0.0, 1798.0, 1829.0, 2930.0]
    assert in_order.waits == [0.0, 1799.0, 3598.0, 2930.0]


def test_costs_are_read_from_what_was_measured() -> None:
    service = measured(figures())

    assert service.transcription_rate == pytest.approx(0.1)
    assert service.report_rate == pytest.approx(0.05)
    assert service.overhead == pytest.approx(0.1)
    assert [row["simulated"] for row in predictions(figures())] == [14.4, 7.2]


def test_the_fewest_workers() -> None:
    asked: list[int] = []

    def enough(workers: int) -> bool:
        asked.append(workers)
        return workers >= 37

    assert fewest(enough) == fewest(enough, 20) == fewest(enough, 36) == fewest(enough, 37) == 37
    assert len(asked) < 60


def test_a_day_has_its_profile() -> None:
    day = arrivals(5000, seed=1)

    assert len(day) == 5000
    assert sum(SHARE_OF_HOUR.values()) == pytest.approx(1.0)
    assert all(8 * 3600 <= arrival.at < 20 * 3600 for arrival in day)
    assert mean(arrival.length for arrival in day) == pytest.approx(mean_length(), rel=0.03)


def test_every_table_comes_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(simulation, "SPEEDS", (20,))

    result = simulation.run(figures(), days=(50, 200))

    fewer, more = result["by_day"]
    assert fewer["transcribers"] < more["transcribers"]
    assert more["wait_p95_min"] <= 10
    assert result["breaks"][-1]["wait_p95_min"] > result["breaks"][1]["wait_p95_min"]
    assert result["policies"][0]["short_p95_min"] <= result["policies"][1]["short_p95_min"]
