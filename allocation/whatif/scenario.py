"""Scenario: number of years, and the changes in them.

Rates are integer basis points a year (100 bp = 1 %), amounts integer minutes a month.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, fields
from datetime import date
from typing import Any

from allocation import engine

BP = 10_000
# Persons times nights that a page can compute in a few seconds.
MOST_WORK = 300_000
STEP_DAYS = (7, 14, 28)
# Likewise for all replications of a page together, which run in parallel.
REPLICATION_DAYS = 28
FEWEST_REPLICATIONS, MOST_REPLICATIONS = 5, 10


class ScenarioError(ValueError):
    """The scenario is inconsistent; ``faults`` says where and how to correct it."""

    def __init__(self, faults: list[str]) -> None:
        self.faults = tuple(faults)
        super().__init__("; ".join(faults))


@dataclass(frozen=True, slots=True)
class ShareStep:
    """From ``on``, the external providers may together have ``share_bp`` of the area's minutes. Area None: every
    area.
    """

    on: date
    share_bp: int
    area: str | None = None


@dataclass(frozen=True, slots=True)
class CeilingStep:
    """From ``on``, the provider's ceiling in the area, in minutes."""

    on: date
    area: str
    provider: str
    minutes: int


@dataclass(frozen=True, slots=True)
class GuaranteeStep:
    """From ``on``, the provider's guarantee in the area, in minutes."""

    on: date
    area: str
    provider: str
    minutes: int


