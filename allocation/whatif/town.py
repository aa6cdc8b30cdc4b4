"""The people of the simulation: who comes, who leaves, whose hours change, who wishes for something else.

Nothing here looks at who has room. So the same seed gives the same people and the same wishes whatever the share and
the ceilings are, and two scenarios differ by their rules alone.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import replace
from datetime import date
from random import Random

import numpy as np

from allocation import engine
from allocation.engine.columns import NO_DAY, Columns
from allocation.engine.nights import Settled
from allocation.whatif.habits import chance, habits_of, stream
from allocation.whatif.scenario import BP, Scenario

DAYS_A_YEAR = 365


class Rate:
    """A yearly rate as whole events a day: what is left of one day is carried to the next."""

    def __init__(self) -> None:
        self.carry = 0

    def events(self, persons: int, bp: int) -> int:
        self.carry += persons * bp
        events, self.carry = divmod(self.carry, BP * DAYS_A_YEAR)
        return events


class Town:
    """``units`` by id, and ``changed``, the ids of those about whom something is new; ``persons`` (unit, person) in an
    order that does not depend on who has which provider; ``chose_on`` the day of the last choice of those who chose
    during the simulation."""

    def __init__(self, problem: engine.Problem, scenario: Scenario) -> None:
        self.scenario = scenario
        self.habits = habits_of(problem, scenario)
        self.municipal = next(provider.id for provider in problem.providers if provider.municipal)
        self.externals: dict[str, set[str]] = {area.id: set() for area in problem.areas}
        for contract in problem.contracts:
            self.externals[contract.area].add(contract.provider)
        self.units = {unit.id: unit for unit in problem.units}
        self.changed = dict.fromkeys(self.units)  # since somebody asked, in that order
        self.chose_on: dict[str, date] = {}
        # Newcomers are like those of today: the same areas, the same hours.
        self.models = [(unit.area, member.minutes) for unit in problem.units for member in unit.members]
        self.hours = [minutes for _, minutes in self.models if minutes]
        self.persons = [(unit.id, member.id) for unit in problem.units for member in unit.members]
        self.rates = {kind: Rate() for kind in ("leave", "arrive", "hours", "choose")}
        self.count = dict.fromkeys(self.rates, 0)

    def live(self, day: date) -> bool:
        """One day; tells whether anything happened."""
        asked = self.scenario
        people = len(self.persons)
        happened = False
        for random in self._events("leave", people, asked.turnover_bp):
            self._leave(random)
            happened = True
        for random in self._events("arrive", people, asked.turnover_bp + asked.growth_bp):
            self._arrive(random, day)
            happened = True
        for random in self._events("hours", people, asked.hours_change_bp):
            self._change_hours(random)
            happened = True
        for random in self._events("choose", people, asked.switch_bp):
            self._choose_again(random, day)
            happened = True
        return happened

    def _events(self, kind: str, people: int, bp: int) -> Iterator[Random]:
        for _ in range(self.rates[kind].events(people, bp)):
            self.count[kind] += 1
            if kind == "arrive" or self.persons:
                yield stream(self.scenario.seed, kind, self.count[kind])

    def _leave(self, random: Random) -> None:
        """A death, or a move away. The last in the list takes the place of who leaves."""
        place = random.randrange(len(self.persons))
        unit_id, person = self.persons[place]
        self.persons[place] = self.persons[-1]
        self.persons.pop()
        unit = self.units[unit_id]
        members = tuple(member for member in unit.members if member.id != person)
        if members:
            self._put(replace(unit, members=members))
        else:
            del self.units[unit_id]
            self.changed[unit_id] = None

    def _put(self, unit: engine.Unit) -> None:
        self.units[unit.id] = unit
        self.changed[unit.id] = None

    def take_changed(self) -> Collection[str]:
        """Whose lives or places have changed since this was last asked."""
        changed, self.changed = self.changed, {}
        return changed

    def _arrive(self, random: Random, day: date) -> None:
        if not self.models:
            return
        area, minutes = random.choice(self.models)
        id_ = f"new-{self.count['arrive']}"
        newcomer = engine.Unit(
            id=id_,
            area=area,
            answered=False,
            area_date=None,
            callable=True,
            members=(engine.Member(id=id_, minutes=minutes, current=None),),
        )
        self._put(newcomer)
        self.persons.append((id_, id_))
        if chance(random, self.habits.choice_rate_bp):
            self._wish(newcomer, self._first_ranking(random, area), day)

    def _first_ranking(self, random: Random, area: str) -> tuple[str, ...]:
        if chance(random, self.habits.external_bp):
            return self.habits.ranking(random, self.externals[area])
        return ()

    def _change_hours(self, random: Random) -> None:
        """Somebody with hours gets as many as somebody of today has. An alarm alone stays an alarm alone."""
        unit_id, person = random.choice(self.persons)
        unit = self.units[unit_id]
        members = tuple(
            replace(member, minutes=random.choice(self.hours)) if member.id == person and member.minutes else member
            for member in unit.members
        )
        self._put(replace(unit, members=members))

    def _choose_again(self, random: Random, day: date) -> None:
        """Clients of the municipality ask for an external; clients of an external for another, or to go back."""
        unit_id, _ = random.choice(self.persons)
        unit = self.units[unit_id]
        has = {member.current for member in unit.members}
        goes_back = not chance(random, self.habits.external_bp)
        ranking = self.habits.ranking(random, self.externals[unit.area])
        if has & self.externals[unit.area] and goes_back:
            ranking = ()
        self._wish(unit, tuple(provider for provider in ranking if {provider} != has), day)

    def call(self, unit_id: str, to: str, day: date) -> None:
        """Phoned about a provider with a guarantee to fill. Nobody is phoned twice."""
        unit = replace(self.units[unit_id], callable=False)
        self._put(unit)
        if chance(stream(self.scenario.seed, "call", unit_id), self.scenario.call_yes_bp):
            self._wish(unit, (to,), day)

    def _wish(self, unit: engine.Unit, ranking: tuple[str, ...], day: date) -> None:
        """A new list: a wish that stood in the old one keeps its date, and so does the place in the area's line."""
        old = {wish.provider: wish.date for wish in unit.wishes}
        wishes = tuple(engine.Wish(provider=each, date=old.get(each, day)) for each in (*ranking, self.municipal))
        area_date = (unit.area_date or day) if ranking else None
        self._put(replace(unit, answered=True, wishes=wishes, area_date=area_date))
        self.chose_on[unit.id] = day

    def place(self, columns: Columns, night: Settled) -> tuple[list[str], bool]:
        """Everybody gets what the engine gave. Gives the units about whom that changes anything, and whether anybody
        moved.

        The rule for those who do not answer has then been used: later nights leave them where they are. The date in
        the area's line goes when no wish is left unmet.
        """
        moves = np.zeros(len(columns.unit_ids), bool)
        moves[columns.member_unit[night.got != columns.current]] = True
        touched = moves | ~columns.answered | (~night.unmet & (columns.day != NO_DAY))
        placed = []
        for row in np.flatnonzero(touched).tolist():
            unit = self.units[columns.unit_ids[row]]
            rows = range(columns.members_from[row], columns.members_from[row + 1])
            got = {columns.member_ids[each]: columns.providers[night.got[each]] for each in rows}
            members = tuple(replace(member, current=got[member.id]) for member in unit.members)
            area_date = unit.area_date if night.unmet[row] else None
            self._put(replace(unit, members=members, answered=True, area_date=area_date))
            placed.append(unit.id)
        return placed, bool(moves.any())
