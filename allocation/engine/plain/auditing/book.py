"""The audit's books of one area, before and after: loads, queues, effect of a move."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from allocation.engine.outcome import Outcome, Placement
from allocation.engine.problem import Area, Contract, Problem

from .case import NOTHING, Case, Key, Load, Wished, make_case

LAST: Key = (3, date.max, 0, "")


@dataclass(frozen=True, slots=True)
class QueuedUnit:
    case: Case
    wish: Wished


class Book:
    def __init__(self, problem: Problem, area: Area, placed: Mapping[str, Placement]) -> None:
        self.policy = problem.policy
        self.area = area
        self.share = area.share_cap_minutes
        self.municipal = next(provider.id for provider in problem.providers if provider.municipal)
        self.contracts = {row.provider: row for row in problem.contracts if row.area == area.id}
        self.cases = [
            make_case(problem, area, self.contracts, self.municipal, unit, [placed[m.id] for m in unit.members])
            for unit in problem.units
            if unit.area == area.id
        ]
        self.by_id = {case.unit.id: case for case in self.cases}
        self.start = self._loads([case.start for case in self.cases])
        self.final = self._loads([case.final for case in self.cases])
        # The books are final, and these sums are needed for every wish: cached.
        self.external_now, self.committed_now = self.external(self.final), self.committed(self.final)
        self.queues = self._queues()
        self._newcomers: dict[str, list[Case]] = {}
        for case in self.cases:
            if case.moved and case.together is not None:
                self._newcomers.setdefault(case.together, []).append(case)

    def _loads(self, parts: list[Mapping[str, Load]]) -> dict[str, Load]:
        loads = {p: (row.reserved_minutes, row.reserved_persons) for p, row in self.contracts.items()}
        for part in parts:
            for provider, (minutes, persons) in part.items():
                before = loads.get(provider, (0, 0))
                loads[provider] = (before[0] + minutes, before[1] + persons)
        # A provider with clients at the start has a row, even if nobody is left there.
        return loads

    def _queues(self) -> dict[str, list[QueuedUnit]]:
        queues: dict[str, list[QueuedUnit]] = {provider: [] for provider in self.contracts}
        for case in self.cases:
            for wish in case.waits():
                queues[wish.provider].append(QueuedUnit(case, wish))
        for queue in queues.values():
            queue.sort(key=lambda waiter: self.key_now(waiter.case, waiter.wish))
        return queues

    def key_now(self, case: Case, wish: Wished) -> Key:
        return case.key(wish, case.final, self.policy.household_class)

    def key_then(self, case: Case, provider: str) -> Key:
        """Queue key as the run began; a unit that never asked for the provider comes after all that did."""
        wish = next((wish for wish in case.wished if wish.provider == provider), None)
        if wish is None:
            return LAST
        return case.key(wish, case.start, self.policy.household_class)

    def newcomers(self, provider: str) -> list[Case]:
        return self._newcomers.get(provider, [])

    def guarantee(self, provider: str) -> int:
        contract = self.contracts.get(provider)
        return contract.guaranteed_minutes if contract else 0

    def external(self, loads: Mapping[str, Load]) -> int:
        return sum(minutes for minutes, _ in loads.values())

    def committed(self, loads: Mapping[str, Load]) -> int:
        return sum(max(minutes, self.guarantee(provider)) for provider, (minutes, _) in loads.items())

    def load_if(self, case: Case, provider: str) -> Load:
        """The provider's final load with the unit there; members already there are not counted twice."""
        minutes, persons = self.final[provider]
        there = case.final.get(provider, NOTHING)
        return minutes + case.minutes - there[0], persons + case.size - there[1]

    def rise(self, case: Case, provider: str) -> Load:
        """Rise of the external and the committed minutes with the unit at this provider."""
        now, after = self.final[provider][0], self.load_if(case, provider)[0]
        guarantee = self.guarantee(provider)
        external, committed = after - now, max(after, guarantee) - max(now, guarantee)
        for left, (minutes, _) in case.final.items():
            if left != provider:
                had, guarantee = self.final[left][0], self.guarantee(left)
                external -= minutes
                committed += max(had - minutes, guarantee) - max(had, guarantee)
        return external, committed

    def fits(self, case: Case, provider: str) -> bool:
        """In the final state the unit could join without breaking a ceiling."""
        contract: Contract = self.contracts[provider]
        now, after = self.final[provider], self.load_if(case, provider)
        if contract.ceiling_persons is not None and after[1] > contract.ceiling_persons:
            return False
        ceiling = contract.ceiling_minutes
        if ceiling is None or after[0] <= ceiling:
            return True
        return now[0] < ceiling and after[0] - ceiling <= contract.tolerance_minutes


def open_books(problem: Problem, outcome: Outcome) -> list[Book]:
    placed = {placement.person: placement for placement in outcome.placements}
    return [Book(problem, area, placed) for area in problem.areas]
