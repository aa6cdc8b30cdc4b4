"""The mechanism once more, as slowly and plainly as the document says it, and from nothing else.

No heaps, no indices, no sums kept from before: everything is counted anew each time. It shares the
data types with the engine, and no rule. Only for small problems.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from hashlib import sha256

from allocation.engine import Area, Contract, Problem, Unit

Order = tuple[date, int, str]
Key = tuple[int, date, int, str]
Load = tuple[int, int]  # minutes, persons
ZERO: Load = (0, 0)


def lottery(problem: Problem, unit: Unit) -> int:
    if unit.lottery is not None:
        return unit.lottery
    return int(sha256(f"{problem.seed}|{problem.round}|{unit.id}".encode()).hexdigest(), 16)


class Town:
    """One area: who is where, and every question the rules ask about that."""

    def __init__(self, problem: Problem, area: Area) -> None:
        self.problem, self.policy, self.share = problem, problem.policy, area.share_cap_minutes
        self.municipal = next(p.id for p in problem.providers if p.municipal)
        self.contracts = {c.provider: c for c in problem.contracts if c.area == area.id}
        self.units = {u.id: u for u in problem.units if u.area == area.id}
        self.drawn = {u.id: lottery(problem, u) for u in self.units.values()}
        self.at = {u.id: [m.current or self.municipal for m in u.members] for u in self.units.values()}
        self.began = {u: list(at) for u, at in self.at.items()}
        self.leaving = {u.id for u in self.units.values() if self._leaves(u)}
        self.lists = {u.id: self._list(u) for u in self.units.values()}
        self.keys: dict[tuple[str, str], Key] = {}
        self.line_up()

    # Units ------------------------------------------------------------------------------------

    def minutes(self, unit: str) -> int:
        return sum(member.minutes for member in self.units[unit].members)

    def size(self, unit: str) -> int:
        return len(self.units[unit].members)

    def order(self, unit: str) -> Order:
        return (self.units[unit].area_date or date.max, self.drawn[unit], unit)

    def part(self, unit: str, provider: str) -> Load:
        """What of the unit is there now."""
        there = [m for m, at in zip(self.units[unit].members, self.at[unit], strict=True) if at == provider]
        return sum(m.minutes for m in there), len(there)

    def has(self, unit: str) -> set[str]:
        """The external providers it has now."""
        return set(self.at[unit]) - {self.municipal}

    def new(self, unit: str) -> int:
        """Minutes that would become external."""
        return self.minutes(unit) - sum(self.part(unit, provider)[0] for provider in self.has(unit))

    def wholly_external(self, unit: str) -> bool:
        return self.municipal not in self.at[unit]

    def _cut(self, unit: Unit) -> tuple[list[str], str | None]:
        """The external wishes above what cuts the list, and what cuts it."""
        has = set(self.began[unit.id])
        found: list[str] = []
        for wish in unit.wishes:
            if wish.provider == self.municipal or has == {wish.provider}:
                return found, wish.provider
            found.append(wish.provider)
        return found, None

    def _leaves(self, unit: Unit) -> bool:
        if not unit.answered:
            return self.policy.no_answer == "municipal"
        return self._cut(unit)[1] == self.municipal

    def _list(self, unit: Unit) -> list[str]:
        return [provider for provider in self._cut(unit)[0] if self._can_ever_fit(unit.id, provider)]

    def _can_ever_fit(self, unit: str, provider: str) -> bool:
        contract = self.contracts.get(provider)
        if contract is None or not self.within_ceiling(contract, ZERO, (self.minutes(unit), self.size(unit))):
            return False
        return self.share is None or self.new(unit) == 0 or self.minutes(unit) <= self.share

    def waits(self, unit: str, provider: str) -> bool:
        wishes = self.lists[unit]
        return (
            provider in wishes
            and self.at[unit] != [provider] * self.size(unit)
            and not self._got_better(unit, provider)
        )

    def _got_better(self, unit: str, provider: str) -> bool:
        got = self.at[unit][0]
        wishes = self.lists[unit]
        together = len(set(self.at[unit])) == 1 and self.at[unit] != self.began[unit]
        return together and got in wishes and wishes.index(got) < wishes.index(provider)

    # Providers --------------------------------------------------------------------------------

    def line_up(self) -> None:
        for unit in self.units.values():
            for wish in unit.wishes:
                joins = (
                    self.policy.household_class and len(set(self.at[unit.id])) > 1 and wish.provider in self.at[unit.id]
                )
                self.keys[unit.id, wish.provider] = (1 if joins else 2, wish.date, self.drawn[unit.id], unit.id)

    def in_order(self, units: Iterable[str], provider: str) -> list[str]:
        return sorted(units, key=lambda unit: self.keys[unit, provider])

    def queue(self, provider: str) -> list[str]:
        return self.in_order((u for u in self.units if self.waits(u, provider)), provider)

    def guarantee(self, provider: str) -> int:
        return self.contracts[provider].guaranteed_minutes if provider in self.contracts else 0

    def everywhere(self) -> list[str]:
        """Also who has no contract but clients when it began."""
        return sorted(set(self.contracts) | {p for at in self.began.values() for p in at} - {self.municipal})

    def load(self, provider: str) -> Load:
        contract = self.contracts.get(provider)
        minutes, persons = (contract.reserved_minutes, contract.reserved_persons) if contract else ZERO
        parts = [self.part(unit, provider) for unit in self.units]
        return minutes + sum(p[0] for p in parts), persons + sum(p[1] for p in parts)

    def within_ceiling(self, contract: Contract, taken: Load, more: Load) -> bool:
        if contract.ceiling_persons is not None and taken[1] + more[1] > contract.ceiling_persons:
            return False
        cap, after = contract.ceiling_minutes, taken[0] + more[0]
        return cap is None or after <= cap or (taken[0] < cap and after <= cap + contract.tolerance_minutes)

    def gain(self, unit: str, provider: str) -> Load:
        there = self.part(unit, provider)
        return self.minutes(unit) - there[0], self.size(unit) - there[1]

    def fits(self, unit: str, provider: str) -> bool:
        contract = self.contracts[provider]
        return contract.intake and self.within_ceiling(contract, self.load(provider), self.gain(unit, provider))

    # The share --------------------------------------------------------------------------------

    def external(self) -> int:
        return sum(self.load(provider)[0] for provider in self.everywhere())

    def committed(self) -> int:
        return sum(max(self.load(provider)[0], self.guarantee(provider)) for provider in self.everywhere())

    def rise(self, unit: str, to: str) -> tuple[int, int]:
        """Of X and of L, by trying."""
        external, committed, before = self.external(), self.committed(), self.at[unit]
        self.at[unit] = [to] * self.size(unit)
        change = self.external() - external, self.committed() - committed
        self.at[unit] = before
        return change

    def share_allows(self, rise: tuple[int, int]) -> bool:
        if self.share is None:
            return True
        external, committed = self.external(), self.committed()
        return external + rise[0] <= max(self.share, external) and committed + rise[1] <= max(self.share, committed)

    # Moves ------------------------------------------------------------------------------------

    def give(self, unit: str, provider: str) -> None:
        self.at[unit] = [provider] * self.size(unit)
        self.leaving.discard(unit)

    def leave(self, unit: str) -> None:
        self.give(unit, self.municipal)
        if self.share is not None and self.minutes(unit) > self.share:
            self.lists[unit] = []

    def wishes_now(self, unit: str) -> list[str]:
        """Better than what it has."""
        return [provider for provider in self.lists[unit] if self.waits(unit, provider)]
