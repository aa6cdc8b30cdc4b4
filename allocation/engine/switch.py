"""SWITCH: while the share is closed, clients of external providers may still change between them.

A switch passes only units that wait for new share, none of which is left. Two kinds of units block their place in a
line: those with an area date before that of the first unit that does not fit the share, and those admitted in this
run.
"""

from __future__ import annotations

import numpy as np

from .columns import Flags, Ints
from .cutoffs import Tightening
from .heads import Heads
from .outcome import LogLine
from .state import State
from .units import MUNICIPAL


def switch(state: State, clients: Flags, pass_number: int) -> list[LogLine]:
    """`clients`: mask of units wholly external when the run began. Returns a log line per switch."""
    closing = Heads(state).closed().values()
    if not closing:
        return []
    first = min(closing, key=lambda head: state.units.order[head.unit]).unit
    askers = np.flatnonzero(clients & (state.better > 0) & _neutral(state))
    tightening = Tightening(state, askers, share=False, barriers=_barriers(state, askers, clients, first))
    tightening.run()
    granted = tightening.holds()
    if not len(granted) or not _keeps_commitment(state, tightening):
        return []
    left = [tuple(sorted(site for site, _ in state.parts_of(int(state.wishes.unit[wish])))) for wish in granted]
    tightening.apply()
    return _lines(state, granted, left, first, pass_number)


def _neutral(state: State) -> Flags:
    """Per unit; a split household must be neutral at each provider."""
    sites = len(state.sites)
    spare = np.array(state.minutes, np.int64) - np.array(state.sites.guarantee, np.int64)
    neutral: Flags = state.place != MUNICIPAL
    at = np.flatnonzero(state.place >= 0)
    if sites:
        minutes = state.units.minutes[at]
        neutral[at] = (minutes == 0) | (spare[state.place[at]] >= minutes)
        tied = state.spread & (state.parts.minutes > 0) & (spare[state.parts.site] < state.parts.minutes)
        neutral[state.parts.unit[tied]] = False
    return neutral


def _barriers(state: State, askers: Ints, clients: Flags, first: int) -> dict[int, int]:
    """Per line: position of the first unit that may not be passed."""
    line, unit = state.queues.line, state.wishes.unit[state.queues.line]
    may_not = (~clients & (state.place >= 0)) | (state.units.order < state.units.order[first])
    may_not[askers] = False
    stops = np.flatnonzero(state.waiting(line) & may_not[unit])
    sites = state.wishes.site[line[stops]]
    firsts = np.flatnonzero(np.diff(sites, prepend=-1))
    return dict(zip(sites[firsts].tolist(), stops[firsts].tolist(), strict=True))


def _keeps_commitment(state: State, tightening: Tightening) -> bool:
    """Each unit alone leaves without touching a guarantee; together they might."""
    assert state.share is not None  # noqa: S101  (nothing is closed by a share that is not there)
    after = state.sites.committed(tightening.rounds.loads().tolist())
    return after <= max(state.share, state.committed())


def _lines(state: State, granted: Ints, left: list[tuple[int, ...]], first: int, pass_number: int) -> list[LogLine]:
    line = state.queues.line
    waiting = np.flatnonzero(state.waiting(line))
    begins = np.searchsorted(waiting, state.queues.first)
    lines = []
    names, providers = state.columns.providers, state.sites.provider
    for wish, sites in zip(granted.tolist(), left, strict=True):
        site = int(state.wishes.site[wish])
        before = int(np.searchsorted(waiting, state.queues.position[wish])) - int(begins[site])
        past = state.unit_id(state.wishes.unit[line[waiting[begins[site]]]]) if before else None
        ceiling = state.sites.ceiling_persons[site]
        lines.append(
            LogLine(
                pass_number=pass_number,
                unit=state.unit_id(state.wishes.unit[wish]),
                from_providers=tuple(names[providers[each]] for each in sites),
                to_provider=names[providers[site]],
                past=past,
                passed=before,
                closed_by=state.unit_id(first),
                room_minutes=state.sites.free(site, state.minutes[site]),
                room_persons=max(0, ceiling - state.persons[site]) if state.sites.limited_persons[site] else None,
            )
        )
    return lines
