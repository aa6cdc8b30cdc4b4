"""Sites: the external providers of one area, as arrays."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .columns import Columns, Flags, Ints, bounded
from .problem import Contract


@dataclass(slots=True)
class Sites:
    """Sites in the order of provider names. A provider with clients but no contract admits nobody.
    provider    index in `Columns.providers`
    of          per provider: its site, or -1
    ceiling, ceiling_persons, tolerance, guarantee, reserved, reserved_persons   minutes a month, persons
    limited, limited_persons     there is such a ceiling; without one it is above every sum
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
        """A unit that adds `more` may join a site with these minutes and persons.

        The tolerance is for the last one admitted: only a unit that starts below the ceiling may use it.
        """
        after, ceiling = minutes + more_minutes, self.ceiling[site]
        if persons + more_persons > self.ceiling_persons[site]:
            return False
        return after <= ceiling or (minutes < ceiling and after <= ceiling + self.tolerance[site])

    def fitting(self, site: int, after: Ints, persons_after: Ints | None, more: Ints) -> Flags:
        """`fits` for many units: each with the sums as they would be with it. Persons are tested only where limited."""
        ceiling = self.ceiling[site]
        within = after <= ceiling
        if self.tolerance[site]:
            within |= (after - more < ceiling) & (after <= ceiling + self.tolerance[site])
        if persons_after is not None:
            within &= persons_after <= self.ceiling_persons[site]
        return within

    def committed(self, minutes: list[int]) -> int:
        """L: all minutes, where an unmet guarantee counts as taken: popular providers cannot use it up."""
        return sum(map(max, minutes, self.guarantee))

    def free(self, site: int, minutes: int) -> int | None:
        return max(0, self.ceiling[site] - minutes) if self.limited[site] else None


def sites_of(columns: Columns, area: int, clients: Ints) -> Sites:
    """`clients`: current providers of the area's members, with or without NOBODY."""
    number = {name: place for place, name in enumerate(columns.providers)}
    contracts = {number[row.provider]: row for row in columns.problem.contracts if row.area == columns.areas[area]}
    here = (set(contracts) | set(np.flatnonzero(np.bincount(clients[clients >= 0])).tolist())) - {columns.municipal}
    providers = sorted(here)
    rows = [contracts.get(provider) for provider in providers]
    none = Contract(area="", provider="", ceiling_minutes=None, intake=False)
    known = [none if row is None else row for row in rows]
    of = np.full(len(columns.providers) + 1, -1, np.int64)  # the last entry is for NOBODY, which is -1
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
