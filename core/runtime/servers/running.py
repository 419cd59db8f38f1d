"""One server for as long as a test or a benchmark needs it.

Where TEST_DATABASE_URL, TEST_REDIS_URL or TEST_S3_ENDPOINT_URL (with AWS_ACCESS_KEY_ID and
AWS_SECRET_ACCESS_KEY) name one that runs already, that one is used.
"""

from __future__ import annotations

import os
import secrets
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from core.runtime.processes import Process
from core.runtime.servers.bucket import (
    BucketAddress,
    bucket_address,
    bucket_client,
    bucket_process,
    make_bucket,
    remove_sockets,
)
from core.runtime.servers.postgres import postgres_process, postgres_url
from core.runtime.servers.valkey import valkey_process, valkey_url
from core.runtime.setup import free_port
from core.runtime.supervisor import Supervisor

UP_SECONDS = 60


class ServerDown(Exception):
    """A server did not answer in time; the text ends with its last lines."""


@contextmanager
def running_postgres(folder: Path, *, durable: bool = False) -> Iterator[str]:
    """DATABASE_URL of a PostgreSQL in `folder`, whose role may create databases.

    Raises:
        ServerMissing: its package is not installed.
        ServerDown: it does not answer within a minute.
    """
    if named := os.environ.get("TEST_DATABASE_URL"):
        yield named
        return
    port = free_port()
    process = postgres_process(folder, port, durable=durable)
    url = postgres_url(folder, port)
    with _running(process, folder, lambda: ask_postgres(url)):
        yield url


@contextmanager
def running_valkey(folder: Path) -> Iterator[str]:
    """REDIS_URL of a Valkey in `folder`."""
    if named := os.environ.get("TEST_REDIS_URL"):
        yield named
        return
    port = free_port()
    process = valkey_process(folder, port)
    url = valkey_url(folder, port)
    with _running(process, folder, lambda: ask_valkey(url)):
        yield url


@contextmanager
def running_bucket(folder: Path) -> Iterator[BucketAddress]:
    """A private bucket in a SeaweedFS in `folder`; in a named server a new one, which goes at the end.

    Raises:
        ServerMissing: its package is not installed.
        ServerDown: it does not answer within a minute.
    """
    if endpoint := os.environ.get("TEST_S3_ENDPOINT_URL"):
        keys = os.environ["AWS_ACCESS_KEY_ID"], os.environ["AWS_SECRET_ACCESS_KEY"]
        address = BucketAddress(endpoint, f"tests-{secrets.token_hex(6)}", *keys)
        make_bucket(address)
        try:
            yield address
        finally:
            _remove_bucket(address)
        return
    port = free_port()
    process = bucket_process(folder, port)
    address = bucket_address(folder, port)
    try:
        with _running(process, folder, lambda: make_bucket(address)):
            yield address
    finally:
        remove_sockets(folder, port)


def ask_postgres(url: str) -> None:
    """Raises while the database does not take a query."""
    import psycopg

    with psycopg.connect(url, connect_timeout=2) as connection:
        connection.execute("SELECT 1")


def ask_valkey(url: str) -> None:
    """Raises while the broker does not take a command."""
    import redis

    with closing(redis.Redis.from_url(url, socket_timeout=2)) as client:
        client.ping()


def wait_until(answers: Callable[[], None], seconds: float = UP_SECONDS) -> None:
    """Call `answers` until it raises nothing.

    Raises:
        TimeoutError: it still does after so many seconds; its cause is what it raised last.
    """
    end = time.monotonic() + seconds
    while True:
        try:
            return answers()
        except Exception as error:
            if time.monotonic() >= end:
                raise TimeoutError(f"no answer within {seconds:.0f} s") from error
        time.sleep(0.1)


@contextmanager
def _running(process: Process, folder: Path, answers: Callable[[], None]) -> Iterator[None]:
    with Supervisor([process], folder, lambda line: None) as supervisor:
        try:
            wait_until(answers)
        except TimeoutError as error:
            said = supervisor.log.read_text(errors="replace")[-1000:]
            raise ServerDown(f"{process.name}: {error}\n{said}") from error
        yield


def _remove_bucket(address: BucketAddress) -> None:
    with closing(bucket_client(address)) as client:
        for page in client.get_paginator("list_objects_v2").paginate(Bucket=address.bucket):
            for item in page.get("Contents", []):
                client.delete_object(Bucket=address.bucket, Key=item["Key"])
        client.delete_bucket(Bucket=address.bucket)
