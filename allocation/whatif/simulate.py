"""Simulation of years of nights on a copy, in memory, with the real allocation engine."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta

import numpy as np

from allocation import engine
from allocation.engine.columns import NOBODY, Columns
from allocation.engine.simulation_runs import Rolling, Settled, settled
from allocation.whatif.first_choice_waits import FirstChoiceWaits
from allocation.whatif.population import Population
from allocation.whatif.result import AreaRow, ContractRow, HoursClass, Queue, Result, Step, hours_class
from allocation.whatif.rules import Rules
from allocation.whatif.scenario import Scenario

# The audit costs as much as the engine: the first run and every such run are audited.
AUDIT_EVERY = 13

Watch = Callable[[engine.Problem, engine.Outcome], None]


def simulate(problem: engine.Problem, scenario: Scenario, *, watch: Watch | None = None, audits: bool = True) -> Result:
    """Deterministic: same problem and scenario, same result. Raises ScenarioError for unknown areas and providers,
    and InvalidProblemError.

    ``watch`` is called with every problem and outcome: for tests and progress. ``audits`` False: no audits.
    """
    scenario.check_against(problem)
    if faults := engine.check_inputs(problem):
        raise engine.InvalidProblemError(faults)
    return _Simulation(problem, scenario, watch, audits).run()


def last_day(begin: date, years: int) -> date:
    # 29 February falls back to the 28th.
    return begin.replace(year=begin.year + years, day=min(begin.day, 28) if begin.month == 2 else begin.day)


class _Simulation:
    def __init__(self, problem: engine.Problem, scenario: Scenario, watch: Watch | None, audits: bool) -> None:
        self.problem = problem
        self.audits = audits
        self.rolling = Rolling(problem)
        self.scenario = scenario
        self.watch = watch
        self.rules = Rules(problem, scenario)
        self.population = Population(problem, scenario)
        self.waits = FirstChoiceWaits(self.population.municipal, problem.effective_date)
        self.steps: list[Step] = []
        self.runs = self.audited = 0
        self.faults: list[str] = []

    def run(self) -> Result:
        begin = self.problem.effective_date
        end = last_day(begin, self.scenario.years)
        changed = True
        day = begin
        while day <= end:
            if day > begin and self.population.live(day):
                changed = True
            if (day - begin).days % self.scenario.step_days == 0:
                changed = self._night(day, changed)
            day += timedelta(days=1)
        last = self.steps[-1].day
        return Result(
            scenario=self.scenario,
            habits=self.population.habits,
            steps=tuple(self.steps),
            waits=self.waits.summary(last),
            first_choice=self.waits.first_choice(last),
            first_choice_all=self.waits.first_choice_all(last),
            engine_runs=self.runs,
            audited=self.audited,
            faults=tuple(self.faults),
        )

    def _night(self, day: date, changed: bool) -> bool:
        """Simulate one step. Returns whether the next one has work even if nothing happens before it."""
        if not (changed or self.rules.change(day)):
            self.steps.append(replace(self.steps[-1], day=day, moved=0, called=0))
            return False
        columns = self.rolling.columns(self.population.units)
        problem = self.rules.problem(day, _base(columns))
        columns = self.rolling.under(columns, problem)
        self.waits.before(self.population.take_changed(), self.population.units, self.population.chose_on, day)
        self._audit(columns)
        night = settled(columns)
        placed, moved = self.population.place(columns, night)
        self.waits.after(placed, self.population.units, day)
        called = self._call(columns, night, day)
        self.steps.append(_step(columns, night, called))
        return moved or called > 0

    def _audit(self, columns: Columns) -> None:
        is_due = self.audits and self.runs % AUDIT_EVERY == 0
        self.runs += 1
        if not (is_due or self.watch):
            return
        problem = replace(columns.problem, units=tuple(self.population.units.values()))
        outcome = engine.allocate(problem)
        if self.watch:
            self.watch(problem, outcome)
        if is_due:
            self.audited += 1
            self.faults += map(str, engine.audit_static(problem, outcome))

    def _call(self, columns: Columns, night: Settled, day: date) -> int:
        if night.calls:
            unit_of = dict(zip(columns.member_ids, columns.member_unit.tolist(), strict=True))
            for call in night.calls:
                self.population.call(columns.unit_ids[unit_of[call.person]], call.to_provider, day)
        return len(night.calls)


def _base(columns: Columns) -> dict[str, int]:
    minutes = np.zeros(len(columns.areas), np.int64)
    np.add.at(minutes, columns.area[columns.member_unit], columns.minutes)
    return dict(zip(columns.areas, minutes.tolist(), strict=True))


def _step(columns: Columns, night: Settled, called: int) -> Step:
    problem = columns.problem
    totals = {total.area: total for total in night.totals}
    queues = _queues(columns, night)
    return Step(
        day=problem.effective_date,
        persons=len(columns.member_ids),
        # A newcomer's first provider is not a move.
        moved=int(((columns.current != NOBODY) & (columns.current != night.got)).sum()),
        called=called,
        areas=tuple(
            AreaRow(
                area=area.id,
                base_minutes=area.share_base_minutes or 0,
                cap_minutes=area.share_cap_minutes,
                external_minutes=totals[area.id].external_minutes,
                committed_minutes=totals[area.id].committed_minutes,
                waiting=queues[area.id],
            )
            for area in problem.areas
        ),
        contracts=tuple(row for area in problem.areas for row in _contract_rows(problem, totals[area.id])),
    )


def _contract_rows(problem: engine.Problem, total: engine.AreaTotal) -> Iterator[ContractRow]:
    """Includes a provider with an ended contract and remaining clients: the rows sum to the area's external minutes."""
    ceilings = {each.provider: each.ceiling_minutes for each in problem.contracts if each.area == total.area}
    for taken in total.contracts:
        if taken.provider in ceilings or taken.persons:
            # An ended contract admits nobody: no ceiling, nothing idle.
            ceiling = ceilings.get(taken.provider)
            yield ContractRow(
                area=total.area,
                provider=taken.provider,
                ceiling_minutes=ceiling,
                minutes=taken.minutes,
                persons=taken.persons,
                idle_minutes=None if ceiling is None else max(ceiling - taken.minutes, 0),
            )


def _queues(columns: Columns, night: Settled) -> dict[str, dict[HoursClass, Queue]]:
    # A wish that can never be met is in no queue.
    persons: Counter[tuple[str, HoursClass]] = Counter()
    minutes: Counter[tuple[str, HoursClass]] = Counter()
    totals = np.add.reduceat(columns.minutes, columns.members_from[:-1]) if len(columns.minutes) else columns.minutes
    waiting = np.flatnonzero(night.waits)
    sizes = np.diff(columns.members_from)[waiting]
    for area, size, total in zip(columns.area[waiting].tolist(), sizes.tolist(), totals[waiting].tolist(), strict=True):
        key = (columns.areas[area], hours_class(total))
        persons[key] += size
        minutes[key] += total
    return {
        area: {kind: Queue(persons[area, kind], minutes[area, kind]) for kind in HoursClass} for area in columns.areas
    }
