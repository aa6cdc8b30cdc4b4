"""The books of one area, before and after: loads, queues, what a move would change."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from allocation.engine.outcome import Outcome, Placement
from allocation.engine.problem import Area, Contract, Problem

from .case import Case, Load, Wished, make_case


@dataclass(frozen=True, slots=True)
class Waiter:
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
        self.queues = self._queues()

    def _loads(self, parts: list[Mapping[str, Load]]) -> dict[str, Load]:
        loads = {p: (row.reserved_minutes, row.reserved_persons) for p, row in self.contracts.items()}
        for part in parts:
            for provider, (minutes, persons) in part.items():
                before = loads.get(provider, (0, 0))
                loads[provider] = (before[0] + minutes, before[1] + persons)
        # Whoever had clients when it began is in the books, even if nobody is left there.
        return loads

    def _queues(self) -> dict[str, list[Waiter]]:
        queues: dict[str, list[Waiter]] = {provider: [] for provider in self.contracts}
        for case in self.cases:
            for wish in case.waits():
                queues[wish.provider].append(Waiter(case, wish))
        for provider, queue in queues.items():
            queue.sort(key=lambda waiter: self.key_now(waiter.case, provider))
        return queues

    def key_now(self, case: Case, provider: str) -> tuple[object, ...]:
        return case.key(provider, case.final, self.policy.household_class)

    def key_then(self, case: Case, provider: str) -> tuple[object, ...]:
        return case.key(provider, case.start, self.policy.household_class)

    def newcomers(self, provider: str) -> list[Case]:
        return [case for case in self.cases if case.moved and case.together == provider]

    def guarantee(self, provider: str) -> int:
        contract = self.contracts.get(provider)
        return contract.guaranteed_minutes if contract else 0

    def external(self, loads: Mapping[str, Load]) -> int:
        return sum(minutes for minutes, _ in loads.values())

    def committed(self, loads: Mapping[str, Load]) -> int:
        return sum(max(minutes, self.guarantee(provider)) for provider, (minutes, _) in loads.items())

    def loads_if(self, case: Case, provider: str) -> dict[str, Load]:
        """The final loads, had the unit got this provider instead."""
        loads = dict(self.final)
        for left, (minutes, persons) in case.final.items():
            loads[left] = (loads[left][0] - minutes, loads[left][1] - persons)
        minutes, persons = loads[provider]
        loads[provider] = (minutes + case.minutes, persons + case.size)
        return loads

    def fits(self, case: Case, provider: str) -> bool:
        """Whether the unit, as things ended, could join without breaking a ceiling."""
        contract: Contract = self.contracts[provider]
        now, after = self.final[provider], self.loads_if(case, provider)[provider]
        if contract.ceiling_persons is not None and after[1] > contract.ceiling_persons:
            return False
        ceiling = contract.ceiling_minutes
        if ceiling is None or after[0] <= ceiling:
            return True
        return now[0] < ceiling and after[0] - ceiling <= contract.tolerance_minutes


def open_books(problem: Problem, outcome: Outcome) -> list[Book]:
    placed = {placement.person: placement for placement in outcome.placements}
    return [Book(problem, area, placed) for area in problem.areas]
