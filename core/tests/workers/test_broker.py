"""The broker over TCP: its password, TLS, the lists of each priority, and which is served first."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from core.runtime.servers import running_valkey
from core.tests.workers.tls import certificate, tls_proxy

pytestmark = pytest.mark.broker

SEND = """
import os
os.environ["DJANGO_SETTINGS_MODULE"] = "core.settings"
import django; django.setup()
from core.celery import app
from sessions_app.tasks import transcribe_session
for priority in (9, 6, 3, 0, 6, 0):
    transcribe_session.apply_async(args=(f"of {priority}",), priority=priority, retry=False)
"""
TAKE = """
from django.core.cache import cache
cache.set("seen", "by the cache", 60)
assert cache.get("seen") == "by the cache"
with app.connection_for_read() as connection:
    queue = connection.SimpleQueue(app.amqp.queues["transcription"])
    queue.consumer.qos(prefetch_count=1)
    client = connection.default_channel.client
    taken = []
    for _ in range(6):
        message = queue.get(timeout=5)
        taken.append(message.payload[0][0])
        taken.append(sum(client.llen(name) for name in LISTS))
        message.ack()
    queue.close()
print(taken)
"""
LISTS = ["transcription", "transcription:3", "transcription:6", "transcription:9"]


def platform(code: str, var_dir: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Python with the platform's real settings."""
    base = {k: v for k, v in os.environ.items() if k not in {"DJANGO_SETTINGS_MODULE", "SECRET_KEY"}}
    return subprocess.run(
        [sys.executable, "-c", code],
        env={**base, "VAR_DIR": str(var_dir), **environment},
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip


@pytest.fixture(scope="module")
def valkey(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """REDIS_URL of a Valkey with a password."""
    with running_valkey(tmp_path_factory.mktemp("valkey")) as url:
        yield url


def test_the_most_urgent_message_is_taken_first_from_lists_that_can_be_counted(
    valkey: str, tmp_path: Path
) -> None:
    done = platform(SEND + f"LISTS = {LISTS}" + TAKE, tmp_path, REDIS_URL=valkey)

    assert done.returncode == 0, done.stderr[-2000:]
    taken = json.loads(done.stdout.replace("'", '"'))
    assert taken[::2] == ["of 0", "of 0", "of 3", "of 6", "of 6", "of 9"]
    assert taken[1::2] == [5, 4, 3, 2, 1, 0]


@pytest.fixture(scope="module")
def tls(valkey: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    """A rediss:// address of the same server, and the certificate that it shows."""
    files = certificate(tmp_path_factory.mktemp("tls"))
    address = urlsplit(valkey)
    with tls_proxy(address.port or 6379, files) as port:
        yield f"rediss://:{address.password}@127.0.0.1:{port}/0", files[0]


def test_tls_with_a_certificate_of_our_own_authority(tls: tuple[str, Path], tmp_path: Path) -> None:
    url, authority = tls

    done = platform(SEND + f"LISTS = {LISTS}" + TAKE, tmp_path, REDIS_URL=url, REDIS_CA_CERTS=str(authority))

    assert done.returncode == 0, done.stderr[-2000:]
    assert "of 9" in done.stdout


def test_a_certificate_that_nobody_vouches_for_is_refused(tls: tuple[str, Path], tmp_path: Path) -> None:
    done = platform(SEND, tmp_path, REDIS_URL=tls[0])

    assert done.returncode != 0
    assert "CERTIFICATE_VERIFY_FAILED" in done.stderr
