"""Variables of a TIGHTEN while the state is constant: what each unit holds for now, the lines, the cutoffs."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .columns import Flags, Ints

NEVER = -1  # before every area order
OPEN = 2**62  # after every area order
NO_WISHES = np.zeros(0, np.int64)


@dataclass(slots=True)
class Cutoffs:
    """Area orders. A unit at or after a cutoff is refused what the cutoff guards.

    `above_guarantee` (K) guards places above a site's guarantee, against units that are not neutral; `new_minutes`
    (K_res) guards places anywhere, against units that take new external minutes. K is exact, or known to lie between
    `above_guarantee_low` and `above_guarantee`: the two differ only after a leap of K_res (`cutoff_steps`).
    """

    above_guarantee: int = OPEN
    above_guarantee_low: int = OPEN
    new_minutes: int = OPEN


@dataclass(slots=True)
class LoadBound:
    """Upper bound of the minutes at each site during the single steps that a leap replaces.

    `barrier`: barriers when the leap began. `minutes`: per site, those in line then and those of everybody who has
    become class 0, or has asked before that barrier, since. `asked`: wishes of the latter, one array per round.
    """

    barrier: Ints
    minutes: Ints
    asked: list[Ints]


@dataclass(slots=True)
class LineState:
    """The tentative assignment, and the line at each site: all that have asked there and are not refused.

    Per unit: `next_wish` (the wish it holds, or asks for next), `holds` (a wish, or -1), `exhausted` (every wish has
    refused it). Per queue position: `in_line`. Per site: `barrier` (the queue position from which everybody is
    refused), `class0_minutes`, `class0_persons` (clients with a right to stay, who stand before the line), `minutes`
    (class 0 and the line). Per part of a split household: `part_counted` (the household has asked there, and the part
    counts as class 0). Per site also the wishes in line that a cutoff guards against: `above_guarantee`,
    `new_minutes`.
    """

    next_wish: Ints
    holds: Ints
    exhausted: Flags
    in_line: Flags
    barrier: Ints
    class0_minutes: Ints
    class0_persons: Ints
    minutes: Ints
    part_counted: Flags
    above_guarantee: list[Ints]
    new_minutes: list[Ints]

    def copy(self) -> LineState:
        return LineState(
            self.next_wish.copy(),
            self.holds.copy(),
            self.exhausted.copy(),
            self.in_line.copy(),
            self.barrier.copy(),
            self.class0_minutes.copy(),
            self.class0_persons.copy(),
            self.minutes.copy(),
            self.part_counted.copy(),
            list(self.above_guarantee),
            list(self.new_minutes),
        )
