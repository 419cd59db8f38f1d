"""Where the rows live: SQLite on one machine, PostgreSQL for a clinic network."""

from __future__ import annotations

from typing import Any

from core.settings.environment import VAR_DIR, env

SQLITE = "django.db.backends.sqlite3"
# The supervisor and `core.wsgi` name each process; a web process is called web or web-something.
_PROCESS = env.str("PROCESS_NAME", default="")
_ANSWERS_REQUESTS = _PROCESS.startswith("web")


def _sqlite() -> dict[str, Any]:
    # WAL lets readers go on while one writes. IMMEDIATE takes the write lock when a transaction
    # begins: a deferred one that upgrades later fails at once with "database is locked" instead of
    # waiting for its turn. synchronous=FULL: an upload that was answered survives a power cut.
    return {
        "timeout": 30,
        "transaction_mode": "IMMEDIATE",
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;",
    }


def _postgres() -> dict[str, Any]:
    """What libpq is told; what the address of DATABASE_URL says itself goes before these."""
    options: dict[str, Any] = {
        "application_name": f"therapist-ai-platform {_PROCESS}".strip(),
        "connect_timeout": env.int("DATABASE_CONNECT_TIMEOUT_SECONDS", default=10),
    }
    for name, option in (("DATABASE_SSLMODE", "sslmode"), ("DATABASE_SSLROOTCERT", "sslrootcert")):
        if value := env.str(name, default=""):
            options[option] = value
    if _ANSWERS_REQUESTS and (limits := _limits()):
        options["options"] = limits
    return options


def _limits() -> str:
    """How long a request may keep the database: a statement, a wait for a row, an idle transaction.

    For web processes only. A worker stores an hour's transcript, and a migration builds indexes;
    neither has somebody who waits for an answer.
    """
    seconds = {
        "statement_timeout": env.int("DATABASE_STATEMENT_TIMEOUT_SECONDS", default=30),
        "lock_timeout": env.int("DATABASE_LOCK_TIMEOUT_SECONDS", default=10),
        "idle_in_transaction_session_timeout": env.int("DATABASE_IDLE_TIMEOUT_SECONDS", default=60),
    }
    return " ".join(f"-c {name}={value}s" for name, value in seconds.items() if value)


_database = env.db_url("DATABASE_URL", default=f"sqlite:///{VAR_DIR / 'db.sqlite3'}")
if _database["ENGINE"] == SQLITE:
    _database["OPTIONS"] = _sqlite()
else:
    _database["OPTIONS"] = {**_postgres(), **_database.get("OPTIONS", {})}
    # A connection that the server gave up, by a restart say, is noticed before it is used.
    _database["CONN_HEALTH_CHECKS"] = True
    _pool_max = env.int("DATABASE_POOL_MAX", default=8)
    if _ANSWERS_REQUESTS and _pool_max:
        # The threads of a web process share its connections and give them back after each request.
        _database["OPTIONS"]["pool"] = {
            "min_size": min(env.int("DATABASE_POOL_MIN", default=1), _pool_max),
            "max_size": _pool_max,
            "timeout": env.int("DATABASE_POOL_WAIT_SECONDS", default=10),
            # By default the pauses between attempts grow to minutes, and an outage outlives itself.
            "reconnect_timeout": 5,
        }
    else:
        # A worker has one task at a time; it keeps its connection between tasks.
        _database["CONN_MAX_AGE"] = env.int("DATABASE_CONN_MAX_AGE", default=60)

DATABASES = {"default": _database}
MIGRATION_LOCK_TIMEOUT_SECONDS = env.int("MIGRATION_LOCK_TIMEOUT_SECONDS", default=5)
"""How long `migrate` waits for a table before it gives way to those who work with it; 0: for ever."""
