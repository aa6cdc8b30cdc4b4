"""Estimate of the remaining wait for a place.

From observed waits only: among those who had waited as long as the person, the days until the provider began. People
who still wait, left the queue or died are counted as waiting until last seen (censored), since leaving them out would
drop the slow cases (Kaplan & Meier 1958, doi:10.1080/01621459.1958.10501452).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

# With fewer placed people an estimate says nothing and could identify somebody.
LEAST_MET = 20
# Eight of ten lie between these.
LOW, MIDDLE, HIGH = Fraction(1, 10), Fraction(1, 2), Fraction(9, 10)


@dataclass(frozen=True)
class Spell:
    """A period in a queue, in days. ``met``: it ended with the place."""

    days: int
    met: bool


@dataclass(frozen=True)
class Estimate:
    """Days from now. ``low`` to ``high``: eight of ten. ``high`` None: too many still wait; only ``middle``, the
    median, can be given.
    """

    low: int
    middle: int
    high: int | None


def estimate(spells: Iterable[Spell], *, waited: int) -> Estimate | None:
    """Remaining days for a person who has waited ``waited`` days. None: too few observations."""
    left = [Spell(spell.days - waited, spell.met) for spell in spells if spell.days >= waited]
    if sum(spell.met for spell in left) < LEAST_MET:
        return None
    low, middle, high = _quantiles(left, (LOW, MIDDLE, HIGH))
    return None if low is None or middle is None else Estimate(low, middle, high)


def _quantiles(spells: list[Spell], shares: tuple[Fraction, ...]) -> list[int | None]:
    """Per share: days until that share of people have got their place. None: not reached."""
    met = Counter(spell.days for spell in spells if spell.met)
    gone = Counter(spell.days for spell in spells)
    at_risk, waiting = len(spells), Fraction(1)
    found: list[int | None] = [None] * len(shares)
    for day in sorted(gone):
        waiting *= 1 - Fraction(met[day], at_risk)
        at_risk -= gone[day]
        for place, share in enumerate(shares):
            if found[place] is None and 1 - waiting >= share:
                found[place] = day
    return found
