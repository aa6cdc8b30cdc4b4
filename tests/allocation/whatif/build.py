"""A small town for simulations: one area, two companies, people with few and many hours."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from allocation.engine import Area, Problem
from tests.allocation.engine.build import HOUR, contract, person, world

BEGIN = date(2021, 1, 1)
HOURS = (0, 2, 5, 9, 12, 20, 24, 40, 60, 90)


def town(people: int = 120, *, share_bp: int | None = 2000, cap: int | None = 300, **more: Any) -> Problem:
    """Every third person wishes for p or q, every fourth has no answer, all are with the municipality."""
    units = [
        person(
            f"u{number}",
            HOURS[number % len(HOURS)],
            *(() if number % 4 == 0 else ("p", "q") if number % 3 == 0 else ("q",) if number % 7 == 0 else ("m",)),
            answered=number % 4 != 0,
        )
        for number in range(people)
    ]
    contracts = more.pop("contracts", None) or [contract("p", cap), contract("q", cap)]
    problem = world(contracts, units, **{"switch_when_share_full": "free", **more})
    base = sum(member.minutes for unit in units for member in unit.members)
    share = None if share_bp is None else share_bp * base // 10_000
    return replace(problem, areas=(Area("north", share, share_bp, base),))


def quiet(**more: Any) -> dict[str, Any]:
    """Defaults: no arrivals, departures, changes or new choices."""
    return {"turnover_bp": 0, "hours_change_bp": 0, "switch_bp": 0, "years": 1, **more}


__all__ = ["BEGIN", "HOUR", "contract", "person", "quiet", "town", "world"]
