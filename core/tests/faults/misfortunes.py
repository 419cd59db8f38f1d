"""The faults themselves: each happens to a live cluster and is over when the call returns."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Mapping

from celery import Celery

from core.tests.faults.cluster import LiveCluster
from core.tests.faults.proxy import Weather

Misfortune = Callable[[LiveCluster, float], None]


def killed(name: str, *, whole_group: bool = True) -> Misfortune:
    """SIGKILL of a process, which its supervisor then starts again."""

    def happen(cluster: LiveCluster, seconds: float) -> None:
        cluster.kill(name, whole_group=whole_group)

    return happen


def killed_worker(cluster: LiveCluster, seconds: float) -> None:
    """SIGKILL of one of the workers, with or without the child that works."""
    cluster.kill(random.choice(cluster.workers), whole_group=random.random() < 0.5)


def halted(name: str) -> Misfortune:
    """A process that stands still for so long, as in a virtual machine that is paused, and goes on."""

    def happen(cluster: LiveCluster, seconds: float) -> None:
        with cluster.halted(name):
            time.sleep(seconds)

    return happen


def bad_network(name: str, weather: Weather) -> Misfortune:
    """A server that cannot be reached, says nothing, is slow or answers 500 for so long."""

    def happen(cluster: LiveCluster, seconds: float) -> None:
        with cluster.networks[name].weather(weather):
            time.sleep(seconds)

    return happen


MISFORTUNES: Mapping[str, Misfortune] = {
    "worker killed": killed_worker,
    "web killed": killed("web"),
    "beat killed": killed("beat"),
    "reaper's worker killed": killed("worker-housekeeping"),
    "broker killed": killed("valkey"),
    "database killed": killed("postgres"),
    "storage killed": killed("storage"),
    "storage answers 500": bad_network("storage", Weather.ERROR_500),
    "storage is slow": bad_network("storage", Weather.SLOW),
    "broker away": bad_network("valkey", Weather.REFUSED),
    "broker silent": bad_network("valkey", Weather.SILENT),
    "broker halted": halted("valkey"),
    "database away": bad_network("postgres", Weather.REFUSED),
}


def delivered_again(cluster: LiveCluster, session_id: str, times: int) -> None:
    """The messages of both stages again, as a broker that doubts its acknowledgements sends them."""
    # Not the current app: the shared tasks of every later test in this process would be sent by it.
    with Celery(broker=cluster.servers.redis_url, set_as_current=False) as app:
        app.conf.broker_transport_options = {"priority_steps": [0, 3, 6, 9], "sep": ":"}
        for _ in range(times):
            app.send_task("sessions_app.tasks.transcribe_session", [session_id], queue="transcription")
            app.send_task("reports.tasks.generate_report", [session_id], queue="reports")
