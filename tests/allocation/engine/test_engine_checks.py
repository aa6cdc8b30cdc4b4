"""The input check: every contradiction is found at its place, without false positives."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from allocation.engine import (
    Area,
    InvalidProblemError,
    Member,
    Problem,
    Provider,
    Wish,
    allocate,
    audit,
    check_inputs,
)

from .build import contract, person, world

Change = Callable[[Problem], Problem]


def good() -> Problem:
    units = [person("a", 20, "p"), person("b", 20, "p", "m", at="q"), person("c", 0, answered=False, at=None)]
    return world([contract("p", 50), contract("q", 100)], units, share=25)


def unit(number: int, **changes: Any) -> Change:
    def change(problem: Problem) -> Problem:
        units = list(problem.units)
        units[number] = replace(units[number], **changes)
        return replace(problem, units=tuple(units))

    return change


def row(field: str, number: int, **changes: Any) -> Change:
    def change(problem: Problem) -> Problem:
        rows = list(getattr(problem, field))
        rows[number] = replace(rows[number], **changes)
        return replace(problem, **{field: tuple(rows)})

    return change


def more(field: str, *rows: Any) -> Change:
    return lambda problem: replace(problem, **{field: (*getattr(problem, field), *rows)})


def member(**changes: Any) -> Change:
    return unit(0, members=(replace(Member("a", 1200, "m"), **changes),))


DAY = date(2020, 9, 1)
FAULTS: list[tuple[Change, str, str]] = [
    (lambda problem: replace(problem, round=""), "/round", "no name"),
    (lambda problem: replace(problem, seed=""), "/seed", "no seed"),
    (more("areas", Area("north", 1)), "/areas/1/id", "twice"),
    (row("areas", 0, share_cap_minutes=-1), "/areas/0/share_cap_minutes", "negative"),
    (row("areas", 0, share_bp=10001), "/areas/0/share_bp", "more than the whole"),
    (row("areas", 0, share_bp=2000, share_base_minutes=9), "/areas/0/share_cap_minutes", "share of the base"),
    (more("providers", Provider("p")), "/providers/3/id", "twice"),
    (more("providers", Provider("n", True)), "/providers/3/municipal", "only one"),
    (row("providers", 0, municipal=False), "/providers", "no provider is municipal"),
    (row("contracts", 0, area="west"), "/contracts/0/area", "no area west"),
    (row("contracts", 0, provider="x"), "/contracts/0/provider", "no provider x"),
    (row("contracts", 0, provider="m"), "/contracts/0/provider", "always has room"),
    (row("contracts", 1, provider="p"), "/contracts/1", "already"),
    (row("contracts", 0, tolerance_minutes=-1), "/contracts/0/tolerance_minutes", "negative"),
    (row("contracts", 0, ceiling_minutes=-1), "/contracts/0/ceiling_minutes", "negative"),
    (row("contracts", 0, ceiling_persons=-1), "/contracts/0/ceiling_persons", "negative"),
    (row("contracts", 0, guaranteed_minutes=-1), "/contracts/0/guaranteed_minutes", "negative"),
    (row("contracts", 0, reserved_minutes=-1), "/contracts/0/reserved_minutes", "negative"),
    (row("contracts", 0, reserved_persons=-1), "/contracts/0/reserved_persons", "negative"),
    (unit(1, id="a"), "/units/1/id", "twice"),
    (unit(1, id=""), "/units/1/id", "empty"),
    (unit(0, area="west"), "/units/0/area", "no area west"),
    (unit(0, members=()), "/units/0/members", "nobody"),
    (unit(1, members=(Member("a", 1, "q"),)), "/units/1/members/0/id", "one only"),
    (unit(1, members=(Member("d", 1, "q"), Member("d", 1, "q"))), "/units/1/members/1/id", "one only"),
    (member(minutes=-1), "/units/0/members/0/minutes", "negative"),
    (member(current="x"), "/units/0/members/0/current", "no provider x"),
    (member(id=""), "/units/0/members/0/id", "empty"),
    (member(id="194912129984"), "/units/0/members/0/id", "identity number"),
    (member(id="491272-9984"), "/units/0/members/0/id", "identity number"),
    (unit(0, id="19491212-9984"), "/units/0/id", "identity number"),
    (unit(0, wishes=(Wish("x", DAY),)), "/units/0/wishes/0/provider", "no provider x"),
    (unit(0, wishes=(Wish("p", DAY), Wish("p", DAY))), "/units/0/wishes/1/provider", "twice"),
    (unit(0, answered=False), "/units/0/answered", "has answered"),
    (unit(0, area_date=None), "/units/0/area_date", "store the day"),
]


@pytest.mark.parametrize(("change", "pointer", "words"), FAULTS, ids=[f"{p} {w}" for _, p, w in FAULTS])
def test_each_contradiction_is_located(change: Change, pointer: str, words: str) -> None:
    faults = check_inputs(change(good()))
    assert pointer in [fault.pointer for fault in faults]
    assert any(words in fault.words for fault in faults if fault.pointer == pointer)


def test_valid_problem_has_no_errors() -> None:
    assert check_inputs(good()) == []


def test_identity_number_is_not_repeated_in_the_error() -> None:
    (fault,) = check_inputs(member(id="194912129984")(good()))
    assert "1949" not in str(fault)


@pytest.mark.parametrize("id_", ["1234567890123", "499912-9984", "c17", "9" * 12])
def test_other_numbers_are_ordinary_ids(id_: str) -> None:
    assert check_inputs(member(id=id_)(good())) == []


def test_area_date_is_optional_without_open_external_wishes() -> None:
    quiet = unit(0, area_date=None, wishes=(Wish("m", DAY), Wish("p", DAY)))
    assert check_inputs(quiet(good())) == []
    content = unit(1, area_date=None, wishes=(Wish("q", DAY), Wish("p", DAY)))
    assert check_inputs(content(good())) == []


def test_wish_that_never_fits_is_valid() -> None:
    assert check_inputs(world([contract("p", 1)], [person("a", 99, "p")], share=5)) == []


def test_provider_without_a_contract_may_have_clients() -> None:
    problem = world([], [person("a", 5, at="gone"), person("b", 5, "gone")])
    assert check_inputs(problem) == []
    total = allocate(problem).totals[0]
    assert (total.external_minutes, total.contracts[0].provider) == (300, "gone")
    assert audit(problem, allocate(problem)) == []


def test_every_error_is_reported_before_computing() -> None:
    twice = unit(0, area="west", members=())(good())
    with pytest.raises(InvalidProblemError) as caught:
        allocate(twice)
    assert [fault.pointer for fault in caught.value.faults] == ["/units/0/area", "/units/0/members"]
    assert str(caught.value).startswith("/units/0/area: there is no area west")


def test_audit_of_an_invalid_problem_reports_its_errors() -> None:
    problem = good()
    outcome = allocate(problem)
    faults = audit(unit(0, area="west")(problem), outcome)
    assert [fault.pointer for fault in faults] == ["/units/0/area"]
