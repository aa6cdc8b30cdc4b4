"""Allocation of a whole problem: one function for the first large round and for every night."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from allocation.engine.canonical import problem_sha256
from allocation.engine.garbage_collection import gc_disabled
from allocation.engine.input_check import InvalidProblemError, check_inputs
from allocation.engine.outcome import AreaTotal, Call, ContractTotal, How, LogLine, Outcome, Placement
from allocation.engine.problem import Problem, Unit
from allocation.engine.version import ENGINE_VERSION

from .applicant import MUNICIPAL
from .call_list import call_list
from .chain import chain
from .no_answer import no_answer
from .reasons import Reasons
from .state import State
from .switch import switch
from .tighten import tighten


@gc_disabled()
def allocate(problem: Problem, *, clients_at_start: Collection[str] | None = None) -> Outcome:
    """Allocate everybody, area by area. Raises InvalidProblemError when `check_inputs` finds faults.

    `clients_at_start`: ids of the units that may switch while the share is full. Given when the problem continues the
    result of an earlier run; otherwise these are the units that are wholly external in the problem.
    """
    if faults := check_inputs(problem):
        raise InvalidProblemError(faults)
    return allocate_checked(problem, clients_at_start)


def allocate_checked(problem: Problem, clients_at_start: Collection[str] | None = None) -> Outcome:
    """Allocate a problem that passes `check_inputs`."""
    municipal = _municipal(problem)
    placements: list[Placement] = []
    calls: list[Call] = []
    totals: list[AreaTotal] = []
    log: list[LogLine] = []
    for state, lines in _settled_areas(problem, municipal, clients_at_start):
        log += lines
        placements += _placements(state, municipal)
        totals.append(_total(state))
        if problem.policy.call_list:
            calls += _calls(state, municipal, len(calls))
    placements.sort(key=lambda placement: placement.person)
    return Outcome(
        problem_sha256=problem_sha256(problem),
        engine=ENGINE_VERSION,
        placements=tuple(placements),
        calls=tuple(calls),
        totals=tuple(totals),
        log=tuple(log),
    )


def moved_persons(problem: Problem, clients_at_start: Collection[str]) -> Iterator[str]:
    """Persons of the units that a run of a checked problem gives another provider."""
    for state, _ in _settled_areas(problem, _municipal(problem), clients_at_start):
        for unit, applicant in enumerate(state.applicants):
            if state.place[unit] != applicant.home:
                yield from (member.id for member in applicant.unit.members)


def _municipal(problem: Problem) -> str:
    return next(provider.id for provider in problem.providers if provider.municipal)


def _settled_areas(
    problem: Problem, municipal: str, clients_at_start: Collection[str] | None
) -> Iterator[tuple[State, list[LogLine]]]:
    units: dict[str, list[Unit]] = {area.id: [] for area in problem.areas}
    for unit in problem.units:
        units[unit.area].append(unit)
    for area in sorted(problem.areas, key=lambda area: area.id):
        state = State(problem, area, units.pop(area.id), municipal)
        yield state, settle_all(problem, state, _clients(state, clients_at_start))


def settle_all(problem: Problem, state: State, clients: Collection[int]) -> list[LogLine]:
    """Settle, apply the no-answer rule, and repeat until nothing changes.

    A unit assigned by the no-answer rule may fill a guarantee, which may let a client of that provider switch.
    """
    log: list[LogLine] = []
    passes = 0
    while True:
        passes = settle(state, clients, log, passes)
        if not no_answer(problem, state):
            return log


def settle(state: State, clients: Collection[int], log: list[LogLine], passes: int) -> int:
    """Run passes until one changes nobody's place; return the number of passes so far.

    Terminates: no unit ever gets a worse place, and lists are finite.
    """
    changed = True
    while changed:
        passes += 1
        if state.policy.household_class:
            state.line_up()
        changed = tighten(state)
        changed = chain(state) or changed
        if state.policy.switch_when_share_full == "free":
            lines = switch(state, clients, passes)
            log += lines
            changed = changed or bool(lines)
    return passes


def _clients(state: State, ids: Collection[str] | None) -> frozenset[int]:
    if ids is not None:
        return frozenset(i for i, applicant in enumerate(state.applicants) if applicant.unit.id in ids)
    return frozenset(
        i for i, applicant in enumerate(state.applicants) if _is_wholly_external(state, i, applicant.persons)
    )


def _is_wholly_external(state: State, unit: int, persons: int) -> bool:
    # By persons, not minutes: an alarm-only client of the municipality is not an external client.
    return sum(part_persons for _, part_persons in state.parts(unit).values()) == persons


def _placements(state: State, municipal: str) -> Iterator[Placement]:
    reasons = Reasons(state)
    for unit, applicant in enumerate(state.applicants):
        wish, unmet, place = _wish_got(state, unit), reasons.of(unit), state.place[unit]
        together = municipal if place == MUNICIPAL else state.sites[place].provider if place >= 0 else None
        for member in applicant.unit.members:
            # A split household that has not moved keeps its providers.
            provider = together or member.current or municipal
            how = _how(state, unit, wish, member.current, provider)
            yield Placement(member.id, applicant.unit.id, provider, how, wish, unmet)


def _wish_got(state: State, unit: int) -> int | None:
    applicant, better = state.applicants[unit], state.better[unit]
    if better < len(applicant.wishes):
        return applicant.wish_numbers[better]
    return applicant.end_wish


def _how(state: State, unit: int, wish: int | None, current: str | None, provider: str) -> How:
    if wish is not None:
        return "wish"
    if state.applicants[unit].unit.answered:
        return "kept" if current is not None else "fallback"
    if (by_rule := state.no_answer_how.get(unit)) is not None:
        return by_rule
    return "no_answer_kept" if current == provider else "no_answer_municipal"


def _total(state: State) -> AreaTotal:
    contracts = tuple(
        ContractTotal(site.provider, state.minutes[i], state.persons[i]) for i, site in enumerate(state.sites)
    )
    return AreaTotal(state.area.id, state.external(), state.committed(), contracts)


def _calls(state: State, municipal: str, already: int) -> list[Call]:
    return [
        Call(
            already + order,
            state.applicants[each.unit].unit.members[0].id,
            municipal,
            state.sites[each.site].provider,
        )
        for order, each in enumerate(call_list(state), start=1)
    ]
