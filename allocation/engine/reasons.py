"""Reasons for unmet wishes, judged on the settled state."""

from __future__ import annotations

import numpy as np

from .columns import NO_CEILING, Flags, Ints
from .heads import Head, Heads
from .outcome import Why
from .placement_rows import WHYS, UnmetRows
from .state import State

NUMBER = {why: number for number, why in enumerate(WHYS)}


def reasons(state: State) -> UnmetRows:
    """A row for each wish better than what its unit has, by unit, in list order."""
    line = state.queues.line
    waiting = line[state.waiting(line)]
    site, unit = state.wishes.site[waiting], state.wishes.unit[waiting]
    begins = np.searchsorted(site, np.arange(len(state.sites) + 1))
    place = np.arange(len(waiting)) - begins[site]
    gain = state.gain[waiting]
    ahead = np.cumsum(gain) - gain
    ahead -= ahead[begins[site]]
    free = [state.sites.free(each, minutes) for each, minutes in enumerate(state.minutes)]
    free_or_none = np.array([-1 if minutes is None else minutes for minutes in free], np.int64)
    why = _whys(state, waiting, place == 0)
    rows = UnmetRows(
        unit=unit,
        number=state.wishes.number[waiting],
        provider=np.array(state.sites.provider, np.int64)[site],
        why=why,
        place=place + 1,
        ahead=ahead,
        free=free_or_none[site],
    )
    return rows.and_these(*_hopeless(state)).by_unit()


def _whys(state: State, waiting: Ints, is_first: Flags) -> Ints:
    """Obstacles of the unit itself come first; then the units ahead of it."""
    site, gain = state.wishes.site[waiting], state.gain[waiting]
    minutes, persons = np.array(state.minutes, np.int64), np.array(state.persons, np.int64)
    new, rise = _changes(state, waiting, minutes)
    why = np.full(len(waiting), NUMBER["behind_waiting"], np.int64)
    if is_first.any():
        closed = Heads(state).closed()
        heads: dict[bool, Head | None] = {True: closed.get("flexible"), False: closed.get("guarantee")}
        words = {kind: NUMBER[_closed_by(state, head)] for kind, head in heads.items()}
        # First in its queue and small enough, but an earlier unit in the area does not fit the share.
        why[is_first] = np.where(rise[is_first] > 0, words[True], words[False])
    if state.share is not None:
        external, committed = state.external(), state.committed()
        why[(rise > 0) & (committed + rise > state.share)] = NUMBER["guarantee_reserved"]
        why[(new > 0) & (external + new > state.share)] = NUMBER["share"]
    ceiling = np.array(state.sites.ceiling, np.int64)
    tolerated = np.minimum(ceiling + np.array(state.sites.tolerance, np.int64), 2 * NO_CEILING)
    before, after = minutes[site], minutes[site] + gain
    fits = (after <= ceiling[site]) | ((before < ceiling[site]) & (after <= tolerated[site]))
    heads_after = persons[site] + state.gain_persons[waiting]
    fits &= heads_after <= np.array(state.sites.ceiling_persons, np.int64)[site]
    why[~fits] = NUMBER["ceiling"]
    why[~np.array(state.sites.intake, bool)[site]] = NUMBER["intake_stopped"]
    return why


def _closed_by(state: State, first: Head | None) -> Why:
    if first is not None and state.share is not None:
        if first.new > 0 and state.external() + first.new > state.share:
            return "share"
        if first.rise > 0 and state.committed() + first.rise > state.share:
            return "guarantee_reserved"
    return "share"


def _changes(state: State, waiting: Ints, minutes: Ints) -> tuple[Ints, Ints]:
    """Per wish: rise of X and L if the unit moved there."""
    guarantee = np.array(state.sites.guarantee, np.int64)

    def rise(sites: Ints, more: Ints) -> Ints:
        found: Ints = np.maximum(minutes[sites] + more, guarantee[sites]) - np.maximum(minutes[sites], guarantee[sites])
        return found

    unit, site = state.wishes.unit[waiting], state.wishes.site[waiting]
    new = (state.units.minutes - state.external_minutes())[unit]
    falls = np.zeros(len(state.units), np.int64)
    at = np.flatnonzero(state.place >= 0)
    falls[at] = rise(state.place[at], -state.units.minutes[at])
    of_part = rise(state.parts.site, -state.parts.minutes)
    of_part[~state.spread] = 0
    np.add.at(falls, state.parts.unit, of_part)
    falls = falls[unit]
    # A part already at the wished site does not leave.
    own = state.part[waiting] >= 0
    falls[own] -= of_part[state.part[waiting][own]]
    return new, falls + rise(site, state.gain[waiting])


def _hopeless(state: State) -> tuple[Ints, Ints, Ints, Ints]:
    """Unit, number, provider and reason of the wishes that can never be met, above what the unit got."""
    of = state.hopeless
    first = state.wishes.first
    counts = np.where(state.gone, 0, np.diff(first))
    met = state.better < counts
    at = np.minimum(first[:-1] + state.better, max(len(state.wishes.number) - 1, 0))
    got = np.full(len(state.units), NO_CEILING, np.int64)
    if len(state.wishes.number):
        got[met] = state.wishes.number[at[met]]
    above = of.number < got[of.unit]
    why = np.where(of.never_fits[above], NUMBER["never_fits"], NUMBER["no_contract"])
    given_up = np.flatnonzero(state.gone[state.wishes.unit])
    providers = np.array(state.sites.provider, np.int64)[state.wishes.site[given_up]]
    return (
        np.concatenate([of.unit[above], state.wishes.unit[given_up]]),
        np.concatenate([of.number[above], state.wishes.number[given_up]]),
        np.concatenate([of.provider[above], providers]),
        np.concatenate([why, np.full(len(given_up), NUMBER["never_fits"], np.int64)]),
    )


def misses(state: State) -> Flags:
    """Units with an unmet wish, also one that can never be met."""
    found = (state.better > 0) | state.gone
    found[_hopeless(state)[0]] = True
    return found


def wishes_got(state: State) -> Ints:
    """Per unit: number of the wish that is met, or 0."""
    counts = np.where(state.gone, 0, np.diff(state.wishes.first))
    met = np.flatnonzero(state.better < counts)
    wish = state.units.end_wish.copy()
    wish[met] = state.wishes.number[state.wishes.first[met] + state.better[met]]
    return wish
