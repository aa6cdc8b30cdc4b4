"""TIGHTEN: deferred acceptance, with cutoffs that close the share in area order."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from heapq import heappop, heappush

from .applicant import MUNICIPAL, SPLIT
from .line import Line
from .state import State

Claim = tuple[int, int, int]  # (-area order, unit, wish): the latest in area order is the least


class Tightening:
    """Every unit asks for the best option that has not refused it, until no unit asks.

    `share` False disables the share test (for switching while the share is full); `barriers`: per site, the rank from
    which the line is blocked in advance.

    Two interpretations where the rules leave a choice:

    * New external minutes need an area date before their cutoff (K_res) above the guarantee too. Then both cutoffs only
      ever refuse more as a unit asks further down its list, and the result does not depend on the order in which
      units ask.
    * A unit is neutral if no provider falls below its guarantee by its leaving *alone*. Several units may bring it
      there together, and new share of others would then use up the guarantee. When that lifts the committed share
      above both the cap and its value before, leaving a provider whose remaining clients do not fill its guarantee is
      no longer neutral.
    """

    def __init__(
        self,
        state: State,
        askers: Iterable[int],
        share: bool = True,
        barriers: Mapping[int, int] | None = None,
    ) -> None:
        self.state = state
        # Any order of asking gives the same result. In area order a unit is seldom accepted and then displaced by an
        # earlier one; the stack is popped from its end.
        self.askers = sorted(askers, key=state.area_order.__getitem__, reverse=True)
        self.cap = state.share if share else None
        self.asked = dict.fromkeys(self.askers, 0)  # number of its wishes that the unit has asked for
        self.holds: dict[int, int] = {}  # the wish that the unit holds for now
        self.counted_parts: set[tuple[int, int]] = set()
        self.spread: list[tuple[int, int, int]] = []  # of these: unit, site and minutes of split households
        self.above_guarantee_cutoff: int | None = None  # K: above the guarantee, only earlier area orders
        self.new_minutes_cutoff: int | None = None  # K_res: likewise for new external minutes
        self.above_guarantee: list[Claim] = []
        self.new_minutes: list[Claim] = []
        self.spent: set[int] = set()  # sites that can no longer be left neutrally
        self.committed_before = state.committed()
        self.lines = self._open_lines(barriers or {})
        # The state is constant while the lines move: units for which new external minutes are needed.
        applicants, external = state.applicants, state.external_minutes
        self.takes_new = {unit for unit in self.askers if external(unit) < applicants[unit].minutes}

    def _open_lines(self, barriers: Mapping[int, int]) -> list[Line]:
        minutes, persons = list(self.state.minutes), list(self.state.persons)
        for unit in self.askers:
            for site, (part_minutes, part_persons) in self.state.parts(unit).items():
                minutes[site] -= part_minutes
                persons[site] -= part_persons
        return [
            # Without a share cap the guarantee makes no difference.
            Line(site, minutes[i], persons[i], site.guarantee if self.cap is not None else -1, barriers.get(i))
            for i, site in enumerate(self.state.sites)
        ]

    def run(self) -> None:
        asking = list(self.askers)
        while asking:
            while asking:
                asking += self._ask(asking.pop())
            while not asking and self._tighten_cutoffs(asking):
                pass

    def apply(self) -> bool:
        """Make the result the status quo. Returns whether any place changed."""
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
        """Move the unit down its list until a line accepts it; return the units refused as a result."""
        state, lines = self.state, self.lines
        wishes, ranks, better = state.applicants[unit].wishes, state.ranks[unit], state.better[unit]
        is_split = state.place[unit] == SPLIT
        takes_new = self.cap is not None and unit in self.takes_new
        refused: list[int] = []
        for wish in range(self.asked[unit], better):
            line, rank = lines[wishes[wish]], ranks[wish]
            if is_split:
                # A member who is already a client of the wished site stays there whether the others join or not.
                refused += self._count_part(unit, wishes[wish])
            if rank >= line.barrier:
                continue
            if takes_new and self.new_minutes_cutoff is not None and state.area_order[unit] >= self.new_minutes_cutoff:
                line.close_from(rank)
                refused += line.settle(self._may_stand_above)
                continue
            self.asked[unit] = wish + 1
            self.holds[unit] = wish
            line.join(rank, unit, *state.gain(unit, wishes[wish]))
            if takes_new:
                heappush(self.new_minutes, (-state.area_order[unit], unit, wish))
            return self._free(refused + line.settle(self._may_stand_above))
        self.asked[unit] = better
        if not state.leaves[unit]:
            refused += self._stay(unit)
        return self._free(refused)

    def _stay(self, unit: int) -> list[int]:
        """Fall back: every wish has been refused."""
        place, applicant = self.state.place[unit], self.state.applicants[unit]
        refused: list[int] = []
        if place == SPLIT:
            for site in applicant.parts:
                refused += self._count_part(unit, site)
        elif place != MUNICIPAL:
            self.lines[place].add_to_class0(applicant.minutes, applicant.persons)
            refused = self.lines[place].settle(self._may_stand_above)
        return refused

    def _count_part(self, unit: int, site: int) -> list[int]:
        part = self.state.applicants[unit].parts.get(site)
        if part is None or (unit, site) in self.counted_parts:
            return []
        self.counted_parts.add((unit, site))
        if part[1] < self.state.applicants[unit].persons:
            self.spread.append((unit, site, part[0]))
        self.lines[site].add_to_class0(*part)
        return self.lines[site].settle(self._may_stand_above)

    def _free(self, refused: list[int]) -> list[int]:
        for unit in refused:
            del self.holds[unit]
        return refused

    def _neutral(self, unit: int, to: int) -> bool:
        if unit in self.takes_new:
            return False
        return all(
            site == to or minutes == 0 or self._may_be_left_by(site, minutes)
            for site, (minutes, _) in self.state.parts(unit).items()
        )

    def _may_be_left_by(self, site: int, minutes: int) -> bool:
        return self.state.minutes[site] - minutes >= self.state.sites[site].guarantee and site not in self.spent

    def _may_stand_above(self, unit: int) -> bool:
        """Share test for a unit whose running sum exceeds the provider's guarantee."""
        if self.cap is None:
            return True
        wish = self.holds[unit]
        if unit not in self.takes_new and self._neutral(unit, self.state.applicants[unit].wishes[wish]):
            return True
        order = self.state.area_order[unit]
        heappush(self.above_guarantee, (-order, unit, wish))
        return self.above_guarantee_cutoff is None or order < self.above_guarantee_cutoff

    def loads(self) -> list[int]:
        """Minutes at each site if every unit got the wish it holds.

        A part of a split household stays in class 0 of a site that has refused the household. Here it is not counted if
        the unit holds a place elsewhere, or leaves for the municipal provider after its last wish: the part would go
        along. (It stays in class 0, so that the running sums of a line never fall.)
        """
        loads = [line.minutes for line in self.lines]
        if not self.spread:
            return loads
        for unit, site, minutes in self.spread:
            wish = self.holds.get(unit)
            goes = self.state.leaves[unit] if wish is None else self.state.applicants[unit].wishes[wish] != site
            if goes:
                loads[site] -= minutes
        return loads

    def _tighten_cutoffs(self, asking: list[int]) -> bool:
        """Once all units are settled: refuse the latest of those that make the share too large."""
        if self.cap is None:
            return False
        external = committed = 0
        for line, load in zip(self.lines, self.loads(), strict=True):
            external += load
            committed += load if load > line.site.guarantee else line.site.guarantee
        if committed > self.cap and (latest := self._latest(self.above_guarantee)) is not None:
            self.above_guarantee_cutoff = self.state.area_order[latest]
            asking.extend(self._refuse(latest))
            return True
        if external > self.cap and (latest := self._latest(self.new_minutes)) is not None:
            self.new_minutes_cutoff = self.state.area_order[latest]
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
        line = self.lines[self.state.applicants[unit].wishes[wish]]
        line.close_from(self.state.ranks[unit][wish])
        return self._free(line.settle(self._may_stand_above))

    def _spend_guarantees(self) -> bool:
        for i, (line, load) in enumerate(zip(self.lines, self.loads(), strict=True)):
            if line.class0_minutes - (line.minutes - load) < line.site.guarantee:
                self.spent.add(i)
        known = {(unit, wish) for _, unit, wish in self.above_guarantee}
        found = False
        for site, line in enumerate(self.lines):
            for unit in line.units_above():
                wish = self.holds[unit]
                if (unit, wish) not in known and not self._neutral(unit, site):
                    heappush(self.above_guarantee, (-self.state.area_order[unit], unit, wish))
                    found = True
        return found


def tighten(state: State) -> bool:
    askers = [unit for unit, better in enumerate(state.better) if better > 0 or state.leaves[unit]]
    tightening = Tightening(state, askers)
    tightening.run()
    return tightening.apply()
