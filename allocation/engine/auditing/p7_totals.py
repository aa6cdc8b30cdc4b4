"""P7 and the sums that P1 needs, counted row by row from the problem and the outcome, without columns."""

from __future__ import annotations

from collections import defaultdict

from allocation.engine.outcome import AreaTotal, Outcome
from allocation.engine.placement_rows import Placements
from allocation.engine.problem import Problem

Load = tuple[int, int]  # minutes, persons
Loads = dict[str, Load]  # by provider


class Tally:
    """Loads per area: at the start and at the end of the run, reserved room included."""

    def __init__(self, problem: Problem, placements: Placements) -> None:
        municipal = next(provider.id for provider in problem.providers if provider.municipal)
        got = {person: provider for person, _, provider in placements.who_has()}
        start: dict[str, defaultdict[str, list[int]]] = {area.id: defaultdict(_nothing) for area in problem.areas}
        final: dict[str, defaultdict[str, list[int]]] = {area.id: defaultdict(_nothing) for area in problem.areas}
        for contract in problem.contracts:
            for books in (start, final):
                books[contract.area][contract.provider] = [contract.reserved_minutes, contract.reserved_persons]
        for unit in problem.units:
            before, after = start[unit.area], final[unit.area]
            for member in unit.members:
                for book, provider in ((before, member.current or municipal), (after, got[member.id])):
                    if provider != municipal:
                        load = book[provider]
                        load[0] += member.minutes
                        load[1] += 1
        self.start = {area: _loads(loads) for area, loads in start.items()}
        self.final = {area: _loads(loads) for area, loads in final.items()}
        self.guarantees: dict[str, dict[str, int]] = {area.id: {} for area in problem.areas}
        for contract in problem.contracts:
            self.guarantees[contract.area][contract.provider] = contract.guaranteed_minutes

    def reconciles(self, outcome: Outcome) -> bool:
        """P7: one row of totals per area, exact to the minute."""
        areas = [total.area for total in outcome.totals]
        return sorted(areas) == sorted(self.final) and all(map(self._is_right, outcome.totals))

    def _is_right(self, total: AreaTotal) -> bool:
        final = self.final[total.area]
        known = {**dict.fromkeys(self.start[total.area], (0, 0)), **final}
        said = {row.provider: (row.minutes, row.persons) for row in total.contracts}
        minutes = {provider: load[0] for provider, load in final.items()}
        guarantees = self.guarantees[total.area]
        committed = sum(max(amount, guarantees.get(provider, 0)) for provider, amount in minutes.items())
        return (
            said == known
            and len(said) == len(total.contracts)
            and total.external_minutes == sum(minutes.values())
            and total.committed_minutes == committed
        )


def _nothing() -> list[int]:
    return [0, 0]


def _loads(loads: defaultdict[str, list[int]]) -> Loads:
    return {provider: (minutes, persons) for provider, (minutes, persons) in loads.items()}
