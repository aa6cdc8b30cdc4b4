"""Result of an allocation: each person's provider from the effective date, and why."""

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
    """An unmet wish.

    `place_in_queue` counts units from 1; `minutes_ahead`: minutes that the units ahead would add at the provider;
    `minutes_free`: room below the ceiling (None: no ceiling). All three are None for a unit that is not in the queue
    (never_fits, no_contract).
    """

    provider: Text
    why: Why
    place_in_queue: Amount | None
    minutes_ahead: Amount | None
    minutes_free: Amount | None


@dataclass(frozen=True, slots=True)
class Placement:
    """One person's provider. `wish`: number of the met wish, from 1; None when none was met."""

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
    """`external_minutes`: sum over the contracts; `committed_minutes`: the same, where a provider below its guarantee
    counts as its guarantee.
    """

    area: str
    external_minutes: int
    committed_minutes: int
    contracts: tuple[ContractTotal, ...]


@dataclass(frozen=True, slots=True)
class LogLine:
    """Switch by a client of an external provider while the share was full.

    `passed` units waited ahead in the queue of `to_provider`; `past` is the first of them. `closed_by`: the first
    unit in line for new share, which does not fit; no unit with an earlier area date was passed. `room_*`: what is
    left at `to_provider` after all switches of the same pass (None: no ceiling).
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
    """`placements` has a row per person: a tuple, or `placement_rows.Placements`, which builds the rows on demand."""

    problem_sha256: str
    engine: str
    placements: Sequence[Placement]
    calls: tuple[Call, ...]
    totals: tuple[AreaTotal, ...]
    log: tuple[LogLine, ...]
