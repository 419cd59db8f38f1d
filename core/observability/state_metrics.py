"""What is asked at the moment of a scrape: database, broker, disk, and the work that waits.

The same for every web server that is asked, so a panel takes the maximum over instances.
"""

from __future__ import annotations

import logging
import shutil
from collections.abc import Iterator

from celery import current_app
from django.conf import settings
from django.db import DatabaseError
from django.utils.module_loading import import_string
from kombu.exceptions import OperationalError as BrokerError
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from core.api.readiness import READINESS, outcomes

logger = logging.getLogger(__name__)


class StateCollector(Collector):
    """The state of the whole; a part that is away costs its own figures, never the page."""

    def collect(self) -> Iterator[Metric]:
        """Each part's readiness, then what the parts that are there say."""
        well = outcomes(READINESS)
        up = GaugeMetricFamily("platform_up", "Whether a part answers (1) or not (0).", labels=["part"])
        for part, outcome in well.items():
            up.add_metric([part], float(outcome == "ok"))
        yield up
        yield from _disk()
        if well["database"] == "ok":
            yield from _work()
        if well["broker"] == "ok":
            yield from _queues()


def _disk() -> Iterator[Metric]:
    usage = shutil.disk_usage(settings.VAR_DIR)
    yield GaugeMetricFamily("platform_disk_free_bytes", "Free bytes where VAR_DIR lies.", usage.free)
    yield GaugeMetricFamily("platform_disk_size_bytes", "Size of the disk of VAR_DIR.", usage.total)


def _work() -> Iterator[Metric]:
    for path in settings.STATE_METRICS:
        try:
            yield from import_string(path)()
        except DatabaseError as error:
            logger.warning("metrics: %s: %s", path, type(error).__name__)


def _queues() -> Iterator[Metric]:
    length = GaugeMetricFamily("platform_broker_messages", "Messages that wait in a queue.", labels=["queue"])
    try:
        with current_app.connection_for_read() as connection:
            channel = connection.default_channel
            for queue in settings.CELERY_TASK_QUEUES:
                length.add_metric([queue.name], _length(connection, channel, queue.name))
    except (BrokerError, OSError) as error:
        logger.warning("metrics: broker: %s", type(error).__name__)
        return
    yield length


def _length(connection: object, channel: object, queue: str) -> int:
    """Messages of a queue, those of all priorities; a queue without any does not exist in Redis."""
    try:
        declared = channel.queue_declare(queue, passive=True)  # type: ignore[attr-defined]
    except connection.channel_errors:  # type: ignore[attr-defined]
        return 0
    return int(declared.message_count)
