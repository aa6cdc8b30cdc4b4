"""Ids of rows that a kind of work may be about, where it takes a reading of the whole municipality to find them.

They are looked for every few minutes and kept between; the list asks about each of them anew, so that what it shows
is so. New ones show when the ids are looked for the next time.
"""

from collections.abc import Callable, Iterable

from django.conf import settings

from common import clock
from common.caching import cached


def candidates(name: str, find: Callable[[], Iterable[int]]) -> list[int]:
    """``find``: without arguments, for everybody whatever the actor may see; the caller leaves out the rest."""
    return cached(f"work:{name}:{clock.today()}", lambda: list(find()), seconds=settings.WORK_CANDIDATES_SECONDS)
