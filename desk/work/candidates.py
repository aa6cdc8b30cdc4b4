"""Candidate ids of a kind of work that needs a scan of the whole municipality.

Refreshed every few minutes and cached; the list checks each of them again, so that it shows current items only. New
ones appear at the next refresh.
"""

from collections.abc import Callable, Iterable

from django.conf import settings

from common import clock
from common.caching import cached


def candidates(code: str, find: Callable[[], Iterable[int]]) -> tuple[int, ...]:
    """Candidates of the kind with the code. ``find``: for everybody whatever the actor may see; the caller filters."""
    return cached(f"work:{code}:{clock.today()}", lambda: tuple(find()), seconds=settings.WORK_CANDIDATES_SECONDS)
