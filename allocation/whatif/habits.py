"""Habits of choosing, estimated from today's people unless the scenario overrides them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from random import Random

from allocation import engine
from allocation.whatif.scenario import BP, Scenario


def stream(seed: int, *event: object) -> Random:
    """A random stream per event: one event's draws do not disturb another's, so that scenarios can be compared."""
    return Random("/".join(map(str, (seed, *event))))  # noqa: S311  (a simulation, no secret)


def chance(random: Random, bp: int) -> bool:
    return random.randrange(BP) < bp


@dataclass(frozen=True)
class Habits:
    """Newcomers who choose, and choosers who want an external provider, in basis points; weights by external
    provider.
    """

    choice_rate_bp: int
    external_bp: int
    popularity: Mapping[str, int]
    list_length: int

    def ranking(self, random: Random, among: set[str]) -> tuple[str, ...]:
        """External providers in order of taste; empty if none of them has any weight."""
        left = {provider: weight for provider, weight in self.popularity.items() if provider in among and weight}
        wanted = random.randint(1, self.list_length)
        order: list[str] = []
        while left and len(order) < wanted:
            (choice,) = random.choices(list(left), weights=list(left.values()))
            order.append(choice)
            del left[choice]
        return tuple(order)


def habits_of(problem: engine.Problem, scenario: Scenario) -> Habits:
    externals = sorted(provider.id for provider in problem.providers if not provider.municipal)
    answered = [unit for unit in problem.units if unit.answered and unit.wishes]
    first = Counter(unit.wishes[0].provider for unit in answered)
    wished = {provider: first[provider] for provider in externals}
    if not any(wished.values()):
        wished = dict.fromkeys(externals, 1)
    external = sum(first[provider] for provider in externals)

    def as_today(asked: int | None, part: int, whole: int) -> int:
        return asked if asked is not None else part * BP // max(whole, 1)

    popularity = scenario.popularity if scenario.popularity is not None else wished
    return Habits(
        choice_rate_bp=as_today(scenario.choice_rate_bp, len(answered), len(problem.units)),
        external_bp=as_today(scenario.external_bp, external, len(answered)),
        popularity=dict(sorted(popularity.items())),
        list_length=scenario.list_length,
    )
