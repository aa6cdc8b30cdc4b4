"""Computation of a run in memory: snapshot → allocate → audit. Writes nothing."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import structlog

from allocation import engine
from allocation.engine.garbage_collection import gc_disabled
from allocation.models import AllocationRun, OutcomeRow
from allocation.services.failed_problems import keep_problem
from allocation.snapshot import Snapshot, take_snapshot
from providers.models import Area

log = structlog.get_logger(__name__)

Act = OutcomeRow.Act


class AuditFailed(RuntimeError):
    """The independent audit found faults in the engine's outcome. Nothing was written. A developer must examine it."""

    def __init__(self, faults: Iterable[Any]) -> None:
        self.faults = list(faults)
        super().__init__(f"the audit found {len(self.faults)} faults, the first: {self.faults[0]}")


@dataclass(frozen=True)
class Computed:
    run: AllocationRun
    snapshot: Snapshot
    problem: engine.Problem
    outcome: engine.Outcome

    def act(self, placement: engine.Placement) -> Act:
        return _act(self.run, self.snapshot, _municipal(self.problem), placement)

    def unmet(self, placement: engine.Placement) -> list[engine.Unmet]:
        """Unmet wishes of the person. The fallbacks of a leaving provider's clients are none."""
        leaving = self.snapshot.leaving.get(placement.unit)
        if leaving is None:
            return list(placement.unmet)
        own_wishes = {wish.provider for wish in self._units[placement.unit].wishes[: leaving.own_wishes]}
        return [each for each in placement.unmet if each.provider in own_wishes]

    @cached_property
    def _units(self) -> dict[str, engine.Unit]:
        return {unit.id: unit for unit in self.problem.units}


@gc_disabled()
def compute(run: AllocationRun) -> Computed:
    """Compute and audit the outcome of a run.

    Raises:
        AuditFailed: the outcome breaks a rule.
    """
    with structlog.contextvars.bound_contextvars(run=run.reference):
        return _compute(run)


def _compute(run: AllocationRun) -> Computed:
    snapshot = take_snapshot(run)
    problem, outcome = _allocate(run, snapshot)
    if faults := engine.audit(problem, outcome):
        log.error(
            "allocation.audit_failed",
            label=run.label,
            faults=len(faults),
            first=str(faults[0]),
            problem=keep_problem(problem),
        )
        raise AuditFailed(faults)
    return Computed(run, snapshot, problem, outcome)


def compute_for(run: AllocationRun, areas: Collection[Area]) -> Computed:
    """Compute some areas only, without an audit: the result is not stored."""
    snapshot = take_snapshot(run, areas=areas)
    return Computed(run, snapshot, *_allocate(run, snapshot))


@gc_disabled()
def current_problem(run: AllocationRun) -> engine.Problem:
    """Problem of the run as of now: the snapshot; with offers, also the room that they reserve."""
    snapshot = take_snapshot(run)
    return _allocate(run, snapshot)[0] if run.makes_offers else snapshot.problem


def _allocate(run: AllocationRun, snapshot: Snapshot) -> tuple[engine.Problem, engine.Outcome]:
    problem = snapshot.problem
    outcome = engine.allocate(problem)
    while run.makes_offers and (asked := _keep_seats(run, snapshot, problem, outcome)) != problem:
        problem = asked
        outcome = engine.allocate(problem)
    if problem == snapshot.problem:
        return problem, outcome
    seats = _seats(run, snapshot, outcome)
    # A seat stays kept if freeing it brings back the offer for which it was kept. Its room is idle until the next
    # night: with indivisible hours the two may have no common solution.
    for contract in snapshot.problem.contracts:
        freed = _without_idle_seats(problem, contract, seats[contract.area, contract.provider])
        if freed == problem:
            continue
        again = engine.allocate(freed)
        if _keep_seats(run, snapshot, freed, again) == freed:
            problem, outcome = freed, again
            seats = _seats(run, snapshot, outcome)
    return problem, outcome


def _municipal(problem: engine.Problem) -> str:
    return next(provider.id for provider in problem.providers if provider.municipal)


