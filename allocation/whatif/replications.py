"""Replications: the same years simulated with different people, to show the influence of chance.

One seed determines all: the first replication uses the scenario's own, the others are derived from it. They run in
parallel processes, and the results do not depend on the number of processes.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from datetime import date
from multiprocessing import get_context

from allocation import engine
from allocation.whatif.habits import stream
from allocation.whatif.result import Result
from allocation.whatif.scenario import Scenario
from allocation.whatif.simulate import simulate

LOW, HIGH = 10, 90  # per cent of the replications lie at or below these
Band = tuple[int, int]
# Starting processes takes about a second: not worth it below this product of persons and nights.
WORTH_PROCESSES = 300_000


def replicate(problem: engine.Problem, scenario: Scenario, count: int, *, workers: int | None = None) -> list[Result]:
    """``count`` results, the first with the scenario's own seed. Unaudited. Raises as ``simulate`` does.

    ``workers``: number of processes; None: one per processor, if the work is worth it.
    """
    scenario.check_against(problem)
    scenarios = [replace(scenario, seed=seed) for seed in seeds(scenario.seed, count)]
    if workers is None:
        nights = 365 * scenario.years // scenario.step_days
        workers = _processors() if len(problem.units) * nights * count > WORTH_PROCESSES else 1
    workers = min(workers, count)
    if workers < 2:
        return [simulate(problem, each, audits=False) for each in scenarios]
    # Spawned, not forked: the caller may hold connections and threads.
    with ProcessPoolExecutor(workers, get_context("spawn"), initializer=_begin, initargs=(problem,)) as pool:
        return list(pool.map(_one, scenarios))


def seeds(seed: int, count: int) -> list[int]:
    drawn = (stream(seed, "replication", number).randrange(2**31) for number in range(1, count))
    return [seed, *drawn][:count]


def _processors() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


_problems: list[engine.Problem] = []


def _begin(problem: engine.Problem) -> None:
    _problems.append(problem)


def _one(scenario: Scenario) -> Result:
    return simulate(_problems[-1], scenario, audits=False)


def band(values: Sequence[int | None]) -> Band | None:
    """The 10th and 90th percentile of the replications (nearest rank). None: too few have a value."""
    known = sorted(value for value in values if value is not None)
    if len(known) < 2 or 2 * len(known) < len(values):
        return None
    at_low = max(-(-len(known) * LOW // 100) - 1, 0)
    return known[at_low], known[len(known) - 1 - at_low]


def bands(results: Sequence[Result], values: Callable[[Result], Sequence[int | None]]) -> Mapping[date, Band]:
    """Bands by day of what `values` gives for each step."""
    if not results:
        return {}
    days = [step.day for step in results[0].steps]
    by_step = zip(*(values(result) for result in results), strict=True)
    found = {day: band(step) for day, step in zip(days, by_step, strict=True)}
    return {day: each for day, each in found.items() if each is not None}
