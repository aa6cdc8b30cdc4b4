"""Fit test with the arithmetic of a run, for manual placements and accepted offers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Literal

from .plain.state import State
from .problem import Problem, Unit

Obstacle = Literal["no_contract", "intake_stopped", "ceiling", "share", "guarantee_reserved"]


def obstacle(problem: Problem, moves: Mapping[str, str]) -> Obstacle | None:
    """First obstacle to moving these persons of one area, one after the other; None: they fit.

    `moves`: person id → provider id. Queues are not considered, only ceilings, the share and guarantees. The
    municipal provider always has room. Raises KeyError for an unknown person or area.
    """
    municipal = next(provider.id for provider in problem.providers if provider.municipal)
    area_of = {member.id: unit.area for unit in problem.units for member in unit.members}
    area_id = area_of[next(iter(moves))]
    area = next(area for area in problem.areas if area.id == area_id)
    state = State(problem, area, _one_by_one(problem, area_id), municipal)
    units = {applicant.unit.id: unit for unit, applicant in enumerate(state.applicants)}
    sites = {site.provider: number for number, site in enumerate(state.sites)}
    for person, provider in moves.items():
        if provider == municipal:
            continue
        site = sites.get(provider)
        if site is None or not state.sites[site].has_contract:
            return "no_contract"
        if (found := _at(state, units[person], site)) is not None:
            return found
        state.move(units[person], site)
    return None


def _one_by_one(problem: Problem, area: str) -> list[Unit]:
    return [
        replace(unit, id=member.id, members=(member,), wishes=(), answered=True)
        for unit in problem.units
        if unit.area == area
        for member in unit.members
    ]


def _at(state: State, unit: int, site: int) -> Obstacle | None:
    if not state.sites[site].intake:
        return "intake_stopped"
    if not state.fits(unit, site):
        return "ceiling"
    new, rise = state.change(unit, site)
    if state.share_allows(new, rise):
        return None
    return "share" if new > 0 and state.external() + new > (state.share or 0) else "guarantee_reserved"
