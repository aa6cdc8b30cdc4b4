"""NO-ANSWER: the round's rule for units that have not answered.

`keep` needs no step; under `municipal` the unit counts from the start as one that chose the municipal provider. The
other rules assign an external provider: `guarantees` and `free_space` to units with the municipal provider or none;
`rotation` to units without a provider, with the municipal provider taking its turn too. A client of an external
provider keeps it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from allocation.engine.lottery import lottery_number
from allocation.engine.outcome import How
from allocation.engine.problem import Problem

from .applicant import MUNICIPAL
from .state import State


def no_answer(problem: Problem, state: State) -> bool:
    """Assign one round of silent units in the settled state. Returns whether any was assigned."""
    rule = state.policy.no_answer
    if rule == "rotation":
        return _rotate(problem, state)
    if rule not in ("guarantees", "free_space"):
        return False
    silent = [unit for unit in _silent(state) if state.place[unit] == MUNICIPAL]
    changed = _assign(state, silent, _most_short, "no_answer_guarantee")
    if rule == "free_space":
        left = [unit for unit in silent if state.place[unit] == MUNICIPAL]
        changed = _assign(state, left, _most_free, "no_answer_free_space") or changed
    return changed


def _silent(state: State) -> list[int]:
    """Silent units in lottery order."""
    silent = [unit for unit, applicant in enumerate(state.applicants) if not applicant.unit.answered]
    return sorted(silent, key=state.draw.__getitem__)


def _assign(state: State, units: list[int], choose: Callable[[State, set[int]], int | None], how: How) -> bool:
    """Assign repeatedly: the provider given by `choose` takes the first unit that fits."""
    open_sites = {i for i, site in enumerate(state.sites) if site.intake and state.nobody_waits(i)}
    # Room only shrinks here: a unit that a provider could not take cannot be taken later either.
    lines = {site: iter(units) for site in open_sites}
    changed = False
    while (site := choose(state, open_sites)) is not None:
        unit = _first_fitting(state, lines[site], site)
        if unit is None:
            open_sites.discard(site)
            continue
        state.move(unit, site)
        state.no_answer_how[unit] = how
        changed = True
    return changed


def _first_fitting(state: State, line: Iterator[int], site: int) -> int | None:
    return next((unit for unit in line if state.place[unit] == MUNICIPAL and may_join(state, unit, site)), None)


def may_join(state: State, unit: int, site: int) -> bool:
    return state.fits(unit, site) and state.share_allows(*state.change(unit, site))


def _most_short(state: State, sites: set[int]) -> int | None:
    """Provider with the largest shortfall relative to its guarantee, by cross multiplication."""
    most: int | None = None
    for site in sorted(sites):
        short = shortfall(state, site)
        if short > 0 and (
            most is None or short * state.sites[most].guarantee > shortfall(state, most) * state.sites[site].guarantee
        ):
            most = site
    return most


def shortfall(state: State, site: int) -> int:
    return max(0, state.sites[site].guarantee - state.minutes[site])


def _most_free(state: State, sites: set[int]) -> int | None:
    """Provider with the most free room; no ceiling counts as the most. Ties: the fewest minutes."""

    def roominess(site: int) -> tuple[bool, int, int, int]:
        free = state.sites[site].free(state.minutes[site])
        return (free is None, free or 0, -state.minutes[site], -site)

    return max(sites, key=roominess, default=None)


def _rotate(problem: Problem, state: State) -> bool:
    """Providers take turns in lottery order; one that cannot take the next unit is skipped."""
    units = [unit for unit in _silent(state) if _has_nobody(state, unit)]
    turns = _turns(problem, state)
    changed = False
    for unit in units:
        for at, site in enumerate(turns):
            if site == MUNICIPAL or may_join(state, unit, site):
                turns.append(turns.pop(at))
                state.no_answer_how[unit] = "no_answer_rotation"
                if site != MUNICIPAL:
                    state.move(unit, site)
                    changed = True
                break
    return changed


def _has_nobody(state: State, unit: int) -> bool:
    members = state.applicants[unit].unit.members
    return unit not in state.no_answer_how and all(member.current is None for member in members)


def _turns(problem: Problem, state: State) -> list[int]:
    municipal = next(provider.id for provider in problem.providers if provider.municipal)
    names = {MUNICIPAL: municipal} | {
        i: site.provider for i, site in enumerate(state.sites) if site.intake and state.nobody_waits(i)
    }

    def drawn(site: int) -> tuple[int, str]:
        return lottery_number(problem.seed, problem.round, names[site]), names[site]

    return sorted(names, key=drawn)
