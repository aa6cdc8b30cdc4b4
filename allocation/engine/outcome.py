"""What one allocation gives: who has which provider from the effective date, and why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from .problem import Amount, Text

How = Literal[
    "wish",
    "kept",
    "no_answer_kept",
    "no_answer_municipal",
    "no_answer_guarantee",
    "no_answer_free_space",
    "no_answer_rotation",
    "fallback",
]
Why = Literal[
    "ceiling",
    "share",
    "guarantee_reserved",
    "behind_waiting",
    "intake_stopped",
    "never_fits",
    "no_contract",
]

OUTCOME_SCHEMA = "outcome/1"


@dataclass(frozen=True, slots=True)
class Unmet:
    """A wish that was not met.

    `place_in_queue` counts units from 1; `minutes_ahead` is what those ahead would add at the
    provider; `minutes_free` is the room below the ceiling (None: no ceiling). All three are None
    for who is in no queue there (never_fits, no_contract).
    """

    provider: Text
    why: Why
    place_in_queue: Amount | None
    minutes_ahead: Amount | None
    minutes_free: Amount | None


@dataclass(frozen=True, slots=True)
class Placement:
    """One person's provider. `wish` is the number of the met wish, from 1; None when none was met."""

    person: Text
    unit: Text
    provider: Text
    how: How
    wish: Amount | None
    unmet: tuple[Unmet, ...] = ()


@dataclass(frozen=True, slots=True)
class Call:
    """A proposal for a phone call, never a placement. `order` runs from 1 over all areas."""

    order: int
    person: str
    from_provider: str
    to_provider: str


@dataclass(frozen=True, slots=True)
class ContractTotal:
    """Minutes and persons at an external provider in an area, reserved room included."""

    provider: str
    minutes: int
    persons: int


@dataclass(frozen=True, slots=True)
class AreaTotal:
    """`external_minutes` is the sum over the contracts; in `committed_minutes` a provider below
    its guarantee counts with the guarantee."""

    area: str
    external_minutes: int
    committed_minutes: int
    contracts: tuple[ContractTotal, ...]


@dataclass(frozen=True, slots=True)
class LogLine:
    """A client of an external provider switched while the share was full.

    `passed` units waited before it in the queue of `to_provider`, `past` is the first of them.
    `closed_by` is the unit that is first in line for new share and does not fit: nobody whose
    area date lies before that unit's was passed. `room_*` is what is left at `to_provider` after
    all switches of the same pass (None: no ceiling).
    """

    pass_number: int
    unit: str
    from_providers: tuple[str, ...]
    to_provider: str
    past: str | None
    passed: int
    closed_by: str
    room_minutes: int | None
    room_persons: int | None


@dataclass(frozen=True, slots=True)
class Outcome:
    """`placements` one row a person: a tuple, or `rows.Placements`, which makes the rows when they are asked for."""

    problem_sha256: str
    engine: str
    placements: Sequence[Placement]
    calls: tuple[Call, ...]
    totals: tuple[AreaTotal, ...]
    log: tuple[LogLine, ...]
