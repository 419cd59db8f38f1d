"""The cache on Redis, which may be away: then nothing is remembered, and requests are answered.

Only rates are counted there. While Redis is away nobody is slowed down by them; wrong passwords are
counted in the database, so the lockout of accounts goes on.
"""

from __future__ import annotations

import logging
from typing import Any

from django.core.cache.backends.base import DEFAULT_TIMEOUT
from django.core.cache.backends.redis import RedisCache
from redis.exceptions import RedisError

logger = logging.getLogger(__name__)


class ForgetfulRedisCache(RedisCache):
    """Redis; while it cannot be reached a key is not there and a value is not kept."""

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
