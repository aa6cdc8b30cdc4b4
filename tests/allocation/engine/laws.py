"""Laws that hold for every problem, each a function that describes its violations."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from random import Random
from typing import TypeVar

from allocation.engine import Outcome, Problem, Unit, allocate, audit, outcome_bytes, plain

from .instances import MUNICIPAL
from .renaming import named_back, renamed

Law = Callable[[Problem, Random], list[str]]
Row = TypeVar("Row")


def audited(problem: Problem, random: Random) -> list[str]:
    return [str(fault) for fault in audit(problem, allocate(problem))]


def by_the_document(problem: Problem, random: Random) -> list[str]:
    """Equality with the plain engine, byte for byte."""
    return unlike_the_document(problem)


def unlike_the_document(problem: Problem) -> list[str]:
    ours, plainly = outcome_bytes(allocate(problem)), outcome_bytes(plain.allocate(problem))
    return [] if ours == plainly else [f"not {ours.decode()}, plainly {plainly.decode()}"]


def rows_in_any_order(problem: Problem, random: Random) -> list[str]:
    def shuffled(rows: tuple[Row, ...]) -> tuple[Row, ...]:
        return tuple(random.sample(rows, len(rows)))

    other = replace(
        problem,
        areas=shuffled(problem.areas),
        providers=shuffled(problem.providers),
        contracts=shuffled(problem.contracts),
        units=shuffled(tuple(replace(u, members=shuffled(u.members)) for u in problem.units)),
    )
    same = outcome_bytes(allocate(other)) == outcome_bytes(allocate(problem))
    return [] if same else ["another order of the rows gives another outcome"]


def any_names(problem: Problem, random: Random) -> list[str]:
    """Independence of names when the lottery is drawn, except for people without an answer: there the name breaks ties
    between providers that are equally short or equally free.
    """
    numbers = random.sample(range(100), len(problem.units))
    rule = problem.policy.no_answer if problem.policy.no_answer == "municipal" else "keep"
    drawn = replace(
        problem,
        units=tuple(replace(u, lottery=number) for u, number in zip(problem.units, numbers, strict=True)),
        policy=replace(problem.policy, no_answer=rule, call_list=False),
    )
    ids = all_names(drawn)
    return _as_before(drawn, dict(zip(ids, random.sample(ids, len(ids)), strict=True)))


def names_in_the_same_order(problem: Problem, random: Random) -> list[str]:
    """Independence including ties. Rotation draws the providers' turns by name."""
    if problem.policy.no_answer == "rotation":
        return []
    numbered = (
        unit if unit.lottery is not None else replace(unit, lottery=random.randint(0, 2)) for unit in problem.units
    )
    fixed = replace(problem, units=tuple(numbered))
    return _as_before(fixed, {name: f"{i:04}" for i, name in enumerate(sorted(all_names(fixed)))})


def all_names(problem: Problem) -> list[str]:
    persons = [member.id for unit in problem.units for member in unit.members]
    units, areas, providers = problem.units, problem.areas, problem.providers
    rows = [*(u.id for u in units), *(a.id for a in areas), *(p.id for p in providers)]
    return list(dict.fromkeys([*persons, *rows]))


def _as_before(problem: Problem, names: dict[str, str]) -> list[str]:
    same = {name: name for name in names}
    before = named_back(allocate(problem), problem, same)
    after = named_back(allocate(renamed(problem, names)), problem, names)
    return [] if outcome_bytes(before) == outcome_bytes(after) else [f"other names, another outcome: {names}"]


def the_next_night_changes_nothing(problem: Problem, random: Random) -> list[str]:
    """Idempotence of a run started anew: in strict rounds no right depends on the way a place was obtained."""
    strict = replace(problem, policy=replace(problem.policy, switch_when_share_full="strict"))
    outcome = allocate(strict)
    again = allocate(after_it(strict, outcome))
    moved = provider_of(again).items() - provider_of(outcome).items()
    return [f"the next night moves {sorted(moved)}"] if moved else []


