"""SWITCH: while the share is closed, clients of external providers may still change between them.

A switch passes only units that wait for new share, none of which is left. Two kinds of units block their place in a
line: those with an area date before that of the first unit that does not fit the share, and those admitted in this
run.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Collection
from typing import NamedTuple

from allocation.engine.outcome import LogLine

from .applicant import MUNICIPAL
from .heads import Heads
from .state import State
from .tighten import Tightening


class Switch(NamedTuple):
    unit: int
    wish: int
    left: tuple[int, ...]  # sites before the switch


def switch(state: State, clients: Collection[int], pass_number: int) -> list[LogLine]:
    """`clients`: units wholly external when the run began. Returns a log line per switch."""
    closing = Heads(state).closed().values()
    if not closing:
        return []
    first = min(closing, key=lambda head: state.area_order[head.unit]).unit
    askers = [unit for unit in clients if state.better[unit] and _is_neutral(state, unit)]
    tightening = Tightening(state, askers, share=False, barriers=_barriers(state, askers, clients, first))
    tightening.run()
    if not tightening.holds or not _keeps_commitment(state, tightening):
        return []
    switches = [Switch(u, w, tuple(sorted(state.parts(u)))) for u, w in sorted(tightening.holds.items())]
    tightening.apply()
    passable = _waiting_ranks(state, switches)
    return [_line(state, each, passable[state.place[each.unit]], first, pass_number) for each in switches]


def _is_neutral(state: State, unit: int) -> bool:
    # For a split household: neutral at each provider.
    if state.place[unit] == MUNICIPAL:
        return False
    return all(
        minutes == 0 or state.minutes[site] - minutes >= state.sites[site].guarantee
        for site, (minutes, _) in state.parts(unit).items()
    )


def _barriers(state: State, askers: Collection[int], clients: Collection[int], first: int) -> dict[int, int]:
    """Per line: the first unit that may not be passed."""
    asking, limit = set(askers), state.area_order[first]
    barriers: dict[int, int] = {}
    for site in range(len(state.sites)):
        for unit, wish in state.waiting_at(site):
            came_in_now = unit not in clients and state.place[unit] >= 0
            if unit not in asking and (came_in_now or state.area_order[unit] < limit):
                barriers[site] = state.ranks[unit][wish]
                break
    return barriers


def _keeps_commitment(state: State, tightening: Tightening) -> bool:
    """Each unit alone leaves without touching a guarantee; together they might."""
    assert state.share is not None  # noqa: S101  (nothing is closed by a share that is not there)
    before = state.committed()
    after = sum(site.committed(load) for site, load in zip(state.sites, tightening.loads(), strict=True))
    return after <= max(state.share, before)


def _waiting_ranks(state: State, switches: list[Switch]) -> dict[int, list[int]]:
    sites = {state.place[each.unit] for each in switches}
    return {site: [state.ranks[unit][wish] for unit, wish in state.waiting_at(site)] for site in sites}


def _line(state: State, each: Switch, waiting: list[int], first: int, pass_number: int) -> LogLine:
    to = state.place[each.unit]
    site = state.sites[to]
    passed = bisect_left(waiting, state.ranks[each.unit][each.wish])
    past = state.applicants[state.queues[to][waiting[0]][0]].unit.id if passed else None
    room_persons = None if site.ceiling_persons is None else max(0, site.ceiling_persons - state.persons[to])
    return LogLine(
        pass_number=pass_number,
        unit=state.applicants[each.unit].unit.id,
        from_providers=tuple(state.sites[s].provider for s in each.left),
        to_provider=site.provider,
        past=past,
        passed=passed,
        closed_by=state.applicants[first].unit.id,
        room_minutes=site.free(state.minutes[to]),
        room_persons=room_persons,
    )
