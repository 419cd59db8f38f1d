"""List and detail calls for an archive of 100 and of 10,000 sessions, beside plain Django REST.

    python -m benchmarks.api.growth --calls 300 --database postgres

Both therapists are in one database and the calls take turns, so that whatever else the machine does
falls on both. A call goes through the whole of Django: middleware, token, view, JSON. Writes
benchmarks/results/api_growth_<database>.md.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from core.runtime.servers import running_postgres

SMALL, LARGE = 100, 10_000
RESULTS = Path(__file__).resolve().parents[1] / "results"


@dataclass(slots=True)
class Timed:
    """The answers to one call: milliseconds each, and how many queries it takes."""

    queries: int = 0
    ms: list[float] = field(default_factory=list)

    @property
    def p95(self) -> float:
        """95 of 100 calls take no longer."""
        return statistics.quantiles(self.ms, n=20)[-1]

    @property
    def median(self) -> float:
        """Half of them."""
        return statistics.median(self.ms)


def main() -> int:
    """Measure and write the table; exit status 1 when a call asks more queries of the large archive."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--calls", type=int, default=300)
    parser.add_argument("--database", choices=["postgres", "sqlite"], default="postgres")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="tap-growth-") as folder:
        server = running_postgres(Path(folder) / "postgres") if options.database == "postgres" else None
        os.environ["VAR_DIR"] = str(Path(folder) / "var")
        with server or nullcontext(f"sqlite:///{folder}/db.sqlite3") as url:
            os.environ["DATABASE_URL"] = url
            os.environ.update(
                DJANGO_SETTINGS_MODULE="core.settings", PROCESS_NAME="web", RATE_LIMIT_GENERAL=""
            )
            return measure(options.calls, options.database)


def measure(calls: int, database: str) -> int:
    """Fill the database, take turns, write the table."""
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection

    from benchmarks.api.archive import archive

    call_command("migrate", verbosity=0)
    began = time.monotonic()
    people = {size: archive(size, f"archive{size}@clinic.example") for size in (SMALL, LARGE)}
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    sys.stdout.write(f"filled in {time.monotonic() - began:.0f} s\n")
    rows: dict[tuple[str, int, bool], Timed] = {}
    for plain in (False, True):
        asked = {size: callers(person, plain) for size, person in people.items()}
        for name in asked[SMALL]:
            pair = {size: asked[size][name] for size in (SMALL, LARGE)}
            for size, timed in take_turns(pair, calls).items():
                rows[name, size, plain] = timed
    return write(rows, calls, database)


def callers(therapist: Any, plain: bool) -> dict[str, Callable[[], Any]]:
    """The calls of a therapist, each a function that asks and checks the answer."""
    from django.test import Client, override_settings

    from accounts.services.tokens import token_issue
    from benchmarks.api.plain_settings import MIDDLEWARE
    from sessions_app.models import TherapySession

    session = TherapySession.objects.filter(therapist=therapist, report__status="draft").first()
    assert session is not None
    paths = {
        "GET /sessions": "/sessions",
        "GET /sessions/{id}": f"/sessions/{session.pk}",
        "GET /patients": "/patients",
        "GET /patients/{id}": f"/patients/{session.patient_id}",
        "GET /sessions/{id}/report": f"/sessions/{session.pk}/report",
    }
    if not plain:
        paths["GET /dashboard"] = "/dashboard"
    client = Client(
        HTTP_AUTHORIZATION=f"Bearer {token_issue(therapist=therapist).access}", HTTP_HOST="localhost"
    )
    bare = override_settings(ROOT_URLCONF="benchmarks.api.plain", MIDDLEWARE=MIDDLEWARE, REST_FRAMEWORK={})

    def ask(path: str) -> None:
        answer = client.get(path)
        assert answer.status_code == 200, (path, answer.status_code)

    def ask_plain(path: str) -> None:
        with bare:
            ask(path)

    return {name: partial(ask_plain if plain else ask, path) for name, path in paths.items()}


def take_turns(asked: dict[int, Callable[[], Any]], calls: int) -> dict[int, Timed]:
    """Ask each in turn; the queries are counted apart from the clock."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    timed = {size: Timed() for size in asked}
    for size, ask in asked.items():
        for _ in range(5):
            ask()
        with CaptureQueriesContext(connection) as captured:
            ask()
        timed[size].queries = len(captured)
    for _ in range(calls):
        for size, ask in asked.items():
            began = time.perf_counter()
            ask()
            timed[size].ms.append((time.perf_counter() - began) * 1000)
    return timed


def write(rows: dict[tuple[str, int, bool], Timed], calls: int, database: str) -> int:
    """The table; 1 when a call asks more queries of the large archive."""
    lines = [
        f"# API calls and the size of the archive ({database})",
        "",
        f"`python -m benchmarks.api.growth --calls {calls} --database {database}`: one therapist with "
        f"{SMALL} sessions and one with {LARGE:,} in one database, calls in turns, milliseconds. "
        "Target: same queries, p95 ratio at most 1.2.",
        "",
        "| call | queries | median 100 | median 10,000 | p95 100 | p95 10,000 | p95 ratio "
        "| plain DRF: median 100 | 10,000 | p95 ratio |",
        "|---|---|---|---|---|---|---|---|---|---|",
    ]
    same = True
    for name in dict.fromkeys(key[0] for key in rows):
        small, large = rows[name, SMALL, False], rows[name, LARGE, False]
        same &= small.queries == large.queries
        queries = (
            str(small.queries) if small.queries == large.queries else f"{small.queries}, {large.queries}"
        )
        cells = [
            name, queries, f"{small.median:.1f}", f"{large.median:.1f}", f"{small.p95:.1f}",
            f"{large.p95:.1f}", f"{large.p95 / small.p95:.2f}",
        ]  # fmt: skip
        if (name, SMALL, True) in rows:
            few, many = rows[name, SMALL, True], rows[name, LARGE, True]
            cells += [f"{few.median:.1f}", f"{many.median:.1f}", f"{many.p95 / few.p95:.2f}"]
        else:
            cells += ["–", "–", "–"]
        lines.append(f"| {' | '.join(cells)} |")
    text = "\n".join(lines) + "\n"
    (RESULTS / f"api_growth_{database}.md").write_text(text, encoding="utf-8")
    sys.stdout.write(text)
    return 0 if same else 1


if __name__ == "__main__":
    sys.exit(main())
