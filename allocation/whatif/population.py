"""People of the simulation: arrivals, departures, changed hours, changed wishes.

Independent of room: the same seed gives the same people and wishes whatever the share and ceilings, so two scenarios
differ by their rules alone.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import replace
from datetime import date
from random import Random

import numpy as np

from allocation import engine
from allocation.engine.columns import NO_DAY, Columns
from allocation.engine.simulation_runs import Settled
from allocation.whatif.habits import chance, habits_of, stream
from allocation.whatif.scenario import BP, Scenario

DAYS_A_YEAR = 365


class Rate:
    """A yearly rate as whole events a day; the remainder is carried to the next day."""

    def __init__(self) -> None:
        self.carry = 0

    def events(self, persons: int, bp: int) -> int:
        self.carry += persons * bp
        events, self.carry = divmod(self.carry, BP * DAYS_A_YEAR)
        return events


class Population:
    """``units`` by id, and ``changed``: ids of units with changes; ``persons``: (unit, person) in an order
    independent of their providers; ``chose_on``: day of the last choice made during the simulation.
    """

    def __init__(self, problem: engine.Problem, scenario: Scenario) -> None:
        self.scenario = scenario
        self.habits = habits_of(problem, scenario)
        self.municipal = next(provider.id for provider in problem.providers if provider.municipal)
        self.externals: dict[str, set[str]] = {area.id: set() for area in problem.areas}
        for contract in problem.contracts:
            self.externals[contract.area].add(contract.provider)
        self.units = {unit.id: unit for unit in problem.units}
        self.changed = dict.fromkeys(self.units)  # since last taken, in that order
        self.chose_on: dict[str, date] = {}
        # Newcomers resemble today's people: same areas, same hours.
        self.models = [(unit.area, member.minutes) for unit in problem.units for member in unit.members]
        self.hours = [minutes for _, minutes in self.models if minutes]
        self.persons = [(unit.id, member.id) for unit in problem.units for member in unit.members]
        self.rates = {kind: Rate() for kind in ("leave", "arrive", "hours", "choose")}
        self.count = dict.fromkeys(self.rates, 0)

    def live(self, day: date) -> bool:
        """Simulate one day. Returns whether anything happened."""
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
        """A death or a departure. The last in the list takes the freed position."""
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
        """Units changed since the last call."""
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
        """Hours are drawn from those of people today. An alarm-only person stays alarm-only."""
        unit_id, person = random.choice(self.persons)
        unit = self.units[unit_id]
        members = tuple(
            replace(member, minutes=random.choice(self.hours)) if member.id == person and member.minutes else member
            for member in unit.members
        )
        self._put(replace(unit, members=members))

    def _choose_again(self, random: Random, day: date) -> None:
        """Municipal clients ask for an external provider; external clients for another one, or to go back."""
        unit_id, _ = random.choice(self.persons)
        unit = self.units[unit_id]
        has = {member.current for member in unit.members}
        goes_back = not chance(random, self.habits.external_bp)
        ranking = self.habits.ranking(random, self.externals[unit.area])
        if has & self.externals[unit.area] and goes_back:
            ranking = ()
        self._wish(unit, tuple(provider for provider in ranking if {provider} != has), day)

    def call(self, unit_id: str, to: str, day: date) -> None:
        """Phone about a provider with an unfilled guarantee. Nobody is phoned twice."""
        unit = replace(self.units[unit_id], callable=False)
        self._put(unit)
        if chance(stream(self.scenario.seed, "call", unit_id), self.scenario.call_yes_bp):
            self._wish(unit, (to,), day)

    def _wish(self, unit: engine.Unit, ranking: tuple[str, ...], day: date) -> None:
        """A new list: a wish kept from the old one keeps its date, and so does the place in the area's line."""
        old = {wish.provider: wish.date for wish in unit.wishes}
        wishes = tuple(engine.Wish(provider=each, date=old.get(each, day)) for each in (*ranking, self.municipal))
        area_date = (unit.area_date or day) if ranking else None
        self._put(replace(unit, answered=True, wishes=wishes, area_date=area_date))
        self.chose_on[unit.id] = day

    def place(self, columns: Columns, night: Settled) -> tuple[list[str], bool]:
        """Apply the engine's result. Returns the units changed by it, and whether anybody moved.

        The no-answer rule has then been applied: later nights do not apply it again. The area date is cleared when no
        wish is left unmet.
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
