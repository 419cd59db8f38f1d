"""PostgreSQL, Valkey and SeaweedFS from pinned packages, for one machine: `make cluster-demo`, tests,
benchmarks.

A real installation has its own servers and names them in DATABASE_URL, REDIS_URL and AWS_*. Here
each listens on 127.0.0.1 only, asks for a password that lies beside its data, and keeps its data in
a private folder, so a second start finds it again.
"""

from core.runtime.servers.bucket import (
    BucketAddress,
    bucket_address,
    bucket_client,
    bucket_process,
    make_bucket,
    remove_sockets,
)
from core.runtime.servers.postgres import postgres_process, postgres_url
from core.runtime.servers.private import ServerMissing
from core.runtime.servers.running import (
    ServerDown,
    ask_postgres,
    ask_valkey,
    running_bucket,
    running_postgres,
    running_valkey,
    wait_until,
)
from core.runtime.servers.valkey import valkey_process, valkey_url

__all__ = [
    "BucketAddress",
    "ServerDown",
    "ServerMissing",
    "ask_postgres",
    "ask_valkey",
    "bucket_address",
    "bucket_client",
    "bucket_process",
    "make_bucket",
    "postgres_process",
    "postgres_url",
    "remove_sockets",
    "running_bucket",
    "running_postgres",
    "running_valkey",
    "valkey_process",
    "valkey_url",
    "wait_until",
]
