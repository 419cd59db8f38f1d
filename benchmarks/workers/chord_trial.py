"""What a Celery chord does when a worker is killed, with this platform's broker settings.

    python -m benchmarks.workers.chord_trial

A chord of six header tasks of a second each over two workers, on Valkey, with late acknowledgement.
Prints what happened; docs/decisions/0010-pieces-are-rows.md cites it.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import redis
from celery import Celery, chord

from core.runtime.servers import running_valkey

PIECES = 6
PIECE_SECONDS = float(os.environ.get("TRIAL_PIECE_SECONDS", "1"))
WORDS = "words of a patient"

app = Celery("trial")
app.conf.update(
    broker_url=os.environ.get("TRIAL_REDIS"),
    result_backend=os.environ.get("TRIAL_REDIS"),
    task_acks_late=True,
    task_reject_on_worker_lost=False,
    worker_prefetch_multiplier=1,
    broker_connection_retry_on_startup=True,
    broker_transport_options={
        "visibility_timeout": float(os.environ.get("TRIAL_VISIBILITY", "18000")),
        "unacked_restore_interval": 2,
        "unacked_restore_throttle": 1,
    },
)


def note(line: str) -> None:
    """Write what happens into the trial's journal."""
    with Path(os.environ["TRIAL_JOURNAL"]).open("a") as journal:
        journal.write(f"{time.time():.2f} {line}\n")


@app.task(name="trial.piece")
def piece(number: int) -> str:
    """One piece of a recording."""
    note(f"begin {number}")
    time.sleep(PIECE_SECONDS)
    note(f"end {number}")
    return f"{WORDS} {number}"


@app.task(name="trial.joined")
def joined(parts: list[str]) -> int:
    """The chord's callback."""
    note(f"joined {len(parts)}")
    return len(parts)


def worker(name: str, environment: dict[str, str]) -> subprocess.Popen[bytes]:
    """A worker with one process."""
    return subprocess.Popen(
        [
            sys.executable, "-m", "celery", "-q", "-A", "benchmarks.workers.chord_trial", "worker",
            "-c", "1", "-n", f"{name}@localhost", "--without-gossip", "--without-mingle",
        ],
        env={**os.environ, **environment},
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True,
    )  # fmt: skip


def trial(title: str, watch_seconds: float, *, kill: bool, **settings: str) -> None:
    """Send the chord, kill a worker with a piece in hand or not, and say what came of it."""
    with tempfile.TemporaryDirectory() as folder, running_valkey(Path(folder) / "valkey") as url:
        journal = Path(folder) / "journal"
        journal.touch()
        environment = {"TRIAL_REDIS": url, "TRIAL_JOURNAL": str(journal), **settings}
        app.conf.update(broker_url=url, result_backend=url)
        workers = [worker(name, environment) for name in ("one", "two")]
        try:
            time.sleep(8)
            chord([piece.s(number) for number in range(PIECES)])(joined.s())
            if kill:
                while "end" not in journal.read_text():
                    time.sleep(0.05)
                time.sleep(0.3)
                os.killpg(workers[0].pid, signal.SIGKILL)
                workers[0].wait()
                workers[0] = worker("three", environment)
            began = time.monotonic()
            while "joined" not in journal.read_text() and time.monotonic() - began < watch_seconds:
                time.sleep(0.1)
            waited = time.monotonic() - began
            time.sleep(float(settings.get("TRIAL_PIECE_SECONDS", "1")) + 3)
            lines = [line.split(" ", 1)[1] for line in journal.read_text().splitlines()]
            with redis.Redis.from_url(url, decode_responses=True) as client:
                dump = " ".join(str(client.get(key)) for key in client.keys("celery-task-meta-*"))
        finally:
            for process in workers:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
    callbacks = [line for line in lines if line.startswith("joined")]
    begun = [sum(line == f"begin {number}" for line in lines) for number in range(PIECES)]
    sys.stdout.write(
        f"{title}: callback {len(callbacks)} times, after {waited:.0f} s of {watch_seconds:.0f} s watched; "
        f"each piece begun {begun} times; results in the broker's store hold the words: {WORDS in dump}\n"
    )
    sys.stdout.flush()


TRIALS: dict[str, tuple[str, bool, dict[str, str]]] = {
    "untouched": ("nobody is killed", False, {}),
    "killed": ("a worker killed, visibility timeout of this platform (5 h)", True, {}),
    "impatient": ("a worker killed, visibility timeout 10 s", True, {"TRIAL_VISIBILITY": "10"}),
    "long": (
        "nobody is killed, pieces of 6 s under a visibility timeout of 4 s",
        False,
        {"TRIAL_VISIBILITY": "4", "TRIAL_PIECE_SECONDS": "6"},
    ),
}


def main() -> None:
    """All trials, each in a process of its own: the client keeps one broker for its life."""
    if len(sys.argv) > 1:
        title, kill, settings = TRIALS[sys.argv[1]]
        trial(title, 60, kill=kill, **settings)
        return
    for name in TRIALS:
        subprocess.run([sys.executable, "-m", "benchmarks.workers.chord_trial", name], check=True)


if __name__ == "__main__":
    main()
