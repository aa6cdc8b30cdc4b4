"""What moves in a TIGHTEN while the state stands still: who has asked for what, who stands where, and the cutoffs."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .columns import Flags, Ints

NEVER = -1  # an area order before everybody's
OPEN = 2**62  # an area order behind everybody's
NO_WISHES = np.zeros(0, np.int64)


@dataclass(slots=True)
class Cutoffs:
    """Area orders: who comes at or behind one of them is refused what it guards.

    `flexible`: above the guarantee, for who is not neutral (K). Known to lie from `flexible_low` to `flexible`; apart
    only after a leap of the other one.
    `new`: new external minutes, wherever (K_res).
    """

    flexible: int = OPEN
    flexible_low: int = OPEN
    new: int = OPEN


@dataclass(slots=True)
class Reach:
    """The most that can have stood at each site while cutoffs went one step at a time from where a leap began.

    `bar`: the barriers then; `most`: per site the minutes then and of all who were held or came by since;
    `seen`: the wishes that units came by since.
    """

    bar: Ints
    most: Ints
    seen: list[Ints]


@dataclass(slots=True)
class Standing:
    """What moves while units ask. Per unit: `asks` (the next wish), `holds` (a wish, or -1), `done` (asked in vain).
    Per position in the queues: `joined`. Per site: `bar` (everybody from that position on is refused),
    `held`, `held_persons` (class 0). Per part of a spread household: `kept` (its household has asked there).
    Per site also the wishes held there that are not neutral and above the guarantee (`claims`), or new (`new`)."""

    asks: Ints
    holds: Ints
    done: Flags
    joined: Flags
    bar: Ints
    held: Ints
    held_persons: Ints
    line: Ints
    kept: Flags
    claims: list[Ints]
    new: list[Ints]

    def copy(self) -> Standing:
        return Standing(
            self.asks.copy(),
            self.holds.copy(),
            self.done.copy(),
            self.joined.copy(),
            self.bar.copy(),
            self.held.copy(),
            self.held_persons.copy(),
            self.line.copy(),
            self.kept.copy(),
            list(self.claims),
            list(self.new),
        )
