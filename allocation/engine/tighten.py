"""TIGHTEN: deferred acceptance, with cutoffs that close the share in area order."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from heapq import heappop, heappush

from .line import Line
from .state import State

Claim = tuple[int, int, int]  # (-area order, unit, wish): the latest in area order is least


class Tightening:
    """Every unit asks for the best option that has not refused it, until nobody asks any more.

    `share` False leaves the share test out (for switching while the share is full); `barriers`
    gives, per site, the rank from which the line is blocked beforehand.

    Two readings where the rules leave a choice:

    * New external minutes need an area date before the reserve cutoff also above the guarantee.
      The two cutoffs then only ever refuse more as a unit asks further down its list, so that the
      result does not depend on the order in which units ask.
    * A unit is neutral if no provider falls below its guarantee by its leaving *alone*. Several
      may bring it there together, and others' new share would then eat the guarantee. When that
      lifts the committed share over both the cap and what it was, leaving a provider whose
      remaining clients do not fill its guarantee is no longer neutral.
    """

    def __init__(
        self,
        state: State,
        askers: Iterable[int],
        share: bool = True,
        barriers: Mapping[int, int] | None = None,
    ) -> None:
        self.state = state
        self.askers = list(askers)
        self.cap = state.share if share else None
        self.asked = dict.fromkeys(self.askers, 0)  # how many of its wishes the unit has asked for
        self.holds: dict[int, int] = {}  # the wish that the unit holds for now
        self.kept_parts: set[tuple[int, int]] = set()
        self.cutoff: int | None = None  # K: above the guarantee, only area orders before this
        self.reserve_cutoff: int | None = None  # K_res: new external minutes, likewise
        self.above: list[Claim] = []
        self.new: list[Claim] = []
        self.spent: set[int] = set()  # sites that may not be left neutrally any more
        self.committed_before = state.committed()
        self.lines = self._open_lines(barriers or {})

    def _open_lines(self, barriers: Mapping[int, int]) -> list[Line]:
        minutes, persons = list(self.state.minutes), list(self.state.persons)
        for unit in self.askers:
            for site, (part_minutes, part_persons) in self.state.parts(unit).items():
                minutes[site] -= part_minutes
                persons[site] -= part_persons
        return [
            # Without a share the guarantee is nothing to stand within.
            Line(site, minutes[i], persons[i], site.guarantee if self.cap is not None else -1, barriers.get(i))
            for i, site in enumerate(self.state.sites)
        ]

    def run(self) -> None:
        asking = list(self.askers)
        while asking:
            while asking:
                asking.extend(self._ask(asking.pop()))
            while not asking and self._tighten_cutoffs(asking):
                pass

    def apply(self) -> bool:
        """Make the result the status quo; tell whether anybody's place changed."""
        changed = False
        for unit in self.askers:
            wish = self.holds.get(unit)
            if wish is not None:
                self.state.grant(unit, wish)
                changed = True
            elif self.state.leaves[unit]:
                self.state.leave(unit)
                changed = True
        return changed

    def _ask(self, unit: int) -> list[int]:
        wish = self.asked[unit]
        if wish == self.state.better[unit]:
            return [] if self.state.leaves[unit] else self._fall_back(unit)
        self.asked[unit] = wish + 1
        site, rank = self.state.parties[unit].wishes[wish], self.state.ranks[unit][wish]
        # A member of a split household who is a client there is kept whether the others join or not.
        refused = self._keep_part(unit, site)
        line = self.lines[site]
        if not self._within_reserve(unit):
            line.close_from(rank)
            refused += line.settle(self._may_stand_above)
        if line.is_closed_to(rank):
            return [*self._free(refused), unit]
        self.holds[unit] = wish
        line.join(rank, unit, *self.state.gain(unit, site))
        if self.cap is not None and self._takes_new(unit):
            heappush(self.new, (-self.state.area_order[unit], unit, wish))
        return self._free(refused + line.settle(self._may_stand_above))

    def _fall_back(self, unit: int) -> list[int]:
        refused: list[int] = []
        for site in self.state.parts(unit):
            refused += self._keep_part(unit, site)
        return self._free(refused)

    def _keep_part(self, unit: int, site: int) -> list[int]:
        part = self.state.parts(unit).get(site)
        if part is None or (unit, site) in self.kept_parts:
            return []
        self.kept_parts.add((unit, site))
        self.lines[site].hold(*part)
        return self.lines[site].settle(self._may_stand_above)

    def _free(self, refused: list[int]) -> list[int]:
        for unit in refused:
            del self.holds[unit]
        return refused

    def _takes_new(self, unit: int) -> bool:
        return self.state.external_minutes(unit) < self.state.parties[unit].minutes

    def _within_reserve(self, unit: int) -> bool:
        if self.reserve_cutoff is None or self.state.area_order[unit] < self.reserve_cutoff:
            return True
        return not self._takes_new(unit)

    def _neutral(self, unit: int, to: int) -> bool:
        if self._takes_new(unit):
            return False
        for site, (minutes, _) in self.state.parts(unit).items():
            if site != to and minutes > 0:
                left = self.state.minutes[site] - minutes
                if left < self.state.sites[site].guarantee or site in self.spent:
                    return False
        return True

    def _may_stand_above(self, unit: int) -> bool:
        """Called when the running sum at a unit has passed the provider's guarantee."""
        if self.cap is None:
            return True
        wish = self.holds[unit]
        if self._neutral(unit, self.state.parties[unit].wishes[wish]):
            return True
        order = self.state.area_order[unit]
        heappush(self.above, (-order, unit, wish))
        return self.cutoff is None or order < self.cutoff

    def _tighten_cutoffs(self, asking: list[int]) -> bool:
        """When nobody asks any more: refuse the latest of those who make the share too large."""
        if self.cap is None:
            return False
        external = sum(line.minutes for line in self.lines)
        committed = sum(line.site.committed(line.minutes) for line in self.lines)
        if committed > self.cap and (latest := self._latest(self.above)) is not None:
            self.cutoff = self.state.area_order[latest]
            asking.extend(self._refuse(latest))
            return True
        if external > self.cap and (latest := self._latest(self.new)) is not None:
            self.reserve_cutoff = self.state.area_order[latest]
            asking.extend(self._refuse(latest))
            return True
        return committed > max(self.cap, self.committed_before) and self._spend_guarantees()

    def _latest(self, claims: list[Claim]) -> int | None:
        while claims:
            _, unit, wish = heappop(claims)
            if self.holds.get(unit) == wish:
                return unit
        return None

    def _refuse(self, unit: int) -> list[int]:
        wish = self.holds[unit]
        line = self.lines[self.state.parties[unit].wishes[wish]]
        line.close_from(self.state.ranks[unit][wish])
        return self._free(line.settle(self._may_stand_above))

    def _spend_guarantees(self) -> bool:
        self.spent |= {i for i, line in enumerate(self.lines) if line.held_minutes < line.site.guarantee}
        known = {(unit, wish) for _, unit, wish in self.above}
        found = False
        for site, line in enumerate(self.lines):
            for unit in line.units_above():
                wish = self.holds[unit]
                if (unit, wish) not in known and not self._neutral(unit, site):
                    heappush(self.above, (-self.state.area_order[unit], unit, wish))
                    found = True
        return found


def tighten(state: State) -> bool:
    askers = [unit for unit, better in enumerate(state.better) if better > 0 or state.leaves[unit]]
    tightening = Tightening(state, askers)
    tightening.run()
    return tightening.apply()
