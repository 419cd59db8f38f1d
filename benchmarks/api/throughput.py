"""How many POSTs that insert a row the API answers a second, beside a bare DRF view of the same shape.

    python -m benchmarks.api.throughput --rounds 6 --seconds 10

Both are served by gunicorn as `make run` starts it, on one PostgreSQL, and asked over HTTP with access
tokens of many therapists; rounds alternate. The product counts rates in Valkey as in production.
Writes benchmarks/results/api_throughput.md.
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import statistics
import sys
import tempfile
import threading
import time
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from core.runtime.processes import Process, script
from core.runtime.servers import running_postgres, running_valkey, wait_until
from core.runtime.setup import free_port
from core.runtime.supervisor import Supervisor

RESULTS = Path(__file__).resolve().parents[1] / "results"
THERAPISTS = 40
"""Enough that none comes near the general rate, whose counter would grow in a way that no client's does."""


@dataclass(frozen=True, slots=True)
class Caller:
    """A signed-in therapist and a patient of theirs."""

    token: str
    patient: str


def main() -> int:
    """Measure, write, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=6)
    parser.add_argument("--seconds", type=float, default=10.0)
    parser.add_argument("--clients", type=int, default=8)
    options = parser.parse_args()
    with (
        tempfile.TemporaryDirectory(prefix="tap-throughput-") as folder,
        running_postgres(Path(folder) / "postgres", durable=True) as database,
        running_valkey(Path(folder) / "valkey") as redis,
    ):
        os.environ.update(
            DATABASE_URL=database, REDIS_URL=redis, VAR_DIR=f"{folder}/var",
            DJANGO_SETTINGS_MODULE="core.settings", LOG_LEVEL="WARNING",
        )  # fmt: skip
        # Longer than the run.
        os.environ["ACCESS_TOKEN_MINUTES"] = "600"  # noqa: S105
        callers = prepare()
        run = Path(folder) / "run"
        run.mkdir()
        ports = {"the API": free_port(), "bare DRF": free_port()}
        modules = {"the API": "core.wsgi", "bare DRF": "benchmarks.api.plain_wsgi"}
        processes = [gunicorn(modules[name], port, run) for name, port in ports.items()]
        with Supervisor(processes, run, lambda line: None):
            for port in ports.values():
                wait_until(partial(post_first, port, callers[0]))
            rates = take_turns(ports, callers, options.rounds, options.seconds, options.clients)
    return write(rates, options.rounds, options.seconds, options.clients)


def prepare() -> list[Caller]:
    """A migrated database and its people."""
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection

    from accounts.models import Therapist
    from accounts.services.tokens import token_issue
    from patients.models import Patient

    call_command("migrate", verbosity=0)
    callers = []
    for number in range(THERAPISTS):
        therapist = Therapist.objects.create(email=f"t{number}@clinic.example", full_name="T")
        patient = Patient.objects.create(therapist=therapist, full_name="P")
        callers.append(Caller(token_issue(therapist=therapist).access, str(patient.pk)))
    connection.close()
    return callers


def gunicorn(module: str, port: int, run: Path) -> Process:
    """The web server with the options of `core.runtime.processes`."""
    command = (
        script("gunicorn"), f"{module}:application", "--bind", f"127.0.0.1:{port}",
        "--worker-class", "gthread", "--workers", "2", "--threads", "8", "--preload",
        "--worker-tmp-dir", str(run), "--no-control-socket", "--log-level", "warning",
    )  # fmt: skip
    return Process(f"web-{port}", command, priority=10)


def post(server: http.client.HTTPConnection, caller: Caller) -> None:
    """One new session; anything but 201 ends the run."""
    body = json.dumps({"patient": caller.patient, "session_date": "2026-03-02", "title": "Visit"})
    headers = {"Authorization": f"Bearer {caller.token}", "Content-Type": "application/json"}
    server.request("POST", "/sessions", body, headers)
    answer = server.getresponse()
    content = answer.read()
    if answer.status != 201:
        raise RuntimeError(f"{answer.status} {content[:300]!r}")


def post_first(port: int, caller: Caller) -> None:
    """One new session on a connection of its own: whether the server is up."""
    post(http.client.HTTPConnection("127.0.0.1", port), caller)


def take_turns(
    ports: dict[str, int], callers: list[Caller], rounds: int, seconds: float, clients: int
) -> dict[str, list[float]]:
    """Answers a second of each server in each round; the first round is warming up."""
    rates: dict[str, list[float]] = {name: [] for name in ports}
    for number in range(rounds + 1):
        for name in ports if number % 2 else reversed(ports):
            rate = one_round(ports[name], callers, 2.0 if number == 0 else seconds, clients)
            if number:
                rates[name].append(rate)
                sys.stdout.write(f"round {number}: {name} {rate:.1f}/s\n")
                sys.stdout.flush()
    return rates


def one_round(port: int, callers: list[Caller], seconds: float, clients: int) -> float:
    """Answers a second with so many clients, each on one connection that it keeps."""
    counts = [0] * clients
    end = time.monotonic() + seconds

    def client(place: int) -> None:
        server = http.client.HTTPConnection("127.0.0.1", port)
        turn = place
        while time.monotonic() < end:
            post(server, callers[turn % len(callers)])
            counts[place] += 1
            turn += clients
        server.close()

    began = time.monotonic()
    threads = [threading.Thread(target=client, args=(place,)) for place in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(counts) / (time.monotonic() - began)


def write(rates: dict[str, list[float]], rounds: int, seconds: float, clients: int) -> int:
    """The table; the ratio is the median over rounds."""
    ratios = [ours / bare for ours, bare in zip(rates["the API"], rates["bare DRF"], strict=True)]
    lines = [
        "# Throughput of the API beside a bare DRF view",
        "",
        f"`python -m benchmarks.api.throughput --rounds {rounds} --seconds {seconds:g} --clients {clients}`: "
        "POST /sessions over HTTP with an access token, one row inserted, gunicorn (2 × 8 threads), "
        "PostgreSQL with fsync, client on the same machine, rounds in turns. Target: ratio at least 0.8.",
        "",
        "| | answers a second, median | lowest | highest |",
        "|---|---|---|---|",
        *[
            f"| {name} | {statistics.median(rate):.1f} | {min(rate):.1f} | {max(rate):.1f} |"
            for name, rate in rates.items()
        ],
        "",
        f"Ratio: {statistics.median(ratios):.2f} (rounds: {', '.join(f'{ratio:.2f}' for ratio in ratios)}).",
    ]
    text = "\n".join(lines) + "\n"
    (RESULTS / "api_throughput.md").write_text(text, encoding="utf-8")
    sys.stdout.write(text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
