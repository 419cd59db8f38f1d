"""A broker that stands still while a message is acknowledged, and goes on: connections stand meanwhile."""

from __future__ import annotations

import logging
import os
import signal
from pathlib import Path
from typing import Any

import pytest
from kombu import Connection, Consumer, Producer, Queue
from redis import Redis

from core.runtime.servers import running_valkey

pytestmark = [
    pytest.mark.broker,
    pytest.mark.skipif("TEST_REDIS_URL" in os.environ, reason="only a server of one's own is stopped"),
]


@pytest.mark.parametrize("answer", ["ack", "reject"])
def test_a_worker_goes_on_after_it(tmp_path: Path, answer: str, caplog: pytest.LogCaptureFixture) -> None:
    work = Queue("work", durable=False)
    got: list[Any] = []
    options = {"socket_timeout": 0.5, "socket_connect_timeout": 0.5}
    with running_valkey(tmp_path / "valkey") as url, Connection(url, transport_options=options) as connection:
        with Redis.from_url(url) as asked:
            server = int(asked.info("server")["process_id"])
        channel = connection.channel()
        producer = Producer(channel)
        for number in range(2):
            producer.publish(number, routing_key="work", declare=[work])
        consumer = Consumer(
            channel, [work], on_message=got.append, auto_declare=True, accept=["json"], prefetch_count=1
        )
        consumer.consume()
        connection.drain_events(timeout=5)
        os.kill(server, signal.SIGSTOP)
        try:
            logger, errors = logging.getLogger("worker"), connection.connection_errors
            if answer == "ack":
                got[0].ack_log_error(logger, errors)
            else:
                got[0].reject_log_error(logger, errors, requeue=False)
        finally:
            os.kill(server, signal.SIGCONT)
        assert "TimeoutError" in caplog.text
        connection.drain_events(timeout=5)
        assert [message.payload for message in got] == [0, 1]
