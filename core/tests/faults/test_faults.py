"""Faults on purpose on PostgreSQL, Valkey, SeaweedFS and real workers, under load, in a random order.

The short form of `make test-faults`, which has longer outages, more sessions and more workers.
"""

from __future__ import annotations

import random
import time

import pytest

from core.tests.faults.cluster import LiveCluster
from core.tests.faults.evidence import brought_to_an_end, nothing_lost_or_doubled
from core.tests.faults.load import Load, SteadyClient
from core.tests.faults.misfortunes import MISFORTUNES, delivered_again

pytestmark = [pytest.mark.broker, pytest.mark.weights, pytest.mark.slow, pytest.mark.timeout(1200)]

OUTAGE_SECONDS = 3.0


def test_every_session_ends_once_whatever_breaks(cluster: LiveCluster, client: SteadyClient) -> None:
    seed = random.randrange(10**6)
    print(f"seed {seed}")  # noqa: T201  (shown when it fails)
    random.seed(seed)
    poisoned = client.send(1000, poison=True)
    twice = client.send(1001)
    order = random.sample(list(MISFORTUNES), len(MISFORTUNES))
    with Load(cluster, least=6) as load:
        delivered_again(cluster, twice.session_id, 3)
        for name in order:
            load.wait_for_work()
            print(f"{time.strftime('%T')} {name}")  # noqa: T201
            MISFORTUNES[name](cluster, OUTAGE_SECONDS)
            time.sleep(random.uniform(0, 2))
    assert load.error is None, repr(load.error)
    sent = [poisoned, twice, *load.sent]
    codes = brought_to_an_end(client, sent)
    print(f"{len(sent)} sessions, {load.repeats} calls repeated, codes before the end: {dict(codes)}")  # noqa: T201
    assert codes["internal_error"] >= 1
    nothing_lost_or_doubled(cluster, sent)
