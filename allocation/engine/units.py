"""Units and wishes as the rules use them: each unit's start, and the wishes that count."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .columns import NO_CEILING, Columns, Flags, Ints, starts
from .sites import Sites

MUNICIPAL = -1  # also for a unit without a provider
SPLIT = -2  # a household with several providers


@dataclass(slots=True)
class Units:
    """Units of one area, in id order. `row`: index in `Columns`.
    minutes, persons   of all members together
    home               site, MUNICIPAL or SPLIT
    external           minutes at external providers when the run begins
    leaves             moves to the municipal provider if nothing better is got
    end_wish           number of the wish that cuts the list (the current or the municipal provider); 0: none
    draw, order        position in lottery order; in area order: by area date, then lottery
    """

    row: Ints
    minutes: Ints
    persons: Ints
    home: Ints
    external: Ints
    leaves: Flags
    end_wish: Ints
    draw: Ints
    order: Ints
    answered: Flags

    def __len__(self) -> int:
        return len(self.row)


@dataclass(slots=True)
class Parts:
    """Minutes and persons of split households at each external site at the start. `of_unit` has SPLIT as home."""

    unit: Ints
    site: Ints
    minutes: Ints
    persons: Ints

    def __len__(self) -> int:
        return len(self.unit)


@dataclass(slots=True)
class Wishes:
    """Wishes that count, flat by unit, best first: external, above the wish that cuts the list, not hopeless.

    `first`: offset per unit, with one value more. `number`: position in the whole list, from 1.
    """

    first: Ints
    unit: Ints
    site: Ints
    day: Ints
    number: Ints


@dataclass(slots=True)
class Hopeless:
    """Wishes above the cut without a queue: no contract in the area, or `never_fits`."""

    unit: Ints
    number: Ints
    provider: Ints
    never_fits: Flags


def read_units(columns: Columns, sites: Sites, rows: Ints, members: Ints) -> tuple[Units, Parts]:
    """`rows`: the area's units in `Columns`; `members`: their members, in the same order."""
    counts = np.diff(columns.members_from)[rows]
    first = starts(counts)
    minutes, at = columns.minutes[members], sites.of[columns.current[members]]
    unit = np.repeat(np.arange(len(rows)), counts)
    totals = _sums(minutes, first)
    home = at[first[:-1]] if len(rows) else at
    spread = np.zeros(len(rows), bool)
    spread[unit[at != home[unit]]] = True
    home = np.where(spread, SPLIT, home)
    parts = _parts(unit, at, minutes, spread, len(sites))
    external = np.where(home >= 0, totals, 0)
    np.add.at(external, parts.unit, parts.minutes)
    draw = np.empty(len(columns.unit_ids), np.int64)
    draw[columns.drawn] = np.arange(len(draw))
    draw = _places(np.argsort(draw[rows]))
    answered = columns.answered[rows]
    leaves = np.zeros(len(rows), bool)
    if columns.problem.policy.no_answer == "municipal":
        # Under this rule a silent unit counts as one that chose the municipal provider: the room it frees goes to the
        # queue.
        leaves = ~answered & (home != MUNICIPAL)
    order = _places(np.lexsort((draw, columns.day[rows])))
    end_wish = np.zeros(len(rows), np.int64)
    return Units(rows, totals, counts, home, external, leaves, end_wish, draw, order, answered), parts


def _sums(values: Ints, first: Ints) -> Ints:
    """Sums per group; exact, and 0 for empty groups."""
    sums = starts(values)
    return sums[first[1:]] - sums[first[:-1]]


def _places(order: Ints) -> Ints:
    """Position of each unit in the order."""
    places = np.empty(len(order), np.int64)
    places[order] = np.arange(len(order))
    return places


def _parts(unit: Ints, at: Ints, minutes: Ints, spread: Flags, sites: int) -> Parts:
    away = np.flatnonzero(spread[unit] & (at >= 0))
    key, of = np.unique(unit[away] * max(sites, 1) + at[away], return_inverse=True)
    sums = np.zeros(len(key), np.int64)
    np.add.at(sums, of, minutes[away])
    return Parts(key // max(sites, 1), key % max(sites, 1), sums, np.bincount(of, minlength=len(key)).astype(np.int64))


def read_wishes(columns: Columns, sites: Sites, units: Units, share: int | None) -> tuple[Wishes, Hopeless]:
    """Cut each list at the first wish for the municipal or the current provider; set `leaves` and `end_wish`."""
    counts = np.diff(columns.wishes_from)[units.row]
    unit = np.repeat(np.arange(len(units)), counts)
    first = starts(counts)
    number = np.arange(len(unit)) - first[unit] + 1
    row = columns.wishes_from[units.row][unit] + number - 1
    provider, day = columns.wished[row], columns.received[row]
    site, home = sites.of[provider], units.home[unit]
    municipal = provider == columns.municipal
    ends = np.flatnonzero(municipal | ((home >= 0) & (site == home)))[::-1]
    # Written from last to first, so that the first wish counts.
    units.end_wish[unit[ends]] = number[ends]
    to_municipal = np.zeros(len(units), bool)
    to_municipal[unit[ends]] = municipal[ends]
    units.leaves |= to_municipal & (units.home != MUNICIPAL)
    end = units.end_wish[unit]
    above = (end == 0) | (number < end)
    contracted = (site >= 0) & sites.contract[site] if len(sites) else np.zeros(len(unit), bool)
    too_large = contracted & _never_fit(sites, units, unit, site, share)
    counted = np.flatnonzero(above & contracted & ~too_large)
    hopeless = np.flatnonzero(above & (~contracted | too_large))
    wishes = Wishes(
        starts(np.bincount(unit[counted], minlength=len(units))),
        unit[counted],
        site[counted],
        day[counted],
        number[counted],
    )
    return wishes, Hopeless(unit[hopeless], number[hopeless], provider[hopeless], too_large[hopeless])


def _never_fit(sites: Sites, units: Units, unit: Ints, site: Ints, share: int | None) -> Flags:
    """Units that could not be admitted even to an empty provider: they would block the queue for ever.

    A wholly external unit takes no new share, so a share smaller than the unit does not prevent a switch, unless the
    unit chooses to leave.
    """
    if not len(sites):
        return np.zeros(len(unit), bool)
    ceiling = np.array(sites.ceiling, np.int64)
    # A ceiling of 0 has no last unit that starts below it.
    most = np.where(ceiling > 0, np.minimum(ceiling + np.array(sites.tolerance, np.int64), NO_CEILING), 0)
    minutes, persons = units.minutes[unit], units.persons[unit]
    never = (minutes > most[site]) | (persons > np.array(sites.ceiling_persons, np.int64)[site])
    if share is not None:
        never |= (minutes > share) & (minutes > units.external[unit])
    return never
