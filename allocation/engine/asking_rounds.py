"""TIGHTEN with fixed cutoffs: every unit asks for the best wish that has not refused it, until no unit asks.

This is deferred acceptance: each site holds, for now, the longest prefix of its line that it can accept, and refuses
the rest. A round moves all asking units down their lists at once, then examines each affected site once. The order of
asking does not matter: refused units move down, class 0 only grows, and a site that refuses a unit refuses all behind
it in line. So the running sum before a remaining unit never falls, refusals are final, and every order of asking ends
in the same state.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from .columns import Flags, Ints
from .line_state import NO_WISHES, OPEN, Cutoffs, LineState, LoadBound
from .state import State
from .units import SPLIT


class AmbiguousError(Exception):
    """A place depends on a cutoff that a leap has left open."""


@dataclass(slots=True)
class Rounds:
    """`share` None disables the share test. `nonneutral`, `takes_new` and `order` (area order of the unit): per wish.
    `guarantee`: per site. `bound`: maintained while it is set, by `cutoff_steps`.
    """

    state: State
    askers: Ints
    share: int | None
    nonneutral: Flags
    takes_new: Flags
    lines: LineState
    order: Ints
    guarantee: Ints
    cutoffs: Cutoffs = field(default_factory=Cutoffs)
    bound: LoadBound | None = None

    def settle(self, asking: Ints) -> None:
        """Ask until no unit asks. `asking`: units."""
        while len(asking):
            asking = self.review(self.ask(asking))

    def settle_sites(self, sites: Ints) -> None:
        """Settle after a change of a cutoff that concerns these sites."""
        self.settle(self.review(sites))

    def ask(self, units: Ints) -> Ints:
        """Move each unit to its first wish with an open line, or let it fall back. Returns the changed sites."""
        now, wishes = self.lines, self.state.wishes
        end = wishes.first[units] + self.state.better[units]
        at = now.next_wish[units]
        touched = np.zeros(len(self.state.sites), bool)
        on_list = np.flatnonzero(at < end)
        while len(on_list):
            wish = at[on_list]
            position, site = self.state.queues.position[wish], wishes.site[wish]
            self._count_parts_there(wish, touched)
            if self.bound:
                self._raise_bound(self.bound, wish, position, site)
            shut = position >= now.barrier[site]
            on_list = on_list[shut]
            at[on_list] += 1
            on_list = on_list[at[on_list] < end[on_list]]
        now.next_wish[units] = at
        joins = at < end
        wish = at[joins]
        now.holds[units[joins]] = wish
        now.in_line[self.state.queues.position[wish]] = True
        np.add.at(now.minutes, wishes.site[wish], self.state.gain[wish])
        touched[wishes.site[wish]] = True
        self._fall_back(units[~joins], touched)
        return np.flatnonzero(touched)

    def _fall_back(self, units: Ints, touched: Flags) -> None:
        """Every wish has been refused: the unit keeps what it has, unless it leaves."""
        state, now = self.state, self.lines
        now.exhausted[units] = True
        stay = units[~state.leaves[units]]
        place = state.place[stay]
        whole = place >= 0
        self._add_to_class0(place[whole], state.units.minutes[stay[whole]], state.units.persons[stay[whole]], touched)
        split = stay[place == SPLIT]
        if len(split):
            parts = np.isin(state.parts.unit, split) & state.spread & ~now.part_counted
            self._count_parts(np.flatnonzero(parts), touched)

    def _count_parts_there(self, wishes: Ints, touched: Flags) -> None:
        """A member who is already a client of the wished site stays there whether the others join or not."""
        part = self.state.part[wishes]
        part = part[part >= 0]
        if len(part):
            self._count_parts(part[~self.lines.part_counted[part]], touched)

    def _count_parts(self, parts: Ints, touched: Flags) -> None:
        self.lines.part_counted[parts] = True
        of = self.state.parts
        self._add_to_class0(of.site[parts], of.minutes[parts], of.persons[parts], touched)

    def _add_to_class0(self, sites: Ints, minutes: Ints, persons: Ints, touched: Flags) -> None:
        np.add.at(self.lines.class0_minutes, sites, minutes)
        np.add.at(self.lines.minutes, sites, minutes)
        np.add.at(self.lines.class0_persons, sites, persons)
        touched[sites] = True
        if self.bound:
            np.add.at(self.bound.minutes, sites, minutes)

    def _raise_bound(self, bound: LoadBound, wishes: Ints, position: Ints, site: Ints) -> None:
        wishes = wishes[position < bound.barrier[site]]
        np.add.at(bound.minutes, self.state.wishes.site[wishes], self.state.gain[wishes])
        bound.asked.append(wishes)

    def review(self, sites: Ints) -> Ints:
        """Refuse from the first failing unit at each site. Returns the refused units, which ask again."""
        refused = [self._review(site) for site in sites.tolist()]
        return np.concatenate(refused) if refused else NO_WISHES

    def _review(self, site: int) -> Ints:
        """Accept the longest prefix of the line, in key order, for which all of this holds:

        y (the running sum) ≤ ceiling, or the tolerance covers the last one · the ceiling in persons · a unit that
        takes new external minutes comes before K_res · a unit above the guarantee that is not neutral comes before K.
        """
        now, state = self.lines, self.state
        wishes = self.line_at(site)
        if not len(wishes):
            now.above_guarantee[site] = now.new_minutes[site] = NO_WISHES
            return NO_WISHES
        more = state.gain[wishes]
        y = more.cumsum() + now.class0_minutes[site]
        persons = None
        if state.sites.limited_persons[site]:
            persons = state.gain_persons[wishes].cumsum() + now.class0_persons[site]
        good = state.sites.fitting(site, y, persons, more)
        if self.share is None:
            fail = _first_false(good)
            return self._refuse(site, wishes[fail:], more[fail:])
        order = self.order[wishes]
        new, above = self.takes_new[wishes], self.nonneutral[wishes]
        above &= y > state.sites.guarantee[site]
        cutoffs = self.cutoffs
        if cutoffs.new_minutes < OPEN:
            good &= ~(new & (order >= cutoffs.new_minutes))
        if cutoffs.above_guarantee < OPEN:
            good &= ~(above & (order >= cutoffs.above_guarantee))
        fail = _first_false(good)
        now.above_guarantee[site], now.new_minutes[site] = wishes[:fail][above[:fail]], wishes[:fail][new[:fail]]
        low = cutoffs.above_guarantee_low
        if low < cutoffs.above_guarantee and (order[:fail][above[:fail]] >= low).any():
            raise AmbiguousError
        return self._refuse(site, wishes[fail:], more[fail:])

    def _refuse(self, site: int, wishes: Ints, more: Ints) -> Ints:
        """`wishes`: in key order, the tail of the line."""
        if not len(wishes):
            return NO_WISHES
        now, position = self.lines, self.state.queues.position[wishes]
        units = self.state.wishes.unit[wishes]
        now.barrier[site] = position[0]
        now.in_line[position] = False
        now.minutes[site] -= more.sum()
        now.holds[units] = -1
        now.next_wish[units] = wishes + 1
        return units

    def line_at(self, site: int) -> Ints:
        """Wishes in line at the site, in key order."""
        first, barrier = self.state.queues.begins[site], self.lines.barrier[site]
        wishes: Ints = self.state.queues.line[first:barrier][self.lines.in_line[first:barrier]]
        return wishes

    def held_wishes(self) -> Ints:
        held = self.lines.holds
        return held[held >= 0]

    def external_and_committed(self) -> tuple[int, int]:
        """X and L if every unit got the wish it holds."""
        loads = self.loads()
        return int(loads.sum()), int(np.maximum(loads, self.guarantee).sum())

    def loads(self) -> Ints:
        """Minutes at each site if every unit got the wish it holds.

        A part of a split household stays in class 0 of a site that has refused the household. Here it is not counted if
        the unit holds a place elsewhere, or leaves for the municipal provider after its last wish: the part would go
        along. (It stays in class 0, so that the running sums of a line never fall.)
        """
        return self.lines.minutes - self.parts_going()

    def parts_going(self) -> Ints:
        """Per site: minutes of the parts in class 0 whose household currently goes elsewhere."""
        state, now = self.state, self.lines
        away = np.zeros(len(state.sites), np.int64)
        parts = np.flatnonzero(now.part_counted)
        if len(parts):
            unit = state.parts.unit[parts]
            wish = now.holds[unit]
            elsewhere = (wish >= 0) & (state.wishes.site[wish] != state.parts.site[parts])
            goes = elsewhere | (now.exhausted[unit] & state.leaves[unit])
            np.add.at(away, state.parts.site[parts[goes]], state.parts.minutes[parts[goes]])
        return away


def begin(state: State, askers: Ints, share: int | None, barriers: dict[int, int]) -> Rounds:
    """`askers`: units. `barriers`: per site, the queue position from which it is blocked in advance."""
    minutes, persons = np.array(state.minutes, np.int64), np.array(state.persons, np.int64)
    asks = np.zeros(len(state.units), bool)
    asks[askers] = True
    place = state.place[askers]
    there = askers[place >= 0]
    np.subtract.at(minutes, state.place[there], state.units.minutes[there])
    np.subtract.at(persons, state.place[there], state.units.persons[there])
    parts = np.flatnonzero(state.spread & asks[state.parts.unit])
    np.subtract.at(minutes, state.parts.site[parts], state.parts.minutes[parts])
    np.subtract.at(persons, state.parts.site[parts], state.parts.persons[parts])
    barrier = np.where(state.sites.intake, state.queues.first[1:], state.queues.first[:-1])
    for site, position in barriers.items():
        barrier[site] = min(barrier[site], position)
    sites = len(state.sites)
    lines = LineState(
        next_wish=state.wishes.first[:-1].copy(),
        holds=np.full(len(state.units), -1, np.int64),
        exhausted=np.zeros(len(state.units), bool),
        in_line=np.zeros(len(state.queues.line), bool),
        barrier=barrier,
        class0_minutes=minutes,
        class0_persons=persons,
        minutes=minutes.copy(),
        part_counted=np.zeros(len(state.parts), bool),
        above_guarantee=[NO_WISHES] * sites,
        new_minutes=[NO_WISHES] * sites,
    )
    takes_new = (state.external_minutes() < state.units.minutes)[state.wishes.unit]
    spent = np.zeros(sites, bool)
    order = state.units.order[state.wishes.unit]
    guarantee = np.array(state.sites.guarantee, np.int64)
    return Rounds(state, askers, share, nonneutral(state, takes_new, spent), takes_new, lines, order, guarantee)


def _first_false(flags: Flags) -> int:
    """Index of the first false value; the length if all are true."""
    at = int(flags.argmin())
    return len(flags) if flags[at] else at


def nonneutral(state: State, takes_new: Flags, spent: Flags) -> Flags:
    """Mask of the wishes that are not neutral.

    A wish is neutral if it takes no new minutes and no provider falls below its guarantee by this unit leaving alone.
    The state is constant while the lines move, so this is known in advance. `spent`: sites that can no longer be left
    neutrally.
    """
    spare = np.array(state.minutes, np.int64) - np.array(state.sites.guarantee, np.int64)
    spare[spent] = -1
    home = state.place >= 0
    needed = np.zeros(len(state.units), bool)  # the guarantee at home needs the unit
    at = state.place[home]
    needed[home] = (state.units.minutes[home] > 0) & (spare[at] < state.units.minutes[home])
    found = takes_new | needed[state.wishes.unit]
    if len(state.parts):
        needed_part = state.spread & (state.parts.minutes > 0) & (spare[state.parts.site] < state.parts.minutes)
        parts = np.bincount(state.parts.unit[needed_part], minlength=len(state.units))[state.wishes.unit]
        # A part already at the wished site stays there.
        own = state.part >= 0
        parts[own] -= needed_part[state.part[own]]
        found |= parts > 0
    return found
