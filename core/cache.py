"""The cache on Redis, which may be away: then nothing is remembered, and requests are answered.

Only rates are counted there. While Redis is away nobody is slowed down by them; wrong passwords are
counted in the database, so the lockout of accounts goes on.
"""

from __future__ import annotations

import functools
import logging
from typing import Any

from django.core.cache.backends.base import DEFAULT_TIMEOUT
from django.core.cache.backends.redis import RedisCache, RedisCacheClient
from redis import Redis
from redis.exceptions import RedisError

logger = logging.getLogger(__name__)


class KeptClients(RedisCacheClient):
    """One client for each pool: Django makes one for each call, which costs as much as the call."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._client = functools.cache(Redis)


class ForgetfulRedisCache(RedisCache):
    """Redis; while it cannot be reached a key is not there and a value is not kept."""

    def __init__(self, server: Any, params: dict[str, Any]) -> None:
        super().__init__(server, params)
        self._class = KeptClients

    def get(self, key: Any, default: Any = None, version: int | None = None) -> Any:
        """The value, or `default` where there is none or no Redis."""
        try:
            return super().get(key, default, version)
        except RedisError as error:
            logger.warning("cache: %s", type(error).__name__)
            return default

    def set(
        self, key: Any, value: Any, timeout: float | None = DEFAULT_TIMEOUT, version: int | None = None
    ) -> None:
        """Keep the value if Redis is there."""
        try:
            super().set(key, value, timeout, version)
        except RedisError as error:
            logger.warning("cache: %s", type(error).__name__)
