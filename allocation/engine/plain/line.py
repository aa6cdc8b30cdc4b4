"""Line of the units that ask for one provider, in key order, and how far it can be accepted."""

from __future__ import annotations

from collections.abc import Callable
from heapq import heappop, heappush
from sys import maxsize

from .site import Site

OPEN = maxsize  # a barrier behind everybody
Entry = tuple[int, int, int, int]  # (-rank, unit, minutes added, persons added): the last in line is the least


class Line:
    """Accepts the longest prefix, of all that ever asked, that fits; a refusal is final.

    Class 0 (clients that have fallen back on the provider) always stays and stands before the line. The line has
    two parts: `within` the guarantee, where the running sum does not exceed it, and `above`. The sum before a unit
    only grows, so a unit may move from within to above, never back.
    """

    def __init__(self, site: Site, minutes: int, persons: int, guarantee: int, barrier: int | None) -> None:
        self.site = site
        self.guarantee = guarantee
        self.minutes = minutes  # class 0 and the line
        self.persons = persons
        self.class0_minutes = minutes
        # This rank and all later ones are refused.
        self.barrier = (OPEN if barrier is None else barrier) if site.intake else -1
        self.within: list[Entry] = []
        self.above: list[Entry] = []
        self.above_minutes = 0
        self._first_above = OPEN
        self._just_above: list[Entry] = []

    def close_from(self, rank: int) -> None:
        self.barrier = min(rank, self.barrier)

    def add_to_class0(self, minutes: int, persons: int) -> None:
        """Count a client whose every request elsewhere was refused, and who stays."""
        self.class0_minutes += minutes
        self.minutes += minutes
        self.persons += persons

    def join(self, rank: int, unit: int, minutes: int, persons: int) -> None:
        entry = (-rank, unit, minutes, persons)
        self.minutes += minutes
        self.persons += persons
        if self.above and rank > self._first_above:
            self._put_above(entry)
        else:
            heappush(self.within, entry)

    def settle(self, may_stand_above: Callable[[int], bool]) -> list[int]:
        """Refuse from the first unit that does not fit onwards; return the refused units."""
        while self.within and self.minutes - self.above_minutes > self.guarantee:
            self._put_above(heappop(self.within))
        while self._just_above:
            rank, unit, _, _ = self._just_above.pop()
            if not may_stand_above(unit) and -rank < self.barrier:
                self.barrier = -rank
        refused: list[int] = []
        while (last := self._last()) is not None and not self._may_stay(last):
            self.barrier = min(-last[0], self.barrier)
            self._drop(last)
            refused.append(last[1])
        return refused

    def units_above(self) -> list[int]:
        return [entry[1] for entry in self.above]

    def _put_above(self, entry: Entry) -> None:
        rank = -entry[0]
        self._first_above = min(rank, self._first_above) if self.above else rank
        heappush(self.above, entry)
        self.above_minutes += entry[2]
        self._just_above.append(entry)

    def _last(self) -> Entry | None:
        return self.above[0] if self.above else self.within[0] if self.within else None

    def _may_stay(self, last: Entry) -> bool:
        # If the last in line fits, so do all before it: their running sums are smaller.
        rank, _, minutes, persons = last
        if -rank >= self.barrier:
            return False
        return self.site.fits(self.minutes - minutes, self.persons - persons, minutes, persons)

    def _drop(self, last: Entry) -> None:
        self.minutes -= last[2]
        self.persons -= last[3]
        if self.above:
            heappop(self.above)
            self.above_minutes -= last[2]
        else:
            heappop(self.within)
