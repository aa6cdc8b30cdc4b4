"""Ids of rows that a kind of work may be about, where it takes a reading of the whole municipality to find them.

They are looked for every few minutes and kept between; the list asks about each of them anew, so that what it shows
is so. New ones show when the ids are looked for the next time.
"""

from collections.abc import Callable, Iterable

import structlog
from django.conf import settings
from django.core.cache import cache
from redis import RedisError

from common import clock

log = structlog.get_logger(__name__)


def candidates(name: str, find: Callable[[], Iterable[int]]) -> list[int]:
    """``find``: without arguments, for everybody whatever the actor may see; the caller leaves out the rest."""
    key = f"work:{name}:{clock.today()}"
    try:
        kept: list[int] | None = cache.get(key)
        if kept is None:
            kept = list(find())
            cache.set(key, kept, settings.WORK_CANDIDATES_SECONDS)
    except RedisError:
        log.warning("candidates of the work list are not kept")
        return list(find())
    return kept
