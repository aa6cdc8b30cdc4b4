"""TIGHTEN with fixed cutoffs: every unit asks for the best wish that has not refused it, until no unit asks.

A round moves all asking units down their lists at once, then examines each affected site once. The order does not
matter: refused units move down, class 0 only grows, and a unit that leaves the front of a line takes all behind it
along. So the running sum before a remaining unit never falls, refusals are final, and every order of asking ends in
the same state.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from .columns import Flags, Ints
from .line_state import NO_WISHES, OPEN, Cutoffs, LineState, Reach
from .state import State
from .units import SPLIT


class AmbiguousError(Exception):
    """A place depends on a cutoff that a leap has left open."""


@dataclass(slots=True)
class Rounds:
    """`share` None disables the share test. `nonneutral`, `takes_new`, `order` (in the area): per wish."""

    state: State
    askers: Ints
    share: int | None
    nonneutral: Flags
    takes_new: Flags
    lines: LineState
    order: Ints
    cutoffs: Cutoffs = field(default_factory=Cutoffs)
    reach: Reach | None = None

    def settle(self, asking: Ints) -> None:
        """Ask until no unit asks. `asking`: units; `look_at`: sites to examine again because a cutoff has changed."""
        while len(asking):
            asking = self.look_at(self.ask(asking))

    def ask(self, units: Ints) -> Ints:
        """Move each unit to its first wish with an open line, or let it fall back. Returns the changed sites."""
        now, wishes = self.lines, self.state.wishes
        end = wishes.first[units] + self.state.better[units]
        at = now.asks[units]
        touched = np.zeros(len(self.state.sites), bool)
        on_list = np.flatnonzero(at < end)
        while len(on_list):
            wish = at[on_list]
            position, site = self.state.queues.position[wish], wishes.site[wish]
            self._keep_parts(wish, touched)
            if self.reach:
                self._came_by(wish, position, site)
            shut = position >= now.bar[site]
            on_list = on_list[shut]
            at[on_list] += 1
            on_list = on_list[at[on_list] < end[on_list]]
        now.asks[units] = at
        lucky = at < end
        wish = at[lucky]
        now.holds[units[lucky]] = wish
        now.joined[self.state.queues.position[wish]] = True
        np.add.at(now.line, wishes.site[wish], self.state.gain[wish])
        touched[wishes.site[wish]] = True
        self._fall_back(units[~lucky], touched)
        return np.flatnonzero(touched)

    def _fall_back(self, units: Ints, touched: Flags) -> None:
        """Every wish has been refused: the unit keeps what it has, unless it leaves."""
        state, now = self.state, self.lines
        now.done[units] = True
        stay = units[~state.leaves[units]]
        place = state.place[stay]
        self._hold(
            place[place >= 0], state.units.minutes[stay[place >= 0]], state.units.persons[stay[place >= 0]], touched
        )
        split = stay[place == SPLIT]
        if len(split):
            self._keep(np.flatnonzero(np.isin(state.parts.unit, split) & state.spread & ~now.kept), touched)

    def _keep_parts(self, wishes: Ints, touched: Flags) -> None:
        """A member who is a client there is kept whether the others join or not."""
        part = self.state.part[wishes]
        part = part[part >= 0]
        if len(part):
            self._keep(part[~self.lines.kept[part]], touched)

    def _keep(self, parts: Ints, touched: Flags) -> None:
        self.lines.kept[parts] = True
        of = self.state.parts
        self._hold(of.site[parts], of.minutes[parts], of.persons[parts], touched)

    def _hold(self, sites: Ints, minutes: Ints, persons: Ints, touched: Flags) -> None:
        np.add.at(self.lines.held, sites, minutes)
        np.add.at(self.lines.line, sites, minutes)
        np.add.at(self.lines.held_persons, sites, persons)
        touched[sites] = True
        if self.reach:
            np.add.at(self.reach.most, sites, minutes)

    def _came_by(self, wishes: Ints, position: Ints, site: Ints) -> None:
        assert self.reach is not None  # noqa: S101
        wishes = wishes[position < self.reach.bar[site]]
        np.add.at(self.reach.most, self.state.wishes.site[wishes], self.state.gain[wishes])
        self.reach.seen.append(wishes)

    def look_at(self, sites: Ints) -> Ints:
        """Refuse from the first failing unit at each site. Returns the units that ask again."""
        refused = [self._look_at(site) for site in sites.tolist()]
        return np.concatenate(refused) if refused else NO_WISHES

    def _look_at(self, site: int) -> Ints:
        """Accept the longest prefix, in key order, of all that ever asked, for which all of this holds:

        y ≤ ceiling, or the tolerance covers the last one · the ceiling in persons · new external minutes come before
        K_res · above the guarantee, a unit that is not neutral comes before K.
        """
        now, state = self.lines, self.state
        first, bar = state.queues.begins[site], now.bar[site]
        wishes = state.queues.line[first:bar][now.joined[first:bar]]
        if not len(wishes):
            now.claims[site] = now.new[site] = NO_WISHES
            return NO_WISHES
        more = state.gain[wishes]
        y = more.cumsum() + now.held[site]
        persons = None
        if state.sites.limited_persons[site]:
            persons = state.gain_persons[wishes].cumsum() + now.held_persons[site]
        good = state.sites.fitting(site, y, persons, more)
        if self.share is None:
            fail = _first_false(good)
            return self._refuse(site, wishes[fail:], more[fail:])
        order = self.order[wishes]
        new, claims = self.takes_new[wishes], self.nonneutral[wishes]
        claims &= y > state.sites.guarantee[site]
        if self.cutoffs.new < OPEN:
            good &= ~(new & (order >= self.cutoffs.new))
        if self.cutoffs.flexible < OPEN:
            good &= ~(claims & (order >= self.cutoffs.flexible))
        fail = _first_false(good)
        now.claims[site], now.new[site] = wishes[:fail][claims[:fail]], wishes[:fail][new[:fail]]
        open_to = self.cutoffs.flexible_low
        if open_to < self.cutoffs.flexible and (order[:fail][claims[:fail]] >= open_to).any():
            raise AmbiguousError
        return self._refuse(site, wishes[fail:], more[fail:])

    def _refuse(self, site: int, wishes: Ints, more: Ints) -> Ints:
        """`wishes`: in key order, the tail of the line."""
        if not len(wishes):
            return NO_WISHES
        now, position = self.lines, self.state.queues.position[wishes]
        units = self.state.wishes.unit[wishes]
        now.bar[site] = position[0]
        now.joined[position] = False
        now.line[site] -= more.sum()
        now.holds[units] = -1
        now.asks[units] = wishes + 1
        return units

    def loads(self) -> Ints:
        """Minutes at each site if every unit got the wish it holds.

        The part of a split household is kept in a line that has refused the household. It is not counted if the unit
        holds a place elsewhere, or leaves for the municipal provider after its last wish: the part would go along.
        (It stays in the line, so that a line never loosens.)
        """
        return self.lines.line - self.going()

    def going(self) -> Ints:
        """Per site: minutes of kept parts whose household currently goes elsewhere."""
        state, now = self.state, self.lines
        away = np.zeros(len(state.sites), np.int64)
        parts = np.flatnonzero(now.kept)
        if len(parts):
            unit = state.parts.unit[parts]
            wish = now.holds[unit]
            elsewhere = (wish >= 0) & (state.wishes.site[wish] != state.parts.site[parts])
            goes = elsewhere | (now.done[unit] & state.leaves[unit])
            np.add.at(away, state.parts.site[parts[goes]], state.parts.minutes[parts[goes]])
        return away


def begin(state: State, askers: Ints, share: int | None, barriers: dict[int, int]) -> Rounds:
    """`askers`: units. `barriers`: per site, the queue position from which it is blocked in advance."""
    held, persons = np.array(state.minutes, np.int64), np.array(state.persons, np.int64)
    asks = np.zeros(len(state.units), bool)
    asks[askers] = True
    place = state.place[askers]
    there = askers[place >= 0]
    np.subtract.at(held, state.place[there], state.units.minutes[there])
    np.subtract.at(persons, state.place[there], state.units.persons[there])
    parts = np.flatnonzero(state.spread & asks[state.parts.unit])
    np.subtract.at(held, state.parts.site[parts], state.parts.minutes[parts])
    np.subtract.at(persons, state.parts.site[parts], state.parts.persons[parts])
    bar = np.where(state.sites.intake, state.queues.first[1:], state.queues.first[:-1])
    for site, position in barriers.items():
        bar[site] = min(bar[site], position)
    sites = len(state.sites)
    lines = LineState(
        asks=state.wishes.first[:-1].copy(),
        holds=np.full(len(state.units), -1, np.int64),
        done=np.zeros(len(state.units), bool),
        joined=np.zeros(len(state.queues.line), bool),
        bar=bar,
        held=held,
        held_persons=persons,
        line=held.copy(),
        kept=np.zeros(len(state.parts), bool),
        claims=[NO_WISHES] * sites,
        new=[NO_WISHES] * sites,
    )
    takes_new = (state.external_minutes() < state.units.minutes)[state.wishes.unit]
    spent = np.zeros(sites, bool)
    order = state.units.order[state.wishes.unit]
    return Rounds(state, askers, share, nonneutral(state, takes_new, spent), takes_new, lines, order)


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
    bound = np.zeros(len(state.units), bool)
    at = state.place[home]
    bound[home] = (state.units.minutes[home] > 0) & (spare[at] < state.units.minutes[home])
    found = takes_new | bound[state.wishes.unit]
    if len(state.parts):
        tied = state.spread & (state.parts.minutes > 0) & (spare[state.parts.site] < state.parts.minutes)
        ties = np.bincount(state.parts.unit[tied], minlength=len(state.units))[state.wishes.unit]
        # A part already at the wished site stays there.
        own = state.part >= 0
        ties[own] -= tied[state.part[own]]
        found |= ties > 0
    return found
