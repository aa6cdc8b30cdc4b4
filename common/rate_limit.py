"""Limits on tries, counted in Valkey by all processes together: so many in so many seconds."""

import hashlib

from django.core.cache import cache


def count_try(*what: str, seconds: int) -> int:
    """Count one more of ``what`` and say how many there are. The window begins with the first of them."""
    key = _key(what)
    cache.add(key, 0, timeout=seconds)
    try:
        return int(cache.incr(key))
    except ValueError:
        # It ended between the two.
        cache.set(key, 1, timeout=seconds)
        return 1


def tries_so_far(*what: str) -> int:
    return int(cache.get(_key(what), 0))


def forget_tries(*what: str) -> None:
    cache.delete(_key(what))


def _key(what: tuple[str, ...]) -> str:
    """What is counted may be what somebody typed: it is kept as a digest."""
    return "tries:" + hashlib.sha256("\0".join(what).encode()).hexdigest()
