"""Years of nights on a copy, in memory. The engine that places people is the very one that does it for real."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta

from allocation import engine
from allocation.whatif.result import AreaRow, ContractRow, HoursClass, Queue, Result, Step, hours_class
from allocation.whatif.rules import Rules
from allocation.whatif.scenario import Scenario
from allocation.whatif.town import Town
from allocation.whatif.waits import Waits

# The audit costs as much as the engine: every such run of it is audited, and the first.
AUDIT_EVERY = 13

Watch = Callable[[engine.Problem, engine.Outcome], None]


def simulate(problem: engine.Problem, scenario: Scenario, *, watch: Watch | None = None) -> Result:
    """The same problem and scenario give the same result. Raises ScenarioError for unknown areas and providers.

    ``watch`` sees every problem and outcome: for tests and for progress.
    """
    scenario.check_against(problem)
    return _Simulation(problem, scenario, watch).run()


def last_day(begin: date, years: int) -> date:
    # The 29th of February has a 28th in every year.
    return begin.replace(year=begin.year + years, day=min(begin.day, 28) if begin.month == 2 else begin.day)


class _Simulation:
    def __init__(self, problem: engine.Problem, scenario: Scenario, watch: Watch | None) -> None:
        self.problem = problem
        self.scenario = scenario
        self.watch = watch
        self.rules = Rules(problem, scenario)
        self.town = Town(problem, scenario)
        self.waits = Waits(self.town.municipal, problem.effective_date)
        self.steps: list[Step] = []
        self.runs = self.audited = 0
        self.faults: list[str] = []

    def run(self) -> Result:
        begin = self.problem.effective_date
        end = last_day(begin, self.scenario.years)
        changed = True
        day = begin
        while day <= end:
            if day > begin and self.town.live(day):
                changed = True
            if (day - begin).days % self.scenario.step_days == 0:
                changed = self._night(day, changed)
            day += timedelta(days=1)
        last = self.steps[-1].day
        return Result(
            scenario=self.scenario,
            habits=self.town.habits,
            steps=tuple(self.steps),
            waits=self.waits.summary(last),
            first_choice=self.waits.first_choice(last),
            first_choice_all=self.waits.first_choice_all(last),
            engine_runs=self.runs,
            audited=self.audited,
            faults=tuple(self.faults),
        )

    def _night(self, day: date, changed: bool) -> bool:
        """One step; tells whether the next one has something to do even if nothing happens until then."""
        if not (changed or self.rules.change(day)):
            self.steps.append(replace(self.steps[-1], day=day, moved=0, called=0))
            return False
        problem = self.rules.problem(day, self.town.units)
        self.waits.before(self.town.units, self.town.chose_on, day)
        outcome = engine.allocate(problem)
        if self.watch:
            self.watch(problem, outcome)
        self._audit(problem, outcome)
        moved = self.town.place(outcome)
        self.waits.after(self.town.units, day)
        called = self._call(outcome, day)
        self.steps.append(_step(problem, outcome, called))
        return moved or called > 0

    def _audit(self, problem: engine.Problem, outcome: engine.Outcome) -> None:
        if self.runs % AUDIT_EVERY == 0:
            self.audited += 1
            self.faults += map(str, engine.audit_static(problem, outcome))
        self.runs += 1

    def _call(self, outcome: engine.Outcome, day: date) -> int:
        unit_of = {row.person: row.unit for row in outcome.placements}
        for call in outcome.calls:
            self.town.call(unit_of[call.person], call.to_provider, day)
        return len(outcome.calls)


def _step(problem: engine.Problem, outcome: engine.Outcome, called: int) -> Step:
    before = {member.id: member.current for unit in problem.units for member in unit.members}
    totals = {total.area: total for total in outcome.totals}
    queues = _queues(problem, outcome)
    return Step(
        day=problem.effective_date,
        persons=len(outcome.placements),
        # Newcomers come to somebody; they are not moved.
        moved=sum(before[row.person] not in (None, row.provider) for row in outcome.placements),
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
    """Also of a provider whose contract is over, while it has clients: the rows sum to the area's external minutes."""
    ceilings = {each.provider: each.ceiling_minutes for each in problem.contracts if each.area == total.area}
    for taken in total.contracts:
        if taken.provider in ceilings or taken.persons:
            # Nobody comes to a contract that is over: no ceiling, and nothing idle.
            ceiling = ceilings.get(taken.provider)
            yield ContractRow(
                area=total.area,
                provider=taken.provider,
                ceiling_minutes=ceiling,
                minutes=taken.minutes,
                persons=taken.persons,
                idle_minutes=None if ceiling is None else max(ceiling - taken.minutes, 0),
            )


def _queues(problem: engine.Problem, outcome: engine.Outcome) -> dict[str, dict[HoursClass, Queue]]:
    # A wish that can never be met stands in no queue.
    waits = {row.unit for row in outcome.placements if any(unmet.place_in_queue is not None for unmet in row.unmet)}
    persons: Counter[tuple[str, HoursClass]] = Counter()
    minutes: defaultdict[tuple[str, HoursClass], int] = defaultdict(int)
    for unit in problem.units:
        if unit.id in waits:
            total = sum(member.minutes for member in unit.members)
            key = (unit.area, hours_class(total))
            persons[key] += len(unit.members)
            minutes[key] += total
    return {
        area.id: {kind: Queue(persons[area.id, kind], minutes[area.id, kind]) for kind in HoursClass}
        for area in problem.areas
    }
