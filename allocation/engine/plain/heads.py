"""Heads of the queues, and the share that admitting them would take."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

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
        self._reached = [0] * len(state.sites)

    def first(self, site: int) -> tuple[int, int] | None:
        queue, state = self.state.queues[site], self.state
        at = self._reached[site]
        while at < len(queue) and not state.waits(*queue[at]):
            at += 1
        self._reached[site] = at
        return queue[at] if at < len(queue) else None

    def fitting(self) -> list[Head]:
        """Heads that fit at their provider."""
        heads = []
        for number, site in enumerate(self.state.sites):
            first = self.first(number) if site.intake else None
            if first is not None and self.state.fits(first[0], number):
                heads.append(Head(*first, number, *self.state.change(first[0], number)))
        return heads

    def closed(self) -> dict[Kind, Head]:
        """Settled state: the head of each kind that closes the share to all later ones of its kind."""
        heads = self.fitting()
        order = self.state.area_order
        kinds: tuple[Kind, ...] = ("guarantee", "flexible")
        by_kind = {kind: [head for head in heads if head.kind == kind] for kind in kinds}
        return {
            kind: min(some, key=lambda head: (order[head.unit], head.wish)) for kind, some in by_kind.items() if some
        }