def less_room_evicts_nobody(problem: Problem, random: Random) -> list[str]:
    """Retention after a smaller base, lower ceilings and guarantees: everybody keeps their provider."""
    first = after_it(problem, allocate(problem))
    policy = replace(first.policy, no_answer="keep")
    less = replace(
        first,
        policy=policy,
        areas=tuple(replace(a, share_cap_minutes=random.randint(0, 3)) for a in first.areas),
        contracts=tuple(
            replace(c, ceiling_minutes=random.randint(0, 3), ceiling_persons=random.randint(0, 1), intake=False)
            if random.random() < 0.7
            else c
            for c in first.contracts
        ),
    )
    outcome = allocate(less)
    had = {m.id: (m.current or MUNICIPAL, unit) for unit in less.units for m in unit.members}
    return [
        f"{person} loses {had[person][0]}"
        for person, provider in provider_of(outcome).items()
        if provider != had[person][0] and not _is_a_wish_of(had[person][1], provider)
    ]


def _is_a_wish_of(unit: Unit, provider: str) -> bool:
    """Provider kept by a whole unit: a split household stays only below its list."""
    order = [wish.provider for wish in unit.wishes]
    has = {member.current or MUNICIPAL for member in unit.members}
    stays = order.index(next(iter(has))) if len(has) == 1 and has <= set(order) else len(order)
    return provider in order[:stays]


def more_room_hurts_nobody(problem: Problem, random: Random) -> list[str]:
    """One level. Units that never fitted and now do return to the queue: those are left out."""
    before = one_level(problem)
    more = replace(
        before,
        contracts=tuple(
            replace(
                c,
                ceiling_minutes=_raised(c.ceiling_minutes, random.randint(0, 5)),
                ceiling_persons=_raised(c.ceiling_persons, random.randint(0, 2)),
            )
            for c in before.contracts
        ),
    )
    return _worse(before, more)


def _raised(ceiling: int | None, by: int) -> int | None:
    return None if ceiling is None else ceiling + by


def a_death_hurts_nobody(problem: Problem, random: Random) -> list[str]:
    before = one_level(problem)
    dead = random.choice(before.units).id
    return _worse(before, replace(before, units=tuple(unit for unit in before.units if unit.id != dead)))


def one_level(problem: Problem) -> Problem:
    """Without share, wishes that can never be met, and the household class: a split household that leaves a provider
    loses its class there, so its place in the queue depends on room elsewhere.
    """
    free = replace(
        problem,
        policy=replace(problem.policy, household_class=False),
        areas=tuple(replace(area, share_cap_minutes=None) for area in problem.areas),
    )
    lost = {
        (row.unit, each.provider)
        for row in allocate(free).placements
        for each in row.unmet
        if each.why in ("never_fits", "no_contract")
    }
    units = (replace(u, wishes=tuple(w for w in u.wishes if (u.id, w.provider) not in lost)) for u in free.units)
    return replace(free, units=tuple(units))


def _worse(before: Problem, after: Problem) -> list[str]:
    then, now = missed(before), missed(after)
    return [f"{unit} misses {now[unit]} wishes, not {then[unit]}" for unit in now if now[unit] > then[unit]]


def missed(problem: Problem) -> dict[str, int]:
    """Unit → number of external wishes preferred to its placement."""
    return {placement.unit: len(placement.unmet) for placement in allocate(problem).placements}


def provider_of(outcome: Outcome) -> dict[str, str]:
    return {placement.person: placement.provider for placement in outcome.placements}


def after_it(problem: Problem, outcome: Outcome) -> Problem:
    """The problem with everybody at their allocated provider."""
    got = provider_of(outcome)
    units = (replace(u, members=tuple(replace(m, current=got[m.id]) for m in u.members)) for u in problem.units)
    return replace(problem, units=tuple(units))


LAWS: tuple[Law, ...] = (
    audited,
    by_the_document,
    rows_in_any_order,
    any_names,
    names_in_the_same_order,
    the_next_night_changes_nothing,
    less_room_evicts_nobody,
    more_room_hurts_nobody,
    a_death_hurts_nobody,
)
