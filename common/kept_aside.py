"""What takes long to find, kept in the cache for a while. Without a cache it is found anew each time."""

from collections.abc import Callable
from typing import TypeVar

import structlog
from django.core.cache import cache
from redis import RedisError

log = structlog.get_logger(__name__)

T = TypeVar("T")


def kept_aside(key: str, find: Callable[[], T], *, seconds: int) -> T:
    """``find`` returns what can be pickled, and never None."""
    try:
        kept: T | None = cache.get(key)
        if kept is None:
            kept = find()
            cache.set(key, kept, seconds)
    except RedisError:
        log.warning("nothing is kept aside", key=key)
        return find()
    return kept
