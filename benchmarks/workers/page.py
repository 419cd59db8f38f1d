"""The page benchmarks/results/workers.md, from the figures in workers.json.

python -m benchmarks.workers.page
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from benchmarks.workers.clinic_day import PUNCTUAL, SHARE_OF_HOUR, mean_length
from benchmarks.workers.results import RESULTS, load

PAGE = RESULTS / "workers.md"


def table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> list[str]:
    """A Markdown table with an empty line after it."""
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    return [*lines, *("| " + " | ".join(str(cell) for cell in row) + " |" for row in rows), ""]


def queued(figures: dict[str, Any]) -> list[str]:
    """N workers on queued sessions."""
    fixed, real = figures["queued_fixed"], figures["queued_real"]
    head = ["workers", "seconds", "of ideal"]
    rows = [(row["workers"], row["seconds"], f"{row['of_ideal']:.0%}") for row in fixed["rows"]]
    lines = [
        "## N workers on queued sessions",
        "",
        f"{fixed['sessions']} sessions whose only stage waits {fixed['cost_seconds']} s through "
        f"the real broker, database and pipeline; goal: 85 % of ideal. {fixed['on']}, {fixed['machine']}.",
        "",
        *table(head, rows),
        f"The real stages: {real['sessions']} sessions of {real['recording']} with {real['model']} "
        f"on one core a worker, reports by {real['backend']}. {real['on']}, {real['machine']}.",
        "",
    ]
    stages = [
        (
            row["workers"],
            row["seconds"],
            f"{row['of_ideal']:.0%}",
            *(row["stage_seconds"][stage] for stage in ("transcription", "report")),
        )
        for row in real["rows"]
    ]
    return [*lines, *table([*head, "transcription s each", "report s each"], stages)]


def long_recording(figures: dict[str, Any]) -> list[str]:
    """One recording over two workers."""
    long = figures["long_recording"]
    rows = [
        ("one worker, undivided", long["one_worker"], "1.00"),
        ("one worker, divided", long["one_worker_divided"], _times(long, "one_worker_divided")),
        ("two workers, divided", long["two_workers"], _times(long, "two_workers")),
    ]
    quality = [
        (
            name,
            f"{long[key]['word_error_rate']:.2%}",
            long[key]["dropped_turns"],
            f"{long[key]['speech_covered']:.2%}",
            long[joins]["deleted"],
            long[joins]["inserted"],
        )
        for name, key, joins in (
            ("undivided", "undivided", "joins_undivided"),
            ("divided", "divided", "joins_divided"),
        )
    ]
    return [
        "## One long recording over two workers",
        "",
        f"{long['seconds_of_sound'] / 60:.1f} min of sound, {long['model']}, one core a worker, pieces of "
        f"about {long['piece_seconds']} s; goal: 1.6 times. {long['on']}, {long['machine']}.",
        "",
        *table(["", "seconds", "times faster"], rows),
        f"What was heard, and what is lost or too many in the {long['joins_divided']['words_said']} words "
        f"that were said within 6 s of the {long['joins_divided']['cuts']} cuts, with the same "
        "words heard undivided:",
        "",
        *table(
            ["", "word error rate", "dropped turns", "speech with words", "lost at cuts", "too many at cuts"],
            quality,
        ),
    ]


def _times(long: dict[str, Any], name: str) -> str:
    return f"{long['one_worker'] / long[name]:.2f}"


DAY = ["sessions a day", "transcription workers", "report workers", "wait p50", "p95", "report after p50",
       "p95", "longest queue", "busy"]  # fmt: skip


def _day(row: dict[str, Any]) -> tuple[object, ...]:
    return (
        f"{row['sessions']:,}",
        row["transcribers"],
        row["reporters"],
        *(row[name] for name in ("wait_p50_min", "wait_p95_min", "report_p50_min", "report_p95_min")),
        row["longest_queue"],
        f"{row['busy_share']:.0%}",
    )


def simulation(figures: dict[str, Any]) -> list[str]:
    """A day of work, simulated."""
    simulated, long = figures["simulation"], figures["long_recording"]
    core = simulated["core"]
    busiest = max(SHARE_OF_HOUR.values())
    largest = simulated["by_day"][-1]["sessions"]
    cores = core["transcription_rate"] * mean_length() * largest / 3600
    return [
        "## A day of a clinic network, simulated",
        "",
        "`benchmarks/workers/simulation.py`, discrete events with simpy. One core costs "
        f"{core['transcription_rate']:.3f} s for each second of sound ({long['model']}), a report "
        f"{core['report_rate']:.3f} s for each second of sound ({long['report_backend']}), and "
        f"{core['overhead_s']:.3f} s beside each stage: the figures above. Of a day's recordings "
        f"{busiest:.0%} come in the busiest hour, {PUNCTUAL:.0%} of each hour's within "
        f"ten minutes; their mean length is {mean_length() / 60:.0f} min (`clinic_day.py`: assumed, not "
        "measured). Times in minutes.",
        "",
        "The measured runs of the first table, simulated:",
        "",
        *table(
            ["workers", "measured s", "simulated s"],
            [(row["workers"], row["measured"], row["simulated"]) for row in simulated["predictions"]],
        ),
        f"The fewest workers of one such core that let 95 of 100 sessions wait at most "
        f"{simulated['goal_min']:.0f} min before each stage:",
        "",
        *table(DAY, [_day(row) for row in simulated["by_day"]]),
        f"The same for {largest:,} sessions a day on accelerators, each with one worker, by how many "
        "times real time one transcribes; these speeds are assumptions, to be replaced by what "
        "`queued_sessions real` says there:",
        "",
        *table(
            ["times real time", *DAY[1:]], [(row["speed"], *_day(row)[1:]) for row in simulated["by_speed"]]
        ),
        "Where it breaks: the workers of the largest day above, with less and with more to do.",
        "",
        *table(DAY, [_day(row) for row in simulated["breaks"]]),
        "Short recordings first against the order in which they came, with a quarter more to do than that:",
        "",
        *table(
            ["policy", "short recordings wait p95", "all wait p95", "longest wait"],
            [
                (row["policy"], row["short_p95_min"], row["wait_p95_min"], row["longest_wait_min"])
                for row in simulated["policies"]
            ],
        ),
        "## Arithmetic",
        "",
        f"- Work of a day: sessions × {mean_length() / 60:.0f} min × cost per second. {largest:,} sessions "
        f"are {cores:,.0f} core hours of transcription here; on accelerators of S times real time "
        f"{largest * mean_length() / 3600:,.0f} / S hours.",
        f"- Workers: the busiest hour has {busiest:.0%} of the day's work, so sessions × "
        f"{mean_length():.0f} s × {busiest} × cost / 3600, and a few more for the ten minutes "
        "in which most of them come.",
        "- Past that number the queue grows by the hour and is worked off in the evening. "
        "`TRANSCRIPTION_QUEUE_LIMIT` should be what the workers do in the time a session may wait.",
        "",
    ]


def page(figures: dict[str, Any]) -> str:
    """All of it."""
    head = [
        "# Workers",
        "",
        "Made by `python -m benchmarks.workers.page` from workers.json, which these write:",
        "`queued_sessions fixed`, `queued_sessions real`, `long_recording`, `simulation` (each "
        "`python -m benchmarks.workers.NAME`). PostgreSQL and Valkey over TCP on the same machine. "
        "A load above the number of cores and workers means that others worked there as well, which spoils "
        "every figure of that run.",
        "",
    ]
    return "\n".join([*head, *queued(figures), *long_recording(figures), *simulation(figures)])


def main() -> None:
    """Write the page."""
    PAGE.write_text(page(load()), encoding="utf-8")


if __name__ == "__main__":
    main()
