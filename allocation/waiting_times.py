"""How long people have waited for a place, as an honest answer to "how long will it take?".

Only from what has happened: of those who had waited as long as the person has, how many more days went by until the
provider came. Those who wait still, left the queue or died are not left out (they would have been the slow ones):
until the day they were last seen waiting they count as waiting (Kaplan & Meier 1958,
doi:10.1080/01621459.1958.10501452).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

# Fewer than this many who got their place say nothing, and could be counted out.
LEAST_MET = 20
# What lies between has happened to eight of ten.
LOW, MIDDLE, HIGH = Fraction(1, 10), Fraction(1, 2), Fraction(9, 10)


@dataclass(frozen=True)
class Spell:
    """Somebody's time in a queue, in days. ``met``: it ended with the place."""

    days: int
    met: bool


@dataclass(frozen=True)
class Estimate:
    """Days from now. ``low`` to ``high``: eight of ten. ``high`` None: so many wait still that nobody knows, and only
    ``middle``, which half of them had waited, can be said."""

    low: int
    middle: int
    high: int | None


def estimate(spells: Iterable[Spell], *, waited: int) -> Estimate | None:
    """How many more days it takes for somebody who has waited ``waited`` days. None: there is too little to go by."""
    left = [Spell(spell.days - waited, spell.met) for spell in spells if spell.days >= waited]
    if sum(spell.met for spell in left) < LEAST_MET:
        return None
    low, middle, high = _quantiles(left, (LOW, MIDDLE, HIGH))
    return None if low is None or middle is None else Estimate(low, middle, high)


def _quantiles(spells: list[Spell], shares: tuple[Fraction, ...]) -> list[int | None]:
    """For each share: after how many days so many have got their place. None: they have not."""
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
