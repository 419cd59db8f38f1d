"""DATABASES: what the environment makes of it, and what a fork does to open connections."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
URL = "postgres://ada:secret@db.example:6432/clinic"
SHOW = "import json; from core.settings.database import DATABASES; print(json.dumps(DATABASES['default']))"


def database(**environment: str) -> Mapping[str, Any]:
    """DATABASES as a process with this environment reads it."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("DATABASE_")}
    done = subprocess.run(
        [sys.executable, "-c", SHOW],
        env={**inherited, "PROCESS_NAME": "", **environment},
        cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    return dict(json.loads(done.stdout))


def test_sqlite_by_default(tmp_path: Path) -> None:
    found = database(VAR_DIR=str(tmp_path))
    assert found["ENGINE"] == "django.db.backends.sqlite3"
    assert found["NAME"] == str(tmp_path / "db.sqlite3")
    assert "synchronous=FULL" in found["OPTIONS"]["init_command"]


def test_a_web_process_pools_its_connections_and_bounds_its_statements() -> None:
    found = database(DATABASE_URL=URL, PROCESS_NAME="web", DATABASE_POOL_MAX="3", DATABASE_POOL_MIN="9")
    options = found["OPTIONS"]
    assert (found["HOST"], found["PORT"], found["NAME"]) == ("db.example", 6432, "clinic")
    assert (options["pool"]["min_size"], options["pool"]["max_size"]) == (3, 3)
    # Django refuses a pool whose connections are kept.
    assert not found.get("CONN_MAX_AGE")
    assert options["options"] == (
        "-c statement_timeout=30s -c lock_timeout=10s -c idle_in_transaction_session_timeout=60s"
    )
    assert options["application_name"] == "therapist-ai-platform web"


def test_a_worker_keeps_its_connection_and_takes_its_time() -> None:
    found = database(DATABASE_URL=URL, PROCESS_NAME="worker-reports")
    assert found["CONN_MAX_AGE"] == 60
    assert not {"pool", "options"} & set(found["OPTIONS"])
    assert found["OPTIONS"]["application_name"] == "therapist-ai-platform worker-reports"


def test_no_pool_and_no_limits_when_they_are_switched_off() -> None:
    off = dict.fromkeys(
        (
            "DATABASE_POOL_MAX",
            "DATABASE_STATEMENT_TIMEOUT_SECONDS",
            "DATABASE_LOCK_TIMEOUT_SECONDS",
            "DATABASE_IDLE_TIMEOUT_SECONDS",
        ),
        "0",
    )
    found = database(DATABASE_URL=URL, PROCESS_NAME="web", **off)
    assert found["CONN_MAX_AGE"] == 60
    assert not {"pool", "options"} & set(found["OPTIONS"])


def test_what_the_address_says_goes_before_the_settings() -> None:
    found = database(
        DATABASE_URL=f"{URL}?sslmode=verify-full&application_name=mine",
        DATABASE_SSLMODE="require",
        DATABASE_SSLROOTCERT="/etc/ca.pem",
    )
    options = found["OPTIONS"]
    assert (options["sslmode"], options["application_name"]) == ("verify-full", "mine")
    assert options["sslrootcert"] == "/etc/ca.pem"


@pytest.mark.usefixtures("postgres")
def test_limits_and_name_reach_the_server() -> None:
    """A web process as gunicorn starts it, asked what the server knows of its connection."""
    script = (
        "import core.wsgi\n"
        "from django.db import connection\n"
        "with connection.cursor() as cursor:\n"
        "    for name in ('statement_timeout', 'lock_timeout', 'application_name'):\n"
        "        cursor.execute(f'SHOW {name}')\n"
        "        print(cursor.fetchone()[0])\n"
        "connection.close()\n"
        "print(connection.pool.get_stats()['pool_available'] >= 1)\n"
        "connection.close_pool()\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script],
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "core.settings", "DATABASE_LOCK_TIMEOUT_SECONDS": "7"},
        cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert done.stdout.split("\n")[:4] == ["30s", "7s", "therapist-ai-platform web", "True"]


@pytest.mark.usefixtures("postgres")
def test_a_fork_leaves_an_open_pool_to_its_parent() -> None:
    """As gunicorn --preload and Celery's prefork pool do; both sides go on with connections of their own."""
    script = (
        "import os\n"
        "import core.wsgi\n"
        "from django.db import connection, connections\n"
        "def backend():\n"
        "    with connections['default'].cursor() as cursor:\n"
        "        cursor.execute('SELECT pg_backend_pid()')\n"
        "        return cursor.fetchone()[0]\n"
        "parents = backend()\n"
        "read, write = os.pipe()\n"
        "if os.fork() == 0:\n"
        "    os.write(write, str(backend()).encode())\n"
        "    connections.close_all()\n"
        "    os._exit(0)\n"
        "os.wait()\n"
        "child = int(os.read(read, 100))\n"
        "print(child != parents, backend() == parents)\n"
        "connections['default'].close_pool()\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script],
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "core.settings"},
        cwd=ROOT, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert done.stdout == "True True\n", done.stderr