@dataclass(frozen=True)
class Scenario:
    """Assumptions of a forecast. ``years`` are counted from the day of the problem."""

    years: int = 3
    # Days between two runs of the engine.
    step_days: int = 7
    seed: int = 1
    # Net growth of the number of people; those of ``turnover_bp`` leave and are replaced besides.
    growth_bp: int = 0
    turnover_bp: int = 2500
    # People who get a decision with other hours, and people who choose anew.
    hours_change_bp: int = 3000
    switch_bp: int = 500
    # Newcomers who choose; those of them who want an external provider; weight of each provider. None: as people do
    # today.
    choice_rate_bp: int | None = None
    external_bp: int | None = None
    popularity: Mapping[str, int] | None = None
    # The most external providers on one list.
    list_length: int = 3
    # People who accept when phoned about a guarantee.
    call_yes_bp: int = 2000
    # In any order; of two steps for the same day the last counts.
    share_steps: tuple[ShareStep, ...] = ()
    ceilings: tuple[CeilingStep, ...] = ()
    guarantees: tuple[GuaranteeStep, ...] = ()
    # Factor of every ceiling of a provider.
    ceiling_factors_bp: Mapping[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if faults := list(_faults(self)):
            raise ScenarioError(faults)

    def check_against(self, problem: engine.Problem) -> None:
        """Raise ScenarioError for unknown areas and providers."""
        if faults := list(_unknown(self, problem)):
            raise ScenarioError(faults)


LIMITS = {
    "years": (1, 10),
    "step_days": (1, 92),
    "seed": (0, 2**31),
    "growth_bp": (-BP // 2, BP // 2),
    "turnover_bp": (0, BP),
    "hours_change_bp": (0, 2 * BP),
    "switch_bp": (0, BP),
    "choice_rate_bp": (0, BP),
    "external_bp": (0, BP),
    "list_length": (1, 5),
    "call_yes_bp": (0, BP),
}
MAY_BE_LEFT_OUT = ("choice_rate_bp", "external_bp")
MOST_MINUTES = 10**9


def step_days(*, persons: int, years: int, runs: int = 1) -> int:
    """Shortest step a page has time for: 7, 14 or 28 days. ``runs``: number of simulations."""
    for days in STEP_DAYS:
        if persons * years * 365 * runs // days <= MOST_WORK:
            return days
    return STEP_DAYS[-1]


def replications(*, persons: int, years: int) -> int:
    """Number of replications a page has time for, in steps of `REPLICATION_DAYS`; 0: too few to be useful."""
    most = 4 * MOST_WORK // (persons * years * 365 // REPLICATION_DAYS or 1)
    return min(most, MOST_REPLICATIONS) if most >= FEWEST_REPLICATIONS else 0


def _faults(scenario: Scenario) -> Iterator[str]:
    for name, (least, most) in LIMITS.items():
        value = getattr(scenario, name)
        if not (value is None and name in MAY_BE_LEFT_OUT):
            yield from _whole(name, value, least, most)
    rates = (scenario.growth_bp, scenario.turnover_bp)
    if all(isinstance(rate, int) for rate in rates) and sum(rates) < 0:
        yield "growth_bp: more would go than leave at all; raise turnover_bp too"
    for share in scenario.share_steps:
        yield from _whole(f"share_steps {share.on}", share.share_bp, 0, BP)
    for name in ("ceilings", "guarantees"):
        for step in getattr(scenario, name):
            yield from _whole(f"{name} {step.on} {step.provider}", step.minutes, 0, MOST_MINUTES)
    for provider, factor in scenario.ceiling_factors_bp.items():
        yield from _whole(f"ceiling_factors_bp {provider}", factor, 0, 100 * BP)
    if scenario.popularity is not None:
        for provider, weight in scenario.popularity.items():
            yield from _whole(f"popularity {provider}", weight, 0, MOST_MINUTES)
        if not any(scenario.popularity.values()):
            yield "popularity: give at least one provider a weight above 0"


def _whole(name: str, value: Any, least: int, most: int) -> Iterator[str]:
    if not isinstance(value, int) or isinstance(value, bool):
        yield f"{name}: {value!r} must be a whole number"
    elif not least <= value <= most:
        yield f"{name}: {value} must be {least}–{most}"


def _unknown(scenario: Scenario, problem: engine.Problem) -> Iterator[str]:
    areas = {area.id for area in problem.areas}
    externals = {provider.id for provider in problem.providers if not provider.municipal}
    contracts = {(contract.area, contract.provider) for contract in problem.contracts}
    for step in scenario.share_steps:
        if step.area is not None and step.area not in areas:
            yield f"share_steps: there is no area {step.area}; there are {', '.join(sorted(areas))}"
    for name in ("ceilings", "guarantees"):
        for each in getattr(scenario, name):
            if (each.area, each.provider) not in contracts:
                yield f"{name}: {each.provider} has no contract in {each.area}"
    for provider in {**scenario.ceiling_factors_bp, **(scenario.popularity or {})}:
        if provider not in externals:
            yield f"there is no external provider {provider}; there are {', '.join(sorted(externals))}"


def scenario_from_json(data: object) -> Scenario:
    """Scenario from its fields by name, dates as 2021-07-01. Raises ScenarioError, also for unknown fields."""
    if not isinstance(data, dict):
        raise ScenarioError(["the scenario must be an object"])
    known = {each.name for each in fields(Scenario)}
    if unknown := sorted(data.keys() - known):
        raise ScenarioError([f"unknown fields: {', '.join(unknown)}; there are {', '.join(sorted(known))}"])
    for name in ("popularity", "ceiling_factors_bp"):
        if name in data and not isinstance(data[name], dict):
            raise ScenarioError([f"{name}: must be an object, provider → whole number"])
    return Scenario(
        **{
            **data,
            "share_steps": _rows("share_steps", data.get("share_steps", []), ShareStep),
            "ceilings": _rows("ceilings", data.get("ceilings", []), CeilingStep),
            "guarantees": _rows("guarantees", data.get("guarantees", []), GuaranteeStep),
        }
    )


def _rows(name: str, rows: object, make: Callable[..., Any]) -> tuple[Any, ...]:
    if not isinstance(rows, list):
        raise ScenarioError([f"{name}: must be a list"])
    try:
        return tuple(make(**{**row, "on": date.fromisoformat(row["on"])}) for row in rows)
    except (KeyError, TypeError, ValueError) as error:
        wanted = ", ".join(each.name for each in fields(make))  # type: ignore[arg-type]
        raise ScenarioError([f"{name}: each must be an object with {wanted}, the day as 2021-07-01"]) from error
