"""Variable part of a TIGHTEN, while the state is constant: what units have asked for, the lines, the cutoffs."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .columns import Flags, Ints

NEVER = -1  # before every area order
OPEN = 2**62  # after every area order
NO_WISHES = np.zeros(0, np.int64)


@dataclass(slots=True)
class Cutoffs:
    """Area orders: at or after a cutoff a unit is refused what the cutoff guards.

    `flexible`: above the guarantee, for units that are not neutral (K). Its exact value lies between `flexible_low`
    and `flexible`; they differ only after a leap of the other cutoff. `new`: new external minutes, anywhere (K_res).
    """

    flexible: int = OPEN
    flexible_low: int = OPEN
    new: int = OPEN


@dataclass(slots=True)
class Reach:
    """Upper bound of the minutes at each site while cutoffs take single steps from the start of a leap.

    `bar`: barriers at the start; `most`: per site, the minutes then plus those of all held or arrived since; `seen`:
    wishes that units have passed since.
    """

    bar: Ints
    most: Ints
    seen: list[Ints]


@dataclass(slots=True)
class LineState:
    """State of the lines while units ask.

    Per unit: `asks` (the next wish), `holds` (a wish, or -1), `done` (asked in vain). Per queue position: `joined`.
    Per site: `bar` (every position from it on is refused), `held`, `held_persons` (class 0). Per part of a split
    household: `kept` (its household has asked there). Per site also the wishes held there that are not neutral and
    above the guarantee (`claims`), or new (`new`).
    """

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

    def copy(self) -> LineState:
        return LineState(
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
