"""The production shape with bad network at hand: every server is reached through a proxy."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from core.runtime.cluster import Cluster, Servers, prepare_database, running_on, running_servers
from core.runtime.servers import bucket_address, postgres_url, valkey_url
from core.runtime.setup import free_ports
from core.tests.faults.proxy import FaultyProxy, port_of
from core.tests.flows.platform import QUICK_FAULTS, LivePlatform

FAULT_SETTINGS = {
    **QUICK_FAULTS,
    "STAGE_RESEND_AFTER_SECONDS": "10",
    "STAGE_MAX_ATTEMPTS": "4",
    "DJANGO_SETTINGS_MODULE": "core.tests.faults.settings",
    "TRANSCRIBER_OPTIONS": '{"model": "whisper-tiny-en"}',
    "REPORT_BACKEND": "extraction",
    "LOG_FORMAT": "line",
    "RATE_LIMIT_UPLOAD": "",
    "RATE_LIMIT_GENERAL": "",
}
SERVER_NAMES = ("postgres", "valkey", "storage")


@dataclass(frozen=True)
class LiveCluster(LivePlatform):
    """A running cluster; `kill`, `named` and `slowed` know its servers by `SERVER_NAMES`, too."""

    cluster: Cluster
    workers: tuple[str, ...]
    networks: Mapping[str, FaultyProxy]
    """The way to each server, by its name."""

    @property
    def servers(self) -> Servers:
        """The servers themselves, past the proxies."""
        return self.cluster.servers


@contextmanager
def live_cluster(folder: Path, worker_count: int = 2, **extra: str) -> Iterator[LiveCluster]:
    """Servers, proxies, and a platform with so many workers that reaches the servers through them."""
    with ExitStack() as stack:
        servers = stack.enter_context(running_servers(folder))
        ports = dict(zip(SERVER_NAMES, free_ports(len(SERVER_NAMES)), strict=True))
        targets = {
            "postgres": port_of(servers.database_url),
            "valkey": port_of(servers.redis_url),
            "storage": port_of(servers.bucket.endpoint_url),
        }
        networks = {
            name: stack.enter_context(FaultyProxy(ports[name], targets[name]).running())
            for name in SERVER_NAMES
        }
        environment = {
            "DATABASE_URL": postgres_url(folder / "postgres", ports["postgres"]),
            "REDIS_URL": valkey_url(folder / "valkey", ports["valkey"]),
            **bucket_address(folder / "storage", ports["storage"]).environment(),
            **FAULT_SETTINGS,
            **extra,
        }
        prepare_database(folder, environment)
        names = [f"worker-{number}" for number in range(1, worker_count + 1)]
        workers = {**dict.fromkeys(names, "transcription,reports"), "worker-housekeeping": "default"}
        log = folder / "run" / "platform.log"
        cluster = stack.enter_context(running_on(servers, folder, environment, lambda line: None, workers))
        supervisors = [servers.supervisor.pid, cluster.platform.pid]
        roots = tuple(pid for pid in supervisors if pid is not None)
        yield LiveCluster(roots, cluster.port, folder, log, cluster, tuple(names), networks)
