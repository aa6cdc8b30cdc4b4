"""The engine against three other algorithms, where they apply.

One provider level: the best of all placements in which nobody is passed, by exhaustive search. A first round: one pass
through the queue. Equal hours: textbook deferred acceptance.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from itertools import product
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from allocation.engine import Contract, Problem, Unit, allocate
from tests.long_form import examples

from .build import HOUR, contract, household, person, world

Draw = Callable[[int, int], int]
CHECKED = settings(max_examples=examples(250))
Placed = dict[str, str]
STAY = "stay"


def drawing(draw: st.DrawFn) -> Draw:
    return lambda low, high: draw(st.integers(low, high))


def picked(draw: Draw, names: list[str]) -> list[str]:
    left = list(names)
    return [left.pop(draw(0, len(left) - 1)) for _ in range(draw(1, len(left)))]


def placed(problem: Problem) -> Placed:
    return {placement.unit: placement.provider for placement in allocate(problem).placements}


def placed_units(problem: Problem) -> Placed:
    """As `placed`, with STAY for a household that stays spread."""
    got = {placement.person: placement.provider for placement in allocate(problem).placements}
    place = {}
    for unit in problem.units:
        now = {got[member.id] for member in unit.members}
        place[unit.id] = now.pop() if len(now) == 1 else STAY
    return place


def options(unit: Unit) -> list[str]:
    """Best first, down to the end of the list; STAY is for a household spread over several."""
    has = had(unit)
    found = []
    for wish in unit.wishes:
        found.append(wish.provider)
        if wish.provider in (has, "m"):
            return found
    return [*found, has]


def had(unit: Unit) -> str:
    places = {member.current or "m" for member in unit.members}
    return places.pop() if len(places) == 1 else STAY


def queue_key(unit: Unit, provider: str) -> tuple[date, int, str]:
    received = next(wish.date for wish in unit.wishes if wish.provider == provider)
    return (received, unit.lottery or 0, unit.id)


# One provider level ---------------------------------------------------------------------------


@st.composite
def provider_level(draw: st.DrawFn) -> Problem:
    d = drawing(draw)
    contracts = [
        contract(
            p,
            d(0, 8),
            tolerance=d(0, 2),
            ceiling_persons=d(0, 4) if d(0, 2) == 0 else None,
            reserved_minutes=d(0, 2) * HOUR,
            reserved_persons=d(0, 1),
        )
        for p in "pq"
    ]
    units = [
        household(
            f"u{i}",
            [(d(0, 4), "mpq"[d(0, 2)]) for _ in range(1 + (d(0, 3) == 0))],
            *picked(d, ["p", "q", "m"]),
            on=d(0, 2),
            lottery=d(0, 1),
        )
        for i in range(d(1, 5))
    ]
    return world(contracts, units)


def load_at(unit: Unit, provider: str) -> tuple[int, int]:
    """Initial minutes and persons of the unit at the provider."""
    minutes = [member.minutes for member in unit.members if member.current == provider]
    return sum(minutes), len(minutes)


def size_of(unit: Unit) -> tuple[int, int]:
    return sum(member.minutes for member in unit.members), len(unit.members)


def has_room(row: Contract, taken: tuple[int, int], more: tuple[int, int]) -> bool:
    ceiling, after = row.ceiling_minutes or 0, taken[0] + more[0]
    within = after <= ceiling or (taken[0] < ceiling and after <= ceiling + row.tolerance_minutes)
    return within and (row.ceiling_persons is None or taken[1] + more[1] <= row.ceiling_persons)


def in_order_and_fitting(problem: Problem, place: Placed, row: Contract) -> bool:
    """Nobody is passed at the provider, and every newcomer fits after those before it."""
    provider = row.provider
    minutes, persons = row.reserved_minutes, row.reserved_persons
    newcomers = [u for u in problem.units if place[u.id] == provider != had(u)]
    for unit in problem.units:
        if unit in newcomers or place[unit.id] in (had(unit), provider):
            minutes, persons = minutes + load_at(unit, provider)[0], persons + load_at(unit, provider)[1]
    for unit in sorted(newcomers, key=lambda u: queue_key(u, provider)):
        old, all_ = load_at(unit, provider), size_of(unit)
        more = (all_[0] - old[0], all_[1] - old[1])
        if not has_room(row, (minutes, persons), more):
            return False
        minutes, persons = minutes + more[0], persons + more[1]
    for waiter in problem.units:
        wants = provider in options(waiter)[: options(waiter).index(place[waiter.id])]
        if (
            wants
            and has_room(row, (0, 0), size_of(waiter))
            and any(queue_key(waiter, provider) < queue_key(u, provider) for u in newcomers)
        ):
            return False
    return True


def fair_placements(problem: Problem) -> Iterator[Placed]:
    for choice in product(*(options(unit) for unit in problem.units)):
        place = {unit.id: provider for unit, provider in zip(problem.units, choice, strict=True)}
        if all(in_order_and_fitting(problem, place, row) for row in problem.contracts):
            yield place


@CHECKED
@given(provider_level())
def test_one_level_equals_the_best_placement_without_passing(problem: Problem) -> None:
    ours, fair = placed_units(problem), list(fair_placements(problem))
    assert ours in fair
    for other in fair:
        for unit in problem.units:
            assert options(unit).index(ours[unit.id]) <= options(unit).index(other[unit.id])


# A first round --------------------------------------------------------------------------------


@st.composite
def first_rounds(draw: st.DrawFn) -> Problem:
    d = drawing(draw)
    count = d(1, 9)
    numbers = list(range(count))
    Random(d(0, 10**6)).shuffle(numbers)
    units = [
        household(
            f"u{i}",
            [(d(0, 5), "m") for _ in range(1 + (d(0, 4) == 0))],
            *picked(d, ["p", "q", "r", "m"]),
            on=0,
            lottery=numbers[i],
        )
        for i in range(count)
    ]
    contracts = [contract(p, d(0, 12), tolerance=d(0, 2), ceiling_persons=d(1, 5)) for p in "pqr"]
    return world(contracts, units, share=d(0, 25))


class OnePass:
    """One pass in lottery order: each unit gets its best option with room; one that does not fit closes the queue."""

    def __init__(self, problem: Problem) -> None:
        self.share = problem.areas[0].share_cap_minutes or 0
        self.contracts = {row.provider: row for row in problem.contracts}
        self.taken = dict.fromkeys(self.contracts, 0)
        self.persons = dict.fromkeys(self.contracts, 0)
        self.closed: set[str] = set()
        self.share_closed = False

    def serve(self, unit: Unit) -> str:
        minutes, size = sum(m.minutes for m in unit.members), len(unit.members)
        for option in options(unit):
            if option == "m":
                break
            if option in self.closed or not self._ever_fits(option, minutes, size):
                continue
            if self._fits(option, minutes, size, self.taken[option], self.persons[option]):
                total = sum(self.taken.values()) + minutes
                if minutes == 0 or (not self.share_closed and total <= self.share):
                    self.taken[option] += minutes
                    self.persons[option] += size
                    return option
                self.share_closed = True
            self.closed.add(option)
        return "m"

    def _ever_fits(self, provider: str, minutes: int, size: int) -> bool:
        return minutes <= self.share and self._fits(provider, minutes, size, 0, 0)

    def _fits(self, provider: str, minutes: int, size: int, taken: int, persons: int) -> bool:
        row = self.contracts[provider]
        ceiling, after = row.ceiling_minutes or 0, taken + minutes
        within = after <= ceiling or (taken < ceiling and after <= ceiling + row.tolerance_minutes)
        return within and persons + size <= (row.ceiling_persons or 0)


@CHECKED
@given(first_rounds())
def test_first_round_is_one_pass_through_the_queue(problem: Problem) -> None:
    one_pass = OnePass(problem)
    queue = sorted(problem.units, key=lambda unit: unit.lottery or 0)
    assert placed(problem) == {unit.id: one_pass.serve(unit) for unit in queue}


# Equal hours ----------------------------------------------------------------------------------


@st.composite
def equal_hours(draw: st.DrawFn) -> Problem:
    d = drawing(draw)
    units = [
        person(f"u{i}", 1, *picked(d, ["p", "q", "r", "m"]), at="mpqr"[d(0, 3)], on=d(0, 3), lottery=d(0, 2))
        for i in range(d(1, 9))
    ]
    clients = {p: sum(u.members[0].current == p for u in units) for p in "pqr"}
    return world([contract(p, clients[p] + d(0, 2)) for p in "pqr"], units)


def deferred_acceptance(problem: Problem) -> Placed:
    """Gale and Shapley, with existing clients before all others."""
    seats = {row.provider: (row.ceiling_minutes or 0) // 60 for row in problem.contracts}
    held: dict[str, list[Unit]] = {p: [] for p in seats}
    asked = {unit.id: 0 for unit in problem.units}
    place: Placed = {}
    free = list(problem.units)
    while free:
        unit = free.pop()
        wanted = options(unit)[asked[unit.id]]
        place[unit.id] = wanted
        if wanted == "m":
            continue
        asked[unit.id] += 1
        held[wanted].append(unit)
        held[wanted].sort(key=lambda u, p=wanted: (u.members[0].current != p, *_key_or_first(u, p)))
        if len(held[wanted]) > seats[wanted]:
            free.append(held[wanted].pop())
    return place


def _key_or_first(unit: Unit, provider: str) -> tuple[date, int, str]:
    if all(wish.provider != provider for wish in unit.wishes):
        return (date.min, 0, unit.id)
    return queue_key(unit, provider)


@CHECKED
@given(equal_hours())
def test_equal_hours_is_textbook_deferred_acceptance(problem: Problem) -> None:
    assert placed(problem) == deferred_acceptance(problem)
