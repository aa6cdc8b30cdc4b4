"""Equality of the engine and the plain engine on random problems: the same bytes.

python -m tests.allocation.engine.equal [--small 1000000] [--middle 20000] [--towns 20] [--sizes 1000 10000] [--first 0]

Small: a handful of units, many ties, all features combined; every fourth aims at spread households. Middle: some
hundreds of units with all rules, every third with far-reaching cutoffs. Towns: 1,500 people. Ctrl-C prints the
progress.
"""

from __future__ import annotations

import sys
import time
from argparse import ArgumentParser
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from random import Random
from typing import get_args

from allocation.engine import Contract, NoAnswerRule, Problem, SwitchRule, Unit, allocate, outcome_bytes, plain
from benchmarks.engine_problem import make_problem

from .instances import MUNICIPAL, draw_problem
from .shapes import aimed, shaped
from .soak import drawn

TOWN = 1_500


def small(seed: int) -> Problem:
    return drawn(seed)[0] if seed % 4 else aimed(Random(seed).randint)


def leaping(seed: int) -> Problem:
    """Many applicants for new share, above guarantees and within, who must be refused: cutoffs reach far, and leap."""
    random = Random(seed)
    problem = draw_problem(random.randint, max_units=random.randint(30, 150))
    most = sum(member.minutes for unit in problem.units for member in unit.members)
    contracts = tuple(
        replace(
            row,
            ceiling_minutes=random.choice((None, random.randint(0, most))),
            guaranteed_minutes=random.choice((0, random.randint(0, most // 3))),
            intake=True,
        )
        for row in problem.contracts
    )

    def unit(row: Unit) -> Unit:
        if random.random() < 0.3:
            return row
        return replace(row, members=tuple(replace(member, current=MUNICIPAL) for member in row.members))

    areas = tuple(replace(area, share_cap_minutes=random.randint(0, most)) for area in problem.areas)
    return replace(problem, contracts=contracts, areas=areas, units=tuple(map(unit, problem.units)))


def middle(seed: int) -> Problem:
    random = Random(seed)
    if seed % 3 == 2:
        return leaping(seed)
    if seed % 2:
        return shaped(draw_problem(random.randint, max_units=random.randint(40, 400)), random.randint)[0]
    return with_every_rule(_some_town(random.randint(60, 600), random), random)


def town(seed: int) -> Problem:
    random = Random(seed)
    return with_every_rule(_some_town(TOWN, random), random)


def _some_town(units: int, random: Random) -> Problem:
    switch, silent = random.choice(get_args(SwitchRule)), random.choice(get_args(NoAnswerRule))
    return make_problem(units, seed=random.randrange(10**6), switch=switch, no_answer=silent)


def with_every_rule(problem: Problem, random: Random) -> Problem:
    """Ceilings of every kind, stopped intake, fixed lotteries, the household class, more spread households, a share
    that is large or small, or none."""
    places = [provider.id for provider in problem.providers]

    def contract(row: Contract) -> Contract:
        return replace(
            row,
            ceiling_minutes=None if random.random() < 0.1 else int((row.ceiling_minutes or 0) * random.uniform(0.2, 2)),
            ceiling_persons=random.randint(1, 2 * len(problem.units) // 10) if random.random() < 0.3 else None,
            guaranteed_minutes=int(row.guaranteed_minutes * random.uniform(0, 3)),
            intake=random.random() > 0.1,
        )

    def unit(row: Unit) -> Unit:
        if len(row.members) > 1 and random.random() < 0.5:
            members = tuple(replace(member, current=random.choice(places)) for member in row.members)
            row = replace(row, members=members)
        return replace(row, lottery=random.randint(0, 9)) if random.random() < 0.1 else row

    policy = replace(problem.policy, household_class=random.random() < 0.5)
    areas = tuple(
        replace(area, share_bp=None, share_cap_minutes=_share(area.share_cap_minutes or 0, random))
        for area in problem.areas
    )
    contracts, units = tuple(map(contract, problem.contracts)), tuple(map(unit, problem.units))
    return replace(problem, policy=policy, areas=areas, contracts=contracts, units=units)


def _share(minutes: int, random: Random) -> int | None:
    return None if random.random() < 0.1 else int(minutes * random.uniform(0.3, 1.5))


def is_equal(problem: Problem) -> bool:
    return outcome_bytes(allocate(problem)) == outcome_bytes(plain.allocate(problem))


def problems(counts: dict[Callable[[int], Problem], int], first: int) -> Iterator[tuple[str, int, Problem]]:
    """All kinds at the same pace, so that an early stop has covered each."""
    steps = max(counts.values(), default=0)
    for step in range(steps):
        for make, count in counts.items():
            before, now = step * count // steps, (step + 1) * count // steps
            for seed in range(first + before, first + now):
                yield make.__name__, seed, make(seed)


def main() -> int:
    parser = ArgumentParser(prog="python -m tests.allocation.engine.equal", description=__doc__)
    parser.add_argument("--small", type=int, default=1_000_000)
    parser.add_argument("--middle", type=int, default=20_000)
    parser.add_argument("--towns", type=int, default=20)
    parser.add_argument("--sizes", type=int, nargs="*", default=(), help="of the benchmark's problem")
    parser.add_argument("--first", type=int, default=0, help="the seed to begin with")
    asked = parser.parse_args()
    seen: Counter[str] = Counter()
    unlike = 0
    reported = time.monotonic()
    try:
        for size in asked.sizes:
            equal = is_equal(make_problem(size))
            unlike += not equal
            sys.stdout.write(f"{size:,} units: {'the same' if equal else 'NOT THE SAME'}\n")
            sys.stdout.flush()
        for kind, seed, problem in problems({small: asked.small, middle: asked.middle, town: asked.towns}, asked.first):
            seen[kind] += 1
            if not is_equal(problem):
                unlike += 1
                sys.stdout.write(f"{kind} {seed}: not the same\n")
            if time.monotonic() - reported > 60:
                reported = time.monotonic()
                sys.stdout.write(f"so far {dict(seen)}, not the same: {unlike}\n")
                sys.stdout.flush()
    except KeyboardInterrupt:
        sys.stdout.write("stopped\n")
    sys.stdout.write(f"{dict(seen)}, not the same: {unlike}\n")
    return 1 if unlike else 0


if __name__ == "__main__":
    sys.exit(main())
