"""A day of work on any number of workers, as discrete events: what waits, how long, where it breaks.

    python -m benchmarks.workers.simulation

Service times come from benchmarks/results/workers.json, as the other benchmarks of this folder
measured them: nothing about speed is written here. Queues are those of the platform (a priority for
short recordings, what waited long goes up, reports on workers of their own). What is not in it:
failures, division of long recordings, and the time of the upload itself.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from statistics import quantiles
from typing import Any

import simpy

from benchmarks.workers.clinic_day import Arrival, arrivals
from benchmarks.workers.results import keep, load

BULK, SOON = 6, 3
SHORT_SECONDS = 15 * 60.0
AGED_SECONDS = 600.0
GOAL_SECONDS = 600.0
"""A session should wait no longer than this before each of its stages, 95 times of 100."""
DAYS = (100, 1_000, 3_000, 10_000)
SPEEDS = (10, 20, 50, 100)
"""Times real time of one accelerator, for those that were not measured here."""


@dataclass(frozen=True, slots=True)
class Service:
    """What a session costs a worker: seconds for each second of sound, and seconds beside that."""

    transcription_rate: float
    report_rate: float
    overhead: float

    def transcription(self, length: float) -> float:
        """Seconds of a transcription worker."""
        return self.overhead + length * self.transcription_rate

    def report(self, length: float) -> float:
        """Seconds of a report worker."""
        return self.overhead + length * self.report_rate


@dataclass(slots=True)
class Outcome:
    """What a day was like: seconds of waiting before each stage, and until the report is there."""

    waits: list[float] = field(default_factory=list)
    short_waits: list[float] = field(default_factory=list)
    report_waits: list[float] = field(default_factory=list)
    until_report: list[float] = field(default_factory=list)
    busy: float = 0.0
    longest_queue: int = 0
    last_report: float = 0.0


def simulate(
    day: Sequence[Arrival], service: Service, transcribers: int, reporters: int, *, short_first: bool = True
) -> Outcome:
    """One day from its first recording until everything is done."""
    world = simpy.Environment()
    hearing = simpy.PriorityResource(world, transcribers)
    writing = simpy.Resource(world, reporters)
    outcome = Outcome()

    def session(arrival: Arrival) -> Generator[simpy.Event, Any, None]:
        yield world.timeout(arrival.at)
        request = hearing.request(SOON if short_first and arrival.length <= SHORT_SECONDS else BULK)
        outcome.longest_queue = max(outcome.longest_queue, len(hearing.queue))
        if short_first and request.priority == BULK:
            yield request | world.timeout(AGED_SECONDS)
            if not request.triggered:
                request.cancel()
                request = hearing.request(SOON)
        yield request
        outcome.waits.append(world.now - arrival.at)
        if arrival.length <= SHORT_SECONDS:
            outcome.short_waits.append(world.now - arrival.at)
        work = service.transcription(arrival.length)
        outcome.busy += work
        yield world.timeout(work)
        hearing.release(request)
        heard_at = world.now
        with writing.request() as turn:
            yield turn
            outcome.report_waits.append(world.now - heard_at)
            yield world.timeout(service.report(arrival.length))
        outcome.until_report.append(world.now - arrival.at)
        outcome.last_report = world.now

    for arrival in day:
        world.process(session(arrival))
    world.run()
    return outcome


def share_of(values: Sequence[float], percent: int) -> float:
    """A percentile."""
    return quantiles(values, n=100, method="inclusive")[percent - 1]


def fewest(enough: Callable[[int], bool], at_least: int = 1) -> int:
    """The smallest number, from `at_least` on, for which something holds that holds for all larger ones."""
    low, high = at_least - 1, at_least
    while not enough(high):
        low, high = high, 2 * high
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if enough(middle) else (middle, high)
    return high


def measured(figures: dict[str, Any]) -> Service:
    """The costs of one core, out of the figures of this folder's benchmarks."""
    long = figures["long_recording"]
    fixed = figures["queued_fixed"]
    one = fixed["rows"][0]
    overhead = one["seconds"] * one["workers"] / fixed["sessions"] - fixed["cost_seconds"]
    return Service(
        transcription_rate=long["one_worker"] / long["seconds_of_sound"],
        report_rate=long["report_seconds"] / long["seconds_of_sound"],
        overhead=max(0.0, overhead),
    )


