"""Result of a simulation: a row per step, and waits over all years. Minutes are granted minutes a month."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from allocation.whatif.habits import Habits
from allocation.whatif.scenario import Scenario

HOUR = 60


class HoursClass(StrEnum):
    """Class by granted hours a month of the unit (a person, or a household that chose together)."""

    SMALL = "under_15"
    MIDDLE = "15_to_75"
    LARGE = "over_75"


def hours_class(minutes: int) -> HoursClass:
    if minutes < 15 * HOUR:
        return HoursClass.SMALL
    return HoursClass.MIDDLE if minutes <= 75 * HOUR else HoursClass.LARGE


@dataclass(frozen=True)
class Queue:
    """People waiting for something better than they have, and their minutes."""

    persons: int = 0
    minutes: int = 0


@dataclass(frozen=True)
class AreaRow:
    """``cap_minutes`` None: no share cap. ``waiting`` has all three classes."""

    area: str
    base_minutes: int
    cap_minutes: int | None
    external_minutes: int
    committed_minutes: int
    waiting: Mapping[HoursClass, Queue]


@dataclass(frozen=True)
class ContractRow:
    """``idle_minutes``: unused room below the ceiling; None: no ceiling."""

    area: str
    provider: str
    ceiling_minutes: int | None
    minutes: int
    persons: int
    idle_minutes: int | None


@dataclass(frozen=True)
class Step:
    """State after the night of ``day``. ``called`` persons were phoned that night."""

    day: date
    persons: int
    moved: int
    called: int
    areas: tuple[AreaRow, ...]
    contracts: tuple[ContractRow, ...]

    def waiting(self, kind: HoursClass) -> Queue:
        queues = [area.waiting[kind] for area in self.areas]
        return Queue(sum(queue.persons for queue in queues), sum(queue.minutes for queue in queues))

    def idle(self, provider: str) -> int:
        return sum(row.idle_minutes or 0 for row in self.contracts if row.provider == provider)


@dataclass(frozen=True)
class WaitSummary:
    """Waits for the first choice, in days. ``met``: it was got (None: by nobody); ``open``: waiting at the end."""

    met: int
    median_days: int | None
    p90_days: int | None
    longest_days: int | None
    open: int
    longest_open_days: int | None


@dataclass(frozen=True)
class FirstChoice:
    """Units that asked for an external provider during the simulation and could be followed for ``days``: number that
    got it within that time, and the same in minutes a month.
    """

    days: int
    met: int
    asked: int
    met_minutes: int
    asked_minutes: int


@dataclass(frozen=True)
class Result:
    """``engine_runs``: nights that needed the engine; ``audited``: of these, audited; ``faults``: found by the audit
    (empty: nobody was passed in a queue).
    """

    scenario: Scenario
    habits: Habits
    steps: tuple[Step, ...]
    waits: Mapping[HoursClass, WaitSummary]
    first_choice: Mapping[HoursClass, tuple[FirstChoice, ...]]
    first_choice_all: tuple[FirstChoice, ...]
    engine_runs: int
    audited: int
    faults: tuple[str, ...]

    @property
    def called(self) -> int:
        return sum(step.called for step in self.steps)

    @property
    def areas(self) -> tuple[str, ...]:
        return tuple(area.area for area in self.steps[0].areas)

    @property
    def providers(self) -> tuple[str, ...]:
        return tuple(sorted({row.provider for row in self.steps[0].contracts}))
