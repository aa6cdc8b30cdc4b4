"""The external providers of one area: a row of numbers each, as the rules see them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .columns import Columns, Flags, Ints, bounded
from .problem import Contract


@dataclass(slots=True)
class Sites:
    """In the order of the providers' names. A provider that has clients but no contract admits nobody.

    provider    the provider's number in `Columns.providers`
    of          per provider: its site, or -1
    ceiling, ceiling_persons, tolerance, guarantee, reserved, reserved_persons   minutes a month, persons
    limited, limited_persons     whether there is such a ceiling; without one it is above every sum
    """

    provider: list[int]
    of: Ints
    contract: Flags
    intake: list[bool]
    limited: list[bool]
    limited_persons: list[bool]
    ceiling: list[int]
    ceiling_persons: list[int]
    tolerance: list[int]
    guarantee: list[int]
    reserved: list[int]
    reserved_persons: list[int]

    def __len__(self) -> int:
        return len(self.provider)

    def fits(self, site: int, minutes: int, persons: int, more_minutes: int, more_persons: int) -> bool:
        """Whether somebody who adds `more` may join when `minutes` and `persons` are taken already.

        The tolerance is for the last one admitted: only who starts below the ceiling may use it.
        """
        after, ceiling = minutes + more_minutes, self.ceiling[site]
        if persons + more_persons > self.ceiling_persons[site]:
            return False
        return after <= ceiling or (minutes < ceiling and after <= ceiling + self.tolerance[site])

    def fitting(self, site: int, after: Ints, persons_after: Ints | None, more: Ints) -> Flags:
        """The same for many at once: each with the sum of minutes and persons as it would be with it. Persons are
        only asked for where they are limited."""
        ceiling = self.ceiling[site]
        within = after <= ceiling
        if self.tolerance[site]:
            within |= (after - more < ceiling) & (after <= ceiling + self.tolerance[site])
        if persons_after is not None:
            within &= persons_after <= self.ceiling_persons[site]
        return within

    def committed(self, minutes: list[int]) -> int:
        """L: all minutes; an unmet guarantee counts as taken, so that popular providers cannot eat it."""
        return sum(map(max, minutes, self.guarantee))

    def free(self, site: int, minutes: int) -> int | None:
        return max(0, self.ceiling[site] - minutes) if self.limited[site] else None


def sites_of(columns: Columns, area: int, clients: Ints) -> Sites:
    """`clients`: the providers that members in the area have now, NOBODY among them or not."""
    number = {name: place for place, name in enumerate(columns.providers)}
    contracts = {number[row.provider]: row for row in columns.problem.contracts if row.area == columns.areas[area]}
    here = (set(contracts) | set(np.flatnonzero(np.bincount(clients[clients >= 0])).tolist())) - {columns.municipal}
    providers = sorted(here)
    rows = [contracts.get(provider) for provider in providers]
    none = Contract(area="", provider="", ceiling_minutes=None, intake=False)
    known = [none if row is None else row for row in rows]
    of = np.full(len(columns.providers) + 1, -1, np.int64)  # the last for NOBODY, which is -1
    of[providers] = range(len(providers))
    return Sites(
        provider=providers,
        of=of,
        contract=np.array([row is not None for row in rows], bool),
        intake=[row.intake for row in known],
        limited=[row.ceiling_minutes is not None for row in known],
        limited_persons=[row.ceiling_persons is not None for row in known],
        ceiling=[bounded(row.ceiling_minutes) for row in known],
        ceiling_persons=[bounded(row.ceiling_persons) for row in known],
        tolerance=[bounded(row.tolerance_minutes) for row in known],
        guarantee=[row.guaranteed_minutes for row in known],
        reserved=[row.reserved_minutes for row in known],
        reserved_persons=[row.reserved_persons for row in known],
    )
