"""Several writers at the same moment, each in a thread with a database connection of its own."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from django.db import connection

Result = TypeVar("Result")


def at_once(calls: Sequence[Callable[[], Result]]) -> list[Result]:
    """Begin all calls together; their results in order.

    Raises:
        Exception: the first that a call raised, once all have ended.
    """
    gate = threading.Barrier(len(calls))

    def behind_gate(call: Callable[[], Result]) -> Result:
        try:
            # Connected before the gate opens: connecting takes longer than the race.
            connection.ensure_connection()
            gate.wait(timeout=30)
            return call()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(calls)) as pool:
        futures = [pool.submit(behind_gate, call) for call in calls]
        return [future.result() for future in futures]
