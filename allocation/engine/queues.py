"""Queues of all sites in one array: by class, then date received, then lottery."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from .columns import Ints, starts

if TYPE_CHECKING:
    from .state import State


@dataclass(slots=True)
class Queues:
    """`line`: wishes of all queues, site after site; `first`: offset of each queue, with one value more (`begins`:
    the same as a list); `position`: per wish, its index in `line`. Comparing positions gives the order within a
    queue.
    """

    line: Ints
    first: Ints
    position: Ints
    begins: list[int]

    def at(self, site: int) -> Ints:
        """Wishes for the site in key order."""
        return self.line[self.first[site] : self.first[site + 1]]


def line_up(state: State) -> Queues:
    """Build the queues. Clients (class 0) hold their places and stand in no queue.

    Class 1, if the policy has it: a unit that would join a member of its own split household. No two wishes for a
    site share a lottery number.
    """
    wishes = state.wishes
    behind = np.ones(len(wishes.unit), np.int64)
    if state.policy.household_class:
        behind[state.part >= 0] = 0
    units = max(len(state.units), 1)
    days = wishes.day - wishes.day.min() if len(wishes.day) else wishes.day
    span = int(days.max()) + 1 if len(days) else 1
    if 2 * len(state.sites) * span * units < 2**62:
        key = ((wishes.site * 2 + behind) * span + days) * units + state.units.draw[wishes.unit]
        line = np.argsort(key)
    else:
        line = np.lexsort((state.units.draw[wishes.unit], days, behind, wishes.site))
    position = np.empty(len(line), np.int64)
    position[line] = np.arange(len(line))
    first = starts(np.bincount(wishes.site, minlength=len(state.sites)))
    return Queues(line, first, position, first.tolist())
