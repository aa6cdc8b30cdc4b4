"""Results of slow computations in the cache. Without a cache they are computed each time."""

from collections.abc import Callable
from typing import TypeVar

import structlog
from django.core.cache import cache
from redis import RedisError

log = structlog.get_logger(__name__)

T = TypeVar("T")


def cached(key: str, compute: Callable[[], T], *, seconds: int) -> T:
    """The result of ``compute``, at most ``seconds`` old. ``compute`` returns a picklable value, never None."""
    try:
        found: T | None = cache.get(key)
        if found is None:
            found = compute()
            cache.set(key, found, seconds)
    except RedisError:
        log.warning("the cache does not answer", key=key)
        return compute()
    return found
