"""Rules in force on a day of the simulation: shares, ceilings, and the problem built from them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from allocation import engine
from allocation.whatif.scenario import BP, Scenario


class Rules:
    def __init__(self, problem: engine.Problem, scenario: Scenario) -> None:
        self.start = problem
        self.scenario = scenario
        # Stable sorting: of two for the same day the last counts.
        self.share_steps = sorted(scenario.share_steps, key=lambda step: step.on)
        self.ceilings = sorted(scenario.ceilings, key=lambda step: step.on)
        self.guarantees = sorted(scenario.guarantees, key=lambda step: step.on)
        self.last: object = None

    def change(self, day: date) -> bool:
        """Today's shares, ceilings or guarantees differ from those of the last problem built."""
        return self.last != self._valid(day)

    def _valid(self, day: date) -> object:
        return (self._shares(day), self._contracts(day))

    def problem(self, day: date, base: Mapping[str, int]) -> engine.Problem:
        """Problem of that day, without units. ``base``: per area, everybody's minutes."""
        self.last = self._valid(day)
        shares = self._shares(day)
        return replace(
            self.start,
            effective_date=day,
            areas=tuple(_area(area, shares[area.id], base[area.id]) for area in self.start.areas),
            contracts=self._contracts(day),
            units=(),
        )

    def _shares(self, day: date) -> dict[str, int | None]:
        shares = {area.id: area.share_bp for area in self.start.areas}
        for step in self.share_steps:
            if step.on <= day:
                shares.update(dict.fromkeys(shares if step.area is None else [step.area], step.share_bp))
        return shares

    def _contracts(self, day: date) -> tuple[engine.Contract, ...]:
        changed = {(step.area, step.provider): step.minutes for step in self.ceilings if step.on <= day}
        promised = {(step.area, step.provider): step.minutes for step in self.guarantees if step.on <= day}
        return tuple(
            replace(
                contract,
                guaranteed_minutes=promised.get((contract.area, contract.provider), contract.guaranteed_minutes),
                ceiling_minutes=self._ceiling(
                    contract.provider, changed.get((contract.area, contract.provider), contract.ceiling_minutes)
                ),
                # Promised room belongs to people in the queues here: they get it from there.
                reserved_minutes=0,
                reserved_persons=0,
            )
            for contract in self.start.contracts
        )

    def _ceiling(self, provider: str, minutes: int | None) -> int | None:
        factor = self.scenario.ceiling_factors_bp.get(provider, BP)
        return None if minutes is None else minutes * factor // BP


def _area(area: engine.Area, share_bp: int | None, base: int) -> engine.Area:
    """A cap given in minutes is constant; a share follows the minutes of that day."""
    cap = area.share_cap_minutes if share_bp is None else share_bp * base // BP
    return replace(area, share_cap_minutes=cap, share_bp=share_bp, share_base_minutes=base)
