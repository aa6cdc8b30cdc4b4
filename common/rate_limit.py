"""Rate limits, counted in Valkey across all processes: a number of attempts in a number of seconds."""

import hashlib

from django.conf import settings
from django.core.cache import cache

from common.valkey import client


def count_try(*what: str, seconds: int) -> int:
    """Count one more attempt of ``what`` and return the number. The window starts with the first.

    Both commands in one round trip: Django's cache makes three, each by a new client, for every form that is sent. If
    a window has no end, because the connection was lost between the two, the next attempt sets it.
    """
    key = cache.make_key(_key(what))
    pipe = client(settings.CACHES["default"]["LOCATION"]).pipeline(transaction=False)
    pipe.incr(key)
    pipe.expire(key, seconds, nx=True)
    number, _set = pipe.execute()
    return int(number)


def tries_so_far(*what: str) -> int:
    return int(cache.get(_key(what), 0))


def forget_tries(*what: str) -> None:
    cache.delete(_key(what))


def _key(what: tuple[str, ...]) -> str:
    """``what`` may contain user input: stored as a digest."""
    return "tries:" + hashlib.sha256("\0".join(what).encode()).hexdigest()
