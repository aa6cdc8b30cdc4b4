"""Rate limits, counted in Valkey across all processes: a number of attempts in a number of seconds."""

import hashlib

from django.core.cache import cache


def count_try(*what: str, seconds: int) -> int:
    """Count one more attempt of ``what`` and return the number. The window starts with the first."""
    key = _key(what)
    cache.add(key, 0, timeout=seconds)
    try:
        return int(cache.incr(key))
    except ValueError:
        # The window ended between the two calls.
        cache.set(key, 1, timeout=seconds)
        return 1


def tries_so_far(*what: str) -> int:
    return int(cache.get(_key(what), 0))


def forget_tries(*what: str) -> None:
    cache.delete(_key(what))


def _key(what: tuple[str, ...]) -> str:
    """``what`` may contain user input: stored as a digest."""
    return "tries:" + hashlib.sha256("\0".join(what).encode()).hexdigest()
