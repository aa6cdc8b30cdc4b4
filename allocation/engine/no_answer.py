"""NO-ANSWER: the round's rule for units that have not answered.

`keep` needs no step; under `municipal` the unit counts from the start as one that chose the municipal provider. The
other rules assign an external provider: `guarantees` and `free_space` to units with the municipal provider or none;
`rotation` to units without a provider, with the municipal provider taking its turn too. A client of an external
provider keeps it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

from .columns import NOBODY, Ints
from .lottery import lottery_number
from .outcome import How
from .state import State
from .units import MUNICIPAL

Choose = Callable[[State, set[int]], "int | None"]


def no_answer(state: State) -> bool:
    """Assign one round of silent units in the settled state. Returns whether any was assigned."""
    rule = state.policy.no_answer
    if rule == "rotation":
        return _rotate(state)
    if rule not in ("guarantees", "free_space"):
        return False
    silent = _silent(state)
    silent = silent[state.place[silent] == MUNICIPAL]
    changed = _assign(state, silent, _most_short, "no_answer_guarantee")
    if rule == "free_space":
        left = silent[state.place[silent] == MUNICIPAL]
        changed = _assign(state, left, _most_free, "no_answer_free_space") or changed
    return changed


def _silent(state: State) -> Ints:
    """Silent units in lottery order."""
    silent = np.flatnonzero(~state.units.answered)
    return silent[np.argsort(state.units.draw[silent])]


def _assign(state: State, units: Ints, choose: Choose, how: How) -> bool:
    """Assign repeatedly: the provider given by `choose` takes the first unit that fits."""
    open_sites = {site for site, intake in enumerate(state.sites.intake) if intake and state.nobody_waits(site)}
    # Room only shrinks here: a unit that a provider could not take cannot be taken later either.
    lines = {site: iter(units.tolist()) for site in open_sites}
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
    """Fit of units without an external provider: all their minutes are new."""
    minutes, persons = int(state.units.minutes[unit]), int(state.units.persons[unit])
    if not state.sites.fits(site, state.minutes[site], state.persons[site], minutes, persons):
        return False
    return state.share_allows(*state.change(unit, site, minutes))


def _most_short(state: State, sites: set[int]) -> int | None:
    """Provider with the largest shortfall relative to its guarantee, by cross multiplication."""
    most: int | None = None
    guarantee = state.sites.guarantee
    for site in sorted(sites):
        short = shortfall(state, site)
        if short > 0 and (most is None or short * guarantee[most] > shortfall(state, most) * guarantee[site]):
            most = site
    return most


def shortfall(state: State, site: int) -> int:
    return max(0, state.sites.guarantee[site] - state.minutes[site])


def _most_free(state: State, sites: set[int]) -> int | None:
    """Provider with the most free room; no ceiling counts as the most. Ties: the fewest minutes."""

    def roominess(site: int) -> tuple[bool, int, int, int]:
        free = state.sites.free(site, state.minutes[site])
        return (free is None, free or 0, -state.minutes[site], -site)

    return max(sites, key=roominess, default=None)


def _rotate(state: State) -> bool:
    """Providers take turns in lottery order; one that cannot take the next unit is skipped."""
    nobody = _has_nobody(state)
    units = [unit for unit in _silent(state).tolist() if nobody[unit] and unit not in state.no_answer_how]
    turns = _turns(state)
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


def _has_nobody(state: State) -> list[bool]:
    of = np.repeat(np.arange(len(state.units)), state.units.persons)
    served = np.zeros(len(state.units), bool)
    served[of[state.columns.current[state.members] != NOBODY]] = True
    return (~served).tolist()


def _turns(state: State) -> list[int]:
    problem, providers = state.columns.problem, state.columns.providers
    names = {MUNICIPAL: providers[state.columns.municipal]} | {
        site: providers[state.sites.provider[site]]
        for site, intake in enumerate(state.sites.intake)
        if intake and state.nobody_waits(site)
    }

    def drawn(site: int) -> tuple[int, str]:
        return lottery_number(problem.seed, problem.round, names[site]), names[site]

    return sorted(names, key=drawn)