def _act(run: AllocationRun, snapshot: Snapshot, municipal: str, placement: engine.Placement) -> Act:
    person = snapshot.states[placement.person][1]
    before = person.current
    if person.settled:
        # A placement that begins later is decided: this run leaves it alone.
        return Act.NONE
    if before is None and placement.how == "fallback" and not person.answered:
        # A new person with time left to choose gets the interim provider until then (nightly.interim).
        return Act.NONE
    if before is not None and before.provider == placement.provider:
        # An interim provider stays interim while a wish waits; one chosen or assigned by rule is not interim.
        return Act.PLACE if before.interim and placement.how != "fallback" else Act.NONE
    is_given = placement.how.startswith("no_answer") or placement.unit in snapshot.leaving
    if not run.makes_offers or placement.provider == municipal or is_given:
        return Act.PLACE
    return Act.OFFER


def _keep_seats(
    run: AllocationRun, snapshot: Snapshot, problem: engine.Problem, outcome: engine.Outcome
) -> engine.Problem:
    """Problem that reserves the current seats of people who are only offered a place: they may decline.

    Called until nothing changes. Each call keeps more seats, so that it terminates.
    """
    seats = _seats(run, snapshot, outcome)
    load = {
        (total.area, row.provider): (row.minutes, row.persons) for total in outcome.totals for row in total.contracts
    }
    before = {(contract.area, contract.provider): contract for contract in snapshot.problem.contracts}
    contracts = []
    for contract in problem.contracts:
        at = contract.area, contract.provider
        contracts.append(_with_seats(contract, before[at], seats[at], load[at]))
    return replace(problem, contracts=tuple(contracts))


def _without_idle_seats(problem: engine.Problem, contract: engine.Contract, seats: list[int]) -> engine.Problem:
    """Problem that reserves, at one contract of the snapshot, only the seats of people who are offered a place now.

    A seat kept in an earlier call is idle if its person is no longer offered a place: the person and the seat would
    both take room.
    """

    def freed(each: engine.Contract) -> engine.Contract:
        if (each.area, each.provider) != (contract.area, contract.provider):
            return each
        return replace(
            each,
            reserved_minutes=min(each.reserved_minutes, contract.reserved_minutes + sum(seats)),
            reserved_persons=min(each.reserved_persons, contract.reserved_persons + len(seats)),
        )

    return replace(problem, contracts=tuple(freed(each) for each in problem.contracts))


def _seats(run: AllocationRun, snapshot: Snapshot, outcome: engine.Outcome) -> defaultdict[tuple[str, str], list[int]]:
    """Area and provider → minutes of each of its clients who are offered a place elsewhere."""
    municipal = _municipal(snapshot.problem)
    areas = {unit.id: unit.area for unit in snapshot.problem.units}
    seats: defaultdict[tuple[str, str], list[int]] = defaultdict(list)
    for placement in outcome.placements:
        person = snapshot.states[placement.person][1]
        has = person.current.provider if person.current else municipal
        if has != municipal and _act(run, snapshot, municipal, placement) == Act.OFFER:
            seats[areas[placement.unit], has].append(person.minutes)
    return seats


def _with_seats(
    contract: engine.Contract, before: engine.Contract, seats: list[int], load: tuple[int, int]
) -> engine.Contract:
    """Reserve the seats unless they fit together with everybody who has come."""
    minutes = load[0] - contract.reserved_minutes + before.reserved_minutes + sum(seats)
    persons = load[1] - contract.reserved_persons + before.reserved_persons + len(seats)
    fits = contract.ceiling_minutes is None or minutes <= contract.ceiling_minutes + contract.tolerance_minutes
    if fits and (contract.ceiling_persons is None or persons <= contract.ceiling_persons):
        return contract
    return replace(
        contract,
        reserved_minutes=max(contract.reserved_minutes, before.reserved_minutes + sum(seats)),
        reserved_persons=max(contract.reserved_persons, before.reserved_persons + len(seats)),
    )
