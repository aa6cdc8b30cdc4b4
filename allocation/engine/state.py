"""State of one area during a run: the current place of each unit. Nothing else in the engine is mutable."""

from __future__ import annotations

import numpy as np

from .columns import Columns, Flags, Ints, starts
from .outcome import How
from .queues import line_up
from .sites import sites_of
from .units import MUNICIPAL, SPLIT, read_units, read_wishes


class State:
    """Units, wishes and sites are indices (`units`, `sites`) into the arrays below.
    place      per unit: site, MUNICIPAL or SPLIT
    better     per unit: number of its wishes better than that
    leaves     per unit: moves to the municipal provider at the next TIGHTEN if nothing better is got
    gone       per unit: left, and is larger than the share: its wishes are hopeless
    gain, gain_persons   per wish: what the unit would add there; members already there add nothing
    part       per wish: the part of a split household that is at the wished site, or -1
    spread     per part: its household has not moved together yet
    minutes, persons     per site: taken, reserved included
    """

    def __init__(self, columns: Columns, area: int) -> None:
        self.columns, self.area = columns, area
        row = next(row for row in columns.problem.areas if row.id == columns.areas[area])
        self.policy = columns.problem.policy
        self.share = row.share_cap_minutes
        rows = np.flatnonzero(columns.area == area)
        self.members = _members(columns, rows)
        self.sites = sites_of(columns, area, columns.current[self.members])
        self.units, self.parts = read_units(columns, self.sites, rows, self.members)
        self.wishes, self.hopeless = read_wishes(columns, self.sites, self.units, self.share)
        self.place = self.units.home.copy()
        self.better = np.diff(self.wishes.first)
        self.leaves = self.units.leaves.copy()
        self.gone = np.zeros(len(self.units), bool)
        self.no_answer_how: dict[int, How] = {}
        self.gain = self.units.minutes[self.wishes.unit]
        self.gain_persons = self.units.persons[self.wishes.unit]
        self.part = np.full(len(self.wishes.unit), -1, np.int64)
        self.spread = np.ones(len(self.parts), bool)
        self.part_of = _parts_at_wishes(self)
        self.part[self.part_of[0]] = self.part_of[1]
        self.gain[self.part_of[0]] -= self.parts.minutes[self.part_of[1]]
        self.gain_persons[self.part_of[0]] -= self.parts.persons[self.part_of[1]]
        self.minutes: list[int] = []
        self.persons: list[int] = []
        self.count()
        self.queues = line_up(self)

    def count(self) -> None:
        """Minutes and persons at each site, from the places."""
        minutes = np.array(self.sites.reserved, np.int64)
        persons = np.array(self.sites.reserved_persons, np.int64)
        there, split = np.flatnonzero(self.place >= 0), np.flatnonzero(self.spread)
        for site, more, heads in (
            (self.place[there], self.units.minutes[there], self.units.persons[there]),
            (self.parts.site[split], self.parts.minutes[split], self.parts.persons[split]),
        ):
            np.add.at(minutes, site, more)
            np.add.at(persons, site, heads)
        self.minutes, self.persons = minutes.tolist(), persons.tolist()

    def waiting(self, wishes: Ints) -> Flags:
        """Mask of the wishes that are better than what their units have."""
        unit = self.wishes.unit[wishes]
        return wishes - self.wishes.first[unit] < self.better[unit]

    def waits(self, wish: int) -> bool:
        unit = self.wishes.unit[wish]
        return bool(wish - self.wishes.first[unit] < self.better[unit])

    def nobody_waits(self, site: int) -> bool:
        return not self.waiting(self.queues.at(site)).any()

    def parts_of(self, unit: int) -> list[tuple[int, int]]:
        """The unit's minutes at each external site now: (site, minutes)."""
        place = int(self.place[unit])
        if place == MUNICIPAL:
            return []
        if place != SPLIT:
            return [(place, int(self.units.minutes[unit]))]
        low, high = np.searchsorted(self.parts.unit, [unit, unit + 1])
        return list(zip(self.parts.site[low:high].tolist(), self.parts.minutes[low:high].tolist(), strict=True))

    def external_minutes(self) -> Ints:
        """Per unit: its minutes at external providers now."""
        return np.where(self.place >= 0, self.units.minutes, np.where(self.place == SPLIT, self.units.external, 0))

    def external(self) -> int:
        """X: all minutes at external providers."""
        return sum(self.minutes)

    def committed(self) -> int:
        """L: the same, where a provider below its guarantee counts as its guarantee."""
        return self.sites.committed(self.minutes)

    def fits(self, wish: int) -> bool:
        site = int(self.wishes.site[wish])
        more, heads = int(self.gain[wish]), int(self.gain_persons[wish])
        return self.sites.fits(site, self.minutes[site], self.persons[site], more, heads)

    def change(self, unit: int, to: int, gain: int) -> tuple[int, int]:
        """Rise of X and L if the unit moved to the site, where it would add `gain` minutes."""
        rise, new = self._rise(to, gain), int(self.units.minutes[unit])
        for site, minutes in self.parts_of(unit):
            new -= minutes
            if site != to:
                rise += self._rise(site, -minutes)
        return new, rise

    def _rise(self, site: int, more: int) -> int:
        minutes, guarantee = self.minutes[site], self.sites.guarantee[site]
        return max(minutes + more, guarantee) - max(minutes, guarantee)

    def share_allows(self, new: int, rise: int) -> bool:
        """Strict at area level: minutes above the share may stay, but may not grow."""
        if self.share is None:
            return True
        external, committed = self.external(), self.committed()
        return external + new <= max(self.share, external) and committed + rise <= max(self.share, committed)

    def grant(self, wish: int) -> None:
        unit = int(self.wishes.unit[wish])
        self.move(unit, int(self.wishes.site[wish]))
        self.better[unit] = wish - self.wishes.first[unit]

    def move(self, unit: int, to: int) -> None:
        """Move a unit to a site."""
        place = self.place[unit]
        minutes, persons = int(self.units.minutes[unit]), int(self.units.persons[unit])
        if place >= 0:
            self.minutes[place] -= minutes
            self.persons[place] -= persons
        elif place == SPLIT:
            low, high = np.searchsorted(self.parts.unit, [unit, unit + 1])
            for part in range(low, high):
                self.minutes[self.parts.site[part]] -= int(self.parts.minutes[part])
                self.persons[self.parts.site[part]] -= int(self.parts.persons[part])
            self.together(np.array([unit]))
        self.minutes[to] += minutes
        self.persons[to] += persons
        self.place[unit] = to
        self.leaves[unit] = False

    def grant_all(self, wishes: Ints) -> None:
        """Grant each wish; no two of the same unit."""
        unit = self.wishes.unit[wishes]
        self.together(unit)
        self.place[unit] = self.wishes.site[wishes]
        self.better[unit] = wishes - self.wishes.first[unit]
        self.leaves[unit] = False
        self.count()

    def leave_all(self, units: Ints) -> None:
        """Move to the municipal provider, by choice or rule; a unit larger than the share loses its wishes."""
        self.together(units)
        self.place[units] = MUNICIPAL
        self.leaves[units] = False
        if self.share is not None:
            gone = units[(np.diff(self.wishes.first)[units] > 0) & (self.units.minutes[units] > self.share)]
            self.gone[gone] = True
            self.better[gone] = 0
        self.count()

    def together(self, units: Ints) -> None:
        """Split households that have moved together: their parts no longer count."""
        split = units[self.place[units] == SPLIT]
        if not len(split):
            return
        moved = np.zeros(len(self.units), bool)
        moved[split] = True
        self.spread &= ~moved[self.parts.unit]
        wishes = self.part_of[0][moved[self.wishes.unit[self.part_of[0]]]]
        self.part[wishes] = -1
        self.gain[wishes] = self.units.minutes[self.wishes.unit[wishes]]
        self.gain_persons[wishes] = self.units.persons[self.wishes.unit[wishes]]

    def clients(self) -> Flags:
        """Mask of wholly external units, by persons, not minutes: an alarm-only municipal client is not external."""
        there = np.where(self.place >= 0, self.units.persons, 0)
        np.add.at(there, self.parts.unit[self.spread], self.parts.persons[self.spread])
        all_there: Flags = there == self.units.persons
        return all_there

    def unit_id(self, unit: int) -> str:
        return self.columns.unit_ids[int(self.units.row[unit])]


def _members(columns: Columns, rows: Ints) -> Ints:
    """Members of these units, in order."""
    counts = np.diff(columns.members_from)[rows]
    first = starts(counts)
    return np.repeat(columns.members_from[rows] - first[:-1], counts) + np.arange(first[-1])


def _parts_at_wishes(state: State) -> tuple[Ints, Ints]:
    """Wishes for a site that already has a part of the split household, and that part."""
    wishes = np.flatnonzero(state.units.home[state.wishes.unit] == SPLIT)
    sites = max(len(state.sites), 1)
    keys = state.parts.unit * sites + state.parts.site
    if not len(keys):
        return wishes[:0], wishes[:0]
    wanted = state.wishes.unit[wishes] * sites + state.wishes.site[wishes]
    found = np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)
    there = keys[found] == wanted
    return wishes[there], found[there]
