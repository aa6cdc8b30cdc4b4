"""Deliberate faults in the engine: the audit must see every one of them.

Only the promises that need no second run are asked, so that the engine is no witness in its own
case. A few faults leave no trace in the end result alone; those are in `test_engine_by_the_document`.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from random import Random
from typing import Any

import pytest

from allocation.engine import Outcome, Problem, Unit, allocate, audit, audit_static
from allocation.engine.line import Line
from allocation.engine.no_answer import shortfall
from allocation.engine.party import MUNICIPAL
from allocation.engine.reasons import Reasons
from allocation.engine.site import Site
from allocation.engine.state import State
from allocation.engine.tighten import Tightening

from .instances import draw_problem
from .misreading import misread
from .shapes import SAME_DAY, shaped

Patch = pytest.MonkeyPatch
ENGINE = sys.modules["allocation.engine.allocate"]  # the package's name of it is the function


@pytest.fixture(scope="module")
def healthy() -> list[Problem]:
    """Problems whose outcome the audit has nothing to say about, as long as the engine is whole."""
    problems = []
    for seed in range(1200):
        random = Random(seed)
        problem, _ = shaped(draw_problem(random.randint, max_units=8), random.randint)
        assert audit_static(problem, allocate(problem)) == []
        problems.append(problem)
    return problems


def promises_broken(problem: Problem, outcome: Outcome) -> set[str]:
    return {fault.words[:2] for fault in audit_static(problem, outcome)}


# Rules that are broken ------------------------------------------------------------------------


def leapfrogging(patch: Patch) -> None:
    """Who does not fit is refused alone, and the next in line is tried."""

    def settle(line: Line, may_stand_above: Callable[[int], bool]) -> list[int]:
        refused: list[int] = []
        while (last := line._last()) is not None and not line._may_stay(last):
            line._drop(last)
            refused.append(last[1])
        return refused

    patch.setattr(Line, "settle", settle)


def share_ignored(patch: Patch) -> None:
    patch.setattr(Tightening, "_tighten_cutoffs", lambda *_: False)
    patch.setattr(State, "share_allows", lambda *_: True)


def guarantee_ignored(patch: Patch) -> None:
    patch.setattr(Site, "committed", lambda _, minutes: minutes)


def ceiling_off_by_one(patch: Patch) -> None:
    true = Site.fits

    def fits(site: Site, minutes: int, persons: int, more: int, more_persons: int) -> bool:
        return true(site, minutes - 1, persons, more, more_persons)

    patch.setattr(Site, "fits", fits)


def persons_not_counted(patch: Patch) -> None:
    true = Site.fits
    patch.setattr(Site, "fits", lambda site, minutes, persons, more, _: true(site, minutes, persons, more, 0))


def tolerance_for_all(patch: Patch) -> None:
    def fits(site: Site, minutes: int, persons: int, more: int, more_persons: int) -> bool:
        within = site.ceiling is None or minutes + more <= site.ceiling + site.tolerance
        return within and (site.ceiling_persons is None or persons + more_persons <= site.ceiling_persons)

    patch.setattr(Site, "fits", fits)


def no_chain(patch: Patch) -> None:
    patch.setattr(ENGINE, "chain", lambda _: False)


def never_tightened(patch: Patch) -> None:
    patch.setattr(ENGINE, "tighten", lambda _: False)


def evicting_over_the_ceiling(patch: Patch) -> None:
    """Where a ceiling was lowered, clients are sent home until it holds."""
    true = State.__init__

    def init(state: State, *rest: Any) -> None:
        true(state, *rest)
        for unit, place in enumerate(state.place):
            if place >= 0 and (ceiling := state.sites[place].ceiling) is not None and state.minutes[place] > ceiling:
                state.move(unit, MUNICIPAL)

    patch.setattr(State, "__init__", init)


def switching_past_anybody(patch: Patch) -> None:
    patch.setattr("allocation.engine.switch._barriers", lambda *_: {})


def switching_for_everybody(patch: Patch) -> None:
    patch.setattr(ENGINE, "_clients", lambda state, _: frozenset(range(len(state.parties))))


def silent_beyond_the_guarantee(patch: Patch) -> None:
    more = lambda state, site: shortfall(state, site) + bool(state.sites[site].guarantee)  # noqa: E731
    patch.setattr("allocation.engine.no_answer.shortfall", more)


def silent_past_who_waits(patch: Patch) -> None:
    patch.setattr(State, "nobody_waits", lambda *_: True)


def calling_who_waits_or_is_exempt(patch: Patch) -> None:
    def may_be_called(state: State, unit: int, party: Any) -> bool:
        return state.place[unit] == MUNICIPAL and party.persons == 1 and party.minutes > 0

    patch.setattr("allocation.engine.call_list._may_be_called", may_be_called)


def a_minute_lost(patch: Patch) -> None:
    true = State.committed
    patch.setattr(State, "committed", lambda state: true(state) - 1)


def wrong_reason(patch: Patch) -> None:
    patch.setattr(Reasons, "_why", lambda *_: "ceiling")


# Input that is misread ------------------------------------------------------------------------


def contracts(**changes: Any) -> Callable[[Problem], Problem]:
    return lambda problem: replace(problem, contracts=tuple(replace(row, **changes) for row in problem.contracts))


def units(change: Callable[[Unit], Unit]) -> Callable[[Problem], Problem]:
    return lambda problem: replace(problem, units=tuple(map(change, problem.units)))


def tolerance_twice(problem: Problem) -> Problem:
    rows = (replace(row, tolerance_minutes=2 * row.tolerance_minutes) for row in problem.contracts)
    return replace(problem, contracts=tuple(rows))


def household_class_reversed(problem: Problem) -> Problem:
    policy = replace(problem.policy, household_class=not problem.policy.household_class)
    return replace(problem, policy=policy)


def lists_upside_down(unit: Unit) -> Unit:
    return replace(unit, wishes=unit.wishes[::-1])


def only_the_first_of_a_household(unit: Unit) -> Unit:
    others = (replace(member, minutes=0) for member in unit.members[1:])
    return replace(unit, members=(unit.members[0], *others))


MISREADINGS: list[tuple[str, Callable[[Problem], Problem], str]] = [
    ("reserved room given away", contracts(reserved_minutes=0, reserved_persons=0), "P1"),
    ("stopped intake not seen", contracts(intake=True), "P1"),
    ("tolerance not given", contracts(tolerance_minutes=0), "P4"),
    ("tolerance given twice", tolerance_twice, "P1"),
    ("lottery not drawn", units(lambda unit: replace(unit, lottery=0)), "P3"),
    ("lottery drawn for the person", units(lambda u: replace(u, lottery=u.lottery or hash(u.members[0].id))), "P3"),
    (
        "days not read",
        units(lambda u: replace(u, wishes=tuple(replace(w, date=SAME_DAY) for w in u.wishes))),
        "P3",
    ),
    ("household class reversed", household_class_reversed, "P3"),
    ("lists upside down", units(lists_upside_down), "P2"),
    ("minutes of one in a household", units(only_the_first_of_a_household), "P7"),
]


def misreadings() -> Iterator[Any]:
    for name, change, promise in MISREADINGS:
        yield pytest.param(lambda patch, change=change: misread(patch, change), promise, id=name)


BROKEN_RULES: list[tuple[Callable[[Patch], None], str]] = [
    (leapfrogging, "P3"),
    (share_ignored, "P1"),
    (guarantee_ignored, "P1"),
    (ceiling_off_by_one, "P1"),
    (persons_not_counted, "P1"),
    (tolerance_for_all, "P1"),
    (no_chain, "P4"),
    (never_tightened, "P2"),
    (evicting_over_the_ceiling, "P2"),
    (switching_past_anybody, "P3"),
    (switching_for_everybody, "P3"),
    (silent_beyond_the_guarantee, "P1"),
    (silent_past_who_waits, "P3"),
    (calling_who_waits_or_is_exempt, "P1"),
    (a_minute_lost, "P7"),
    (wrong_reason, "P8"),
]


@pytest.mark.parametrize(
    ("fault", "promise"),
    [*(pytest.param(fault, promise, id=fault.__name__) for fault, promise in BROKEN_RULES), *misreadings()],
)
def test_a_fault_in_the_engine_is_seen(
    fault: Callable[[Patch], None], promise: str, healthy: list[Problem], monkeypatch: Patch
) -> None:
    with monkeypatch.context() as patch:
        fault(patch)
        caught = next((p for p in healthy if promise in promises_broken(p, allocate(p))), None)
    assert caught is not None
    assert audit(caught, allocate(caught)) == []  # and without the fault nothing is wrong there


def test_a_run_that_would_go_on_is_seen(healthy: list[Problem], monkeypatch: Patch) -> None:
    """P5, which takes a second run, by the engine as it should be."""
    with monkeypatch.context() as patch:
        never_tightened(patch)
        unfinished = [(problem, allocate(problem)) for problem in healthy[:300]]
    assert any(fault.words.startswith("P5") for problem, outcome in unfinished for fault in audit(problem, outcome))
