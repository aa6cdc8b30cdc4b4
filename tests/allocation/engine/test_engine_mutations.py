"""Deliberate faults in the engine: the audit must detect each.

Only promises that need no second run are checked, so that the engine is not its own witness. A few faults leave no
trace in the outcome alone; those are in `test_engine_by_the_document`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from random import Random
from typing import Any
from zlib import crc32

import numpy as np
import pytest

from allocation.engine import Outcome, Problem, Unit, allocate, allocating, audit, audit_static
from allocation.engine.asking_rounds import Rounds
from allocation.engine.columns import Flags, Ints
from allocation.engine.cutoffs import Tightening
from allocation.engine.no_answer import shortfall
from allocation.engine.placement_rows import WHYS
from allocation.engine.sites import Sites
from allocation.engine.state import State
from allocation.engine.units import MUNICIPAL

from .instances import draw_problem
from .misreading import misread
from .shapes import SAME_DAY, shaped

Patch = pytest.MonkeyPatch


@pytest.fixture(scope="module")
def healthy() -> list[Problem]:
    """Problems whose outcome passes the audit with the correct engine."""
    problems = []
    for seed in range(1200):
        random = Random(seed)
        problem, _ = shaped(draw_problem(random.randint, max_units=8), random.randint)
        assert audit_static(problem, allocate(problem)) == []
        problems.append(problem)
    return problems


def promises_broken(problem: Problem, outcome: Outcome) -> set[str]:
    return {fault.words[:2] for fault in audit_static(problem, outcome)}


# Broken rules -----------------------------------------------------------------------------------


def leapfrogging(patch: Patch) -> None:
    """Fault: only the unit that does not fit is refused, and the next in the queue is tried."""

    def refuse(rounds: Rounds, site: int, wishes: Ints, more: Ints) -> Ints:
        if not len(wishes):
            return wishes
        now, state, wish = rounds.lines, rounds.state, wishes[:1]
        units = state.wishes.unit[wish]
        now.in_line[state.queues.position[wish]] = False
        now.minutes[site] -= more[0]
        now.holds[units], now.next_wish[units] = -1, wish + 1
        return np.concatenate([units, rounds._review(site)])

    patch.setattr(Rounds, "_refuse", refuse)


def share_ignored(patch: Patch) -> None:
    patch.setattr(Tightening, "_enforce_share", lambda *_: False)
    patch.setattr(State, "share_allows", lambda *_: True)


def guarantee_ignored(patch: Patch) -> None:
    def loads(rounds: Rounds) -> tuple[int, int]:
        external = int(rounds.loads().sum())
        return external, external

    patch.setattr(Rounds, "external_and_committed", loads)
    patch.setattr(Sites, "committed", lambda _, minutes: sum(minutes))
    patch.setattr(State, "_rise", lambda _, site, more: more)


def with_fits(patch: Patch, change: Callable[[Any, Any, Any], tuple[Any, Any, Any]]) -> None:
    """`change`: taken minutes and persons, and arriving persons, as the rules see them."""
    alone, together = Sites.fits, Sites.fitting

    def fits(sites: Sites, site: int, minutes: int, persons: int, more: int, heads: int) -> bool:
        minutes, persons, heads = change(minutes, persons, heads)
        return alone(sites, site, minutes, persons, more, heads)

    def fitting(sites: Sites, site: int, after: Ints, persons: Ints | None, more: Ints) -> Flags:
        after, persons, _ = change(after, persons, 0)
        return together(sites, site, after, persons, more)

    patch.setattr(Sites, "fits", fits)
    patch.setattr(Sites, "fitting", fitting)


def ceiling_off_by_one(patch: Patch) -> None:
    with_fits(patch, lambda minutes, persons, heads: (minutes - 1, persons, heads))


def persons_not_counted(patch: Patch) -> None:
    with_fits(patch, lambda minutes, persons, heads: (minutes, persons if persons is None else persons * 0, 0))


def tolerance_for_all(patch: Patch) -> None:
    def fits(sites: Sites, site: int, minutes: int, persons: int, more: int, heads: int) -> bool:
        within = minutes + more <= sites.ceiling[site] + sites.tolerance[site]
        return within and persons + heads <= sites.ceiling_persons[site]

    def fitting(sites: Sites, site: int, after: Ints, persons: Ints | None, more: Ints) -> Flags:
        within: Flags = after <= sites.ceiling[site] + sites.tolerance[site]
        return within if persons is None else within & (persons <= sites.ceiling_persons[site])

    patch.setattr(Sites, "fits", fits)
    patch.setattr(Sites, "fitting", fitting)


def no_chain(patch: Patch) -> None:
    patch.setattr(allocating, "chain", lambda _: False)


def never_tightened(patch: Patch) -> None:
    patch.setattr(allocating, "tighten", lambda _: False)


def evicting_over_the_ceiling(patch: Patch) -> None:
    """Fault: under a lowered ceiling, clients are evicted until it holds."""
    true = State.__init__

    def init(state: State, *rest: Any) -> None:
        true(state, *rest)
        for unit, place in enumerate(state.place.tolist()):
            if place >= 0 and state.minutes[place] > state.sites.ceiling[place]:
                state.leave_all(np.array([unit]))

    patch.setattr(State, "__init__", init)


def switching_past_anybody(patch: Patch) -> None:
    patch.setattr("allocation.engine.switch._barriers", lambda *_: {})


def switching_for_everybody(patch: Patch) -> None:
    patch.setattr(State, "clients", lambda state: np.ones(len(state.units), bool))


def silent_beyond_the_guarantee(patch: Patch) -> None:
    def more(state: State, site: int) -> int:
        return shortfall(state, site) + bool(state.sites.guarantee[site])

    patch.setattr("allocation.engine.no_answer.shortfall", more)


def silent_past_who_waits(patch: Patch) -> None:
    patch.setattr(State, "nobody_waits", lambda *_: True)


def calling_who_waits_or_is_exempt(patch: Patch) -> None:
    def may_be_called(state: State) -> Flags:
        return (state.place == MUNICIPAL) & (state.units.persons == 1) & (state.units.minutes > 0)

    patch.setattr("allocation.engine.call_list._may_be_called", may_be_called)


def a_minute_lost(patch: Patch) -> None:
    true = State.committed
    patch.setattr(State, "committed", lambda state: true(state) - 1)


def wrong_reason(patch: Patch) -> None:
    ceiling = WHYS.index("ceiling")
    patch.setattr("allocation.engine.reasons._whys", lambda _, waiting, *rest: np.full(len(waiting), ceiling))


# Misread input ----------------------------------------------------------------------------------


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


def lottery_of_the_person(unit: Unit) -> Unit:
    return replace(unit, lottery=unit.lottery or crc32(unit.members[0].id.encode()))


def only_the_first_of_a_household(unit: Unit) -> Unit:
    others = (replace(member, minutes=0) for member in unit.members[1:])
    return replace(unit, members=(unit.members[0], *others))


MISREADINGS: list[tuple[str, Callable[[Problem], Problem], str]] = [
    ("reserved room given away", contracts(reserved_minutes=0, reserved_persons=0), "P1"),
    ("stopped intake not seen", contracts(intake=True), "P1"),
    ("tolerance not given", contracts(tolerance_minutes=0), "P4"),
    ("tolerance given twice", tolerance_twice, "P1"),
    ("lottery not drawn", units(lambda unit: replace(unit, lottery=0)), "P3"),
    (
        "lottery drawn for the person",
        units(lambda u: replace(u, lottery=u.lottery or crc32(u.members[0].id.encode()))),
        "P3",
    ),
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
def test_engine_fault_is_detected(
    fault: Callable[[Patch], None], promise: str, healthy: list[Problem], monkeypatch: Patch
) -> None:
    with monkeypatch.context() as patch:
        fault(patch)
        caught = next((p for p in healthy if promise in promises_broken(p, allocate(p))), None)
    assert caught is not None
    assert audit(caught, allocate(caught)) == []  # without the fault nothing is reported


def test_unfinished_run_is_detected(healthy: list[Problem], monkeypatch: Patch) -> None:
    """P5, which needs a second run, with the correct engine."""
    with monkeypatch.context() as patch:
        never_tightened(patch)
        unfinished = [(problem, allocate(problem)) for problem in healthy[:300]]
    assert any(fault.words.startswith("P5") for problem, outcome in unfinished for fault in audit(problem, outcome))
