"""The cache while Redis is away, with the real client on a closed port."""

from __future__ import annotations

import logging

import pytest

from core.cache import ForgetfulRedisCache
from core.runtime.setup import free_port


def test_without_redis_nothing_is_remembered_and_nothing_fails(caplog: pytest.LogCaptureFixture) -> None:
    cache = ForgetfulRedisCache(
        f"redis://:secret@127.0.0.1:{free_port()}/0", {"OPTIONS": {"socket_timeout": 1}}
    )
    with caplog.at_level(logging.WARNING):
        cache.set("rate", [1.0])
        assert cache.get("rate", []) == []
    assert [record.message for record in caplog.records] == ["cache: ConnectionError"] * 2


def test_a_pool_has_one_client() -> None:
    cache = ForgetfulRedisCache(f"redis://127.0.0.1:{free_port()}/0", {})
    assert cache._cache.get_client("a") is cache._cache.get_client("b", write=True)
