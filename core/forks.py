"""A forked process never speaks over its parent's database connections.

gunicorn with `--preload` and Celery's prefork pool fork after the code is loaded. Whatever the
parent had open by then, a pool with its threads or a connection, would be shared by two processes
that talk at once; the threads do not exist in the child at all. The child forgets them, without a
word to the server, and opens its own.
"""

from __future__ import annotations

import os

from django.db import connections

# Collecting them as garbage would warn, and wait for threads that are not there.
_inherited: list[object] = []


def forget_inherited_connections() -> None:
    """Leave the parent's PostgreSQL connections and pools to the parent."""
    for connection in connections.all(initialized_only=True):
        if connection.vendor != "postgresql":
            continue
        from django.db.backends.postgresql.base import DatabaseWrapper

        pools: dict[str, object] = DatabaseWrapper._connection_pools  # type: ignore[attr-defined]
        _inherited.extend([connection, *pools.values()])
        pools.clear()
        del connections[connection.alias]


os.register_at_fork(after_in_child=forget_inherited_connections)
