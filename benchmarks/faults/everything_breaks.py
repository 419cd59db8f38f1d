"""Every part of a cluster is killed, cut off or slowed under load, in a random order, again and again.

    python -m benchmarks.faults.everything_breaks --sessions 200 --workers 4 --outage 60

PostgreSQL, Valkey, SeaweedFS, web, beat and workers are real processes on this machine; recordings
are four seconds of speech, read by whisper-tiny-en and reported by extraction, so that the machine
is kept busy by many sessions and not by a few. Every hundredth recording kills the decoder that
reads it. Each session must end once: with a report, or with a code after which a retry brings one.
Its audio must have the hash that was sent. Writes benchmarks/results/faults.md.
"""

from __future__ import annotations

import argparse
import os
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import psutil
from kombu.exceptions import OperationalError

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "core.settings")

from core.tests.faults.cluster import live_cluster
from core.tests.faults.evidence import attempts_made, brought_to_an_end, nothing_lost_or_doubled
from core.tests.faults.load import Load, SteadyClient
from core.tests.faults.misfortunes import MISFORTUNES, delivered_again
from core.tests.flows.platform import ROOT

LONGEST_PAUSE_SECONDS = 15.0
# As in production, where an outage of a minute is outlasted by the attempts.
PATIENT = {
    "STAGE_MAX_ATTEMPTS": "5",
    "STAGE_BACKOFF_SECONDS": "5",
    "STAGE_RESEND_AFTER_SECONDS": "60",
}


def say(text: str) -> None:
    """A line with its time."""
    sys.stdout.write(f"{time.strftime('%T')} {text}\n")
    sys.stdout.flush()


def rounds_of_misfortune() -> Iterator[str]:
    """Every kind of fault in a random order, then all again in another, so that none is left out."""
    while True:
        yield from random.sample(list(MISFORTUNES), len(MISFORTUNES))


def main() -> int:
    """Break things until all sessions are sent; 1 when one was lost, doubled or stuck."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--sessions", type=int, default=200)
    parser.add_argument("--workers", type=int, default=4)
    parser.add_argument("--outage", type=float, default=60.0, help="seconds of each outage")
    parser.add_argument("--models", type=Path, default=ROOT / "var" / "models")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    random.seed(options.seed)
    began = time.monotonic()
    happened: Counter[str] = Counter()
    order = rounds_of_misfortune()
    with tempfile.TemporaryDirectory() as folder:
        models = str(options.models.resolve())
        with (
            live_cluster(Path(folder) / "cluster", options.workers, MODELS_DIR=models, **PATIENT) as cluster,
            closing(SteadyClient(cluster)) as client,
        ):
            client.sign_in()
            say("the cluster runs")
            poisoned = [client.send(10_000 + n, poison=True) for n in range(max(1, options.sessions // 100))]
            with Load(cluster, options.sessions, in_work=3 * options.workers) as load:
                while not load.done():
                    load.wait_for_work()
                    name = next(order)
                    happened[name] += 1
                    say(f"{len(load.sent)} sent; {name}")
                    MISFORTUNES[name](cluster, options.outage)
                    if load.sent and random.random() < 0.5:
                        happened["delivered again"] += 1
                        try:
                            delivered_again(cluster, load.sent[-1].session_id, 2)
                        except OperationalError:
                            say("the broker is not back yet and takes no second delivery")
                    time.sleep(random.uniform(0, LONGEST_PAUSE_SECONDS))
            say("all are sent")
            sent, outcome, codes = [*poisoned, *load.sent], "", Counter[str]()
            try:
                if load.error is not None:
                    raise AssertionError(f"the client gave up: {load.error!r}")
                codes = brought_to_an_end(client, sent)
                nothing_lost_or_doubled(cluster, sent)
            except AssertionError as error:
                outcome = str(error).splitlines()[0]
            attempts = attempts_made(cluster)
    # Each poisoned recording failed once, as it must.
    retried = codes - Counter({"internal_error": len(poisoned)})
    told = f" ({', '.join(f'{code} {count}' for code, count in retried.most_common())})" if retried else ""
    lines = [
        "# Faults under load",
        "",
        f"`python -m benchmarks.faults.everything_breaks --sessions {options.sessions} "
        f"--workers {options.workers} --outage {options.outage:g} --seed {options.seed}`, "
        f"{datetime.now(UTC).date().isoformat()}, {psutil.cpu_count()} cores, "
        f"{(time.monotonic() - began) / 60:.0f} minutes.",
        "",
        f"**{outcome}**" if outcome else
        f"{len(sent)} sessions: none lost, none doubled, every recording in the bucket has the hash that "
        "was sent, each stage was completed exactly once. Recordings have four seconds, read by "
        "whisper-tiny-en and reported by extraction.",
        "",
        f"- {len(load.sent)} recordings of speech; {retried.total()} times a session had failed with a code "
        f"and a retry brought it to its report{told}.",
        f"- Recordings that kill the decoder: {len(poisoned)}, failed with `internal_error` after "
        f"{PATIENT['STAGE_MAX_ATTEMPTS']} attempts; the workers went on.",
        f"- The client repeated {load.repeats} calls that were refused or broken off.",
        f"- Attempts by outcome: {', '.join(f'{name} {count}' for name, count in sorted(attempts.items()))}.",
        "",
        "| fault | times |",
        "|---|---|",
        *[f"| {name} | {count} |" for name, count in sorted(happened.items())],
    ]  # fmt: skip
    target = ROOT / "benchmarks" / "results" / "faults.md"
    target.write_text("\n".join(lines) + "\n", encoding="utf-8")
    say(outcome or f"{len(sent)} sessions ended once")
    return 1 if outcome else 0


if __name__ == "__main__":
    sys.exit(main())