def predictions(figures: dict[str, Any]) -> list[dict[str, Any]]:
    """The measured runs of queued sessions against the simulation of the same runs."""
    fixed = figures["queued_fixed"]
    overhead = measured(figures).overhead
    rows = []
    for row in fixed["rows"]:
        day = [Arrival(0.0, 0.0)] * fixed["sessions"]
        service = Service(0.0, 0.0, fixed["cost_seconds"] + overhead)
        outcome = simulate(day, service, row["workers"], fixed["sessions"], short_first=False)
        simulated = max(outcome.waits) + service.overhead
        rows.append({"workers": row["workers"], "measured": row["seconds"], "simulated": round(simulated, 2)})
    return rows


def line(
    sessions: int, service: Service, transcribers: int, reporters: int, **policy: bool
) -> dict[str, Any]:
    """One day as figures; times in minutes."""
    day = arrivals(sessions, seed=sessions)
    outcome = simulate(day, service, transcribers, reporters, **policy)
    first = day[0].at
    return {
        "sessions": sessions,
        "transcribers": transcribers,
        "reporters": reporters,
        "wait_p50_min": round(share_of(outcome.waits, 50) / 60, 1),
        "wait_p95_min": round(share_of(outcome.waits, 95) / 60, 1),
        "report_p50_min": round(share_of(outcome.until_report, 50) / 60, 1),
        "report_p95_min": round(share_of(outcome.until_report, 95) / 60, 1),
        "longest_queue": outcome.longest_queue,
        "busy_share": round(outcome.busy / (transcribers * (outcome.last_report - first)), 2),
    }


@lru_cache
def needed(sessions: int, service: Service) -> tuple[int, int]:
    """The fewest workers that keep the goal: of transcription, and of reports by themselves."""
    day = arrivals(sessions, seed=sessions)
    span = day[-1].at - day[0].at
    hearing = sum(service.transcription(arrival.length) for arrival in day) / span
    writing = sum(service.report(arrival.length) for arrival in day) / span

    def hears(workers: int) -> bool:
        return share_of(simulate(day, service, workers, sessions).waits, 95) <= GOAL_SECONDS

    transcribers = fewest(hears, max(1, int(hearing)))

    def writes(workers: int) -> bool:
        return share_of(simulate(day, service, transcribers, workers).report_waits, 95) <= GOAL_SECONDS

    return transcribers, fewest(writes, max(1, int(writing)))


def run(figures: dict[str, Any], days: Sequence[int] = DAYS) -> dict[str, Any]:
    """Every table of the page."""
    core = measured(figures)
    by_day = []
    for sessions in days:
        by_day.append(line(sessions, core, *needed(sessions, core)))
    largest = days[-1]
    by_speed = []
    for speed in SPEEDS:
        service = Service(1 / speed, core.report_rate, core.overhead)
        by_speed.append({"speed": speed, **line(largest, service, *needed(largest, service))})
    transcribers, reporters = needed(largest, core)
    breaks = [
        line(largest * percent // 100, core, transcribers, reporters)
        for percent in (80, 100, 110, 125, 150, 200)
    ]
    return {
        "core": {
            "transcription_rate": round(core.transcription_rate, 4),
            "report_rate": round(core.report_rate, 4),
            "overhead_s": round(core.overhead, 3),
        },
        "goal_min": GOAL_SECONDS / 60,
        "predictions": predictions(figures),
        "by_day": by_day,
        "by_speed": by_speed,
        "breaks": breaks,
        "policies": _policies(arrivals(largest * 5 // 4, seed=largest), core, (transcribers, reporters)),
    }


def _policies(day: Sequence[Arrival], service: Service, workers: tuple[int, int]) -> list[dict[str, Any]]:
    """The same day with short recordings first, and in the order in which they came."""
    rows = []
    for name, short_first in (("short first", True), ("in order", False)):
        outcome = simulate(day, service, *workers, short_first=short_first)
        rows.append(
            {
                "policy": name,
                "short_p95_min": round(share_of(outcome.short_waits, 95) / 60, 1),
                "wait_p95_min": round(share_of(outcome.waits, 95) / 60, 1),
                "longest_wait_min": round(max(outcome.waits) / 60, 1),
            }
        )
    return rows


def main() -> None:
    """Simulate with what is measured so far."""
    simulated = run(load())
    keep("simulation", simulated)
    sys.stdout.write(f"{len(simulated['by_day'])} days simulated\n")


if __name__ == "__main__":
    main()
