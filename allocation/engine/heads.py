"""Heads of the queues, and the share that admitting them would take."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

import numpy as np

from .state import State

Kind = Literal["neutral", "guarantee", "flexible"]


@dataclass(frozen=True, slots=True)
class Head:
    """A unit first in a queue. By admitting it the external minutes X rise by `new`, the committed share L by `rise`
    (docs/algorithm.md).
    """

    unit: int
    wish: int
    site: int
    new: int
    rise: int

    @property
    def kind(self) -> Kind:
        if self.rise > 0:
            return "flexible"
        return "guarantee" if self.new > 0 else "neutral"


class Heads:
    """Reads every queue once: a unit that has got something as good never waits there again."""

    def __init__(self, state: State) -> None:
        self.state = state
        line = state.queues.line
        waiting = np.flatnonzero(state.waiting(line))
        ends = np.searchsorted(waiting, state.queues.first)
        self.queues = [line[waiting[a:b]] for a, b in pairwise(ends.tolist())]
        self._reached = [0] * len(self.queues)

    def first(self, site: int) -> int | None:
        """The wish at the head of the queue."""
        queue, at = self.queues[site], self._reached[site]
        while at < len(queue) and not self.state.waits(queue[at]):
            at += 1
        self._reached[site] = at
        return int(queue[at]) if at < len(queue) else None

    def fitting(self) -> list[Head]:
        """Heads that fit at their provider."""
        state, heads = self.state, []
        for site, intake in enumerate(state.sites.intake):
            wish = self.first(site) if intake else None
            if wish is not None and state.fits(wish):
                unit = int(state.wishes.unit[wish])
                heads.append(Head(unit, wish, site, *state.change(unit, site, int(state.gain[wish]))))
        return heads

    def closed(self) -> dict[Kind, Head]:
        """Settled state: the head of each kind that closes the share to all later ones of its kind."""
        order = self.state.units.order
        found: dict[Kind, Head] = {}
        for head in sorted(self.fitting(), key=lambda head: (order[head.unit], head.wish)):
            if head.kind != "neutral":
                found.setdefault(head.kind, head)
        return found
