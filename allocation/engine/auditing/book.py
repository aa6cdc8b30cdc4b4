"""The audit's books of one area: what each unit had, wished and got, and the effect of a move.

Independent of the engine, except for `Columns`, the shared reading of the problem.
"""

from __future__ import annotations

from bisect import bisect_left
from functools import cached_property

import numpy as np

from allocation.engine.columns import NO_CEILING, NOBODY, Columns, Flags, Ints, bounded, starts

NO_NUMBER = 2**40  # after every wish of a list
NOT_HOPELESS, NO_CONTRACT, NEVER_FITS = 0, 1, 2


class Contracts:
    """Contracts by the provider's index in `Columns`. A provider without a contract in the area admits nobody."""

    def __init__(self, columns: Columns, area: int) -> None:
        count = len(columns.providers)
        number = {name: place for place, name in enumerate(columns.providers)}
        self.there = np.zeros(count, bool)
        self.intake = np.zeros(count, bool)
        self.limited = np.zeros(count, bool)
        self.ceiling = np.full(count, NO_CEILING, np.int64)
        self.persons = np.full(count, NO_CEILING, np.int64)
        self.tolerance = np.zeros(count, np.int64)
        self.guarantee = np.zeros(count, np.int64)
        for row in columns.problem.contracts:
            if row.area == columns.areas[area]:
                at = number[row.provider]
                self.there[at], self.intake[at] = True, row.intake
                self.limited[at] = row.ceiling_minutes is not None
                self.ceiling[at], self.persons[at] = bounded(row.ceiling_minutes), bounded(row.ceiling_persons)
                self.tolerance[at], self.guarantee[at] = bounded(row.tolerance_minutes), row.guaranteed_minutes

    def committed(self, minutes: Ints) -> int:
        return int(np.maximum(minutes, self.guarantee).sum())


class Book:
    """State of one area before and after the run.

    `got`, `how`: per member of all areas. `start`, `final`: minutes and persons per provider, counted from the rows
    of the problem and the outcome (`p7_totals`).

    Units are indexed within the area, wishes within `wish_*`: the external wishes above the wish that cuts the list.
    """

    def __init__(self, columns: Columns, area: int, got: Ints, how: Ints, start: Ints, final: Ints) -> None:
        self.columns = columns
        self.municipal = columns.municipal
        self.policy = columns.problem.policy
        self.share = next(row for row in columns.problem.areas if row.id == columns.areas[area]).share_cap_minutes
        self.contracts = Contracts(columns, area)
        self.start, self.final = start, final
        self.rows = np.flatnonzero(columns.area == area)
        self.size = np.diff(columns.members_from)[self.rows]
        first = starts(self.size)
        self.first = first[:-1]
        self.members = np.repeat(columns.members_from[self.rows] - self.first, self.size) + np.arange(first[-1])
        self.unit = np.repeat(np.arange(len(self.rows)), self.size)
        self.member_minutes = columns.minutes[self.members]
        self.current = columns.current[self.members]
        self.had = np.where(self.current == NOBODY, self.municipal, self.current)
        self.got, self.how = got[self.members], how[self.members]
        self.minutes = self._sum(self.member_minutes)
        self.one_had, self.together = self._one(self.had), self._one(self.got)
        self.moved = self._any(self.had != self.got)
        self.answered = columns.answered[self.rows]
        self.had_nobody = ~self._any(self.current != NOBODY)
        self.external_start = self._sum(np.where(self.had == self.municipal, 0, self.member_minutes))
        self.external_final = self._sum(np.where(self.got == self.municipal, 0, self.member_minutes))
        self.new_minutes = np.maximum(0, self.external_final - self.external_start)
        draw = np.empty(len(columns.unit_ids), np.int64)
        draw[columns.drawn] = np.arange(len(draw))
        self.draw = draw[self.rows]
        order = np.empty(len(self.rows), np.int64)
        order[np.lexsort((self.draw, columns.day[self.rows]))] = np.arange(len(order))
        self.order = order
        self._read_lists()

    def unit_of(self, id_: str | None) -> int | None:
        """Index of the area's unit with this id."""
        row = bisect_left(self.columns.unit_ids, id_) if id_ is not None else 0
        if row == len(self.columns.unit_ids) or self.columns.unit_ids[row] != id_:
            return None
        unit = int(np.searchsorted(self.rows, row))
        return unit if unit < len(self.rows) and self.rows[unit] == row else None

    def wish_for(self, unit: int, provider: str) -> int | None:
        """Index of the unit's wish for the provider."""
        low, high = np.searchsorted(self.wish_unit, [unit, unit + 1])
        for wish in range(low, high):
            if self.columns.providers[self.wish_provider[wish]] == provider:
                return int(self.wish_number[wish])
        return None

    def has_wishes(self, unit: int) -> bool:
        low, high = np.searchsorted(self.wish_unit, [unit, unit + 1])
        return bool(low < high)

    # Members to units ---------------------------------------------------------------------------

    def _sum(self, amounts: Ints) -> Ints:
        found = np.zeros(len(self.rows), np.int64)
        np.add.at(found, self.unit, amounts)
        return found

    def _any(self, of_members: Flags) -> Flags:
        found = np.zeros(len(self.rows), bool)
        found[self.unit[of_members]] = True
        return found

    def _one(self, providers: Ints) -> Ints:
        """Per unit: the single provider of all its members, or -1."""
        first = providers[self.first]
        return np.where(self._any(providers != first[self.unit]), -1, first)

    def at(self, providers: Ints, one: Ints, units: Ints, wanted: Ints) -> tuple[Ints, Ints]:
        """Minutes and persons of each unit at the given provider.

        `providers`: per member; `one`: per unit, the single provider of all its members, or -1.
        """
        there = one[units] == wanted
        minutes, persons = np.where(there, self.minutes[units], 0), np.where(there, self.size[units], 0)
        for each in np.flatnonzero(one[units] < 0).tolist():
            members = slice(self.first[units[each]], self.first[units[each]] + self.size[units[each]])
            here = providers[members] == wanted[each]
            minutes[each], persons[each] = self.member_minutes[members][here].sum(), here.sum()
        return minutes, persons

    # Lists --------------------------------------------------------------------------------------

    def _read_lists(self) -> None:
        columns = self.columns
        counts = np.diff(columns.wishes_from)[self.rows]
        first = starts(counts)
        unit = np.repeat(np.arange(len(self.rows)), counts)
        row = np.repeat(columns.wishes_from[self.rows] - first[:-1], counts) + np.arange(first[-1])
        number, provider = np.arange(first[-1]) - first[unit] + 1, columns.wished[row]
        cuts = (provider == self.municipal) | (provider == self.one_had[unit])
        end = np.full(len(self.rows), NO_NUMBER, np.int64)
        np.minimum.at(end, unit[cuts], number[cuts])
        self.end = end
        self.ends_municipal = np.zeros(len(self.rows), bool)
        self.ends_municipal[unit[(number == end[unit]) & (provider == self.municipal)]] = True
        above = number < end[unit]
        self.wish_unit, self.wish_number, self.wish_provider = unit[above], number[above], provider[above]
        self.wish_day = columns.received[row[above]]
        self.wish_hopeless = self._hopeless()
        met = np.full(len(self.rows), NO_NUMBER, np.int64)
        found = self.moved[self.wish_unit] & (self.wish_provider == self.together[self.wish_unit])
        met[self.wish_unit[found]] = self.wish_number[found]
        self.met = met
        self.preferred = self.wish_number < met[self.wish_unit]

    def _hopeless(self) -> Ints:
        contracts, unit, provider = self.contracts, self.wish_unit, self.wish_provider
        ceiling = contracts.ceiling[provider]
        most = np.where(ceiling > 0, ceiling + contracts.tolerance[provider], 0)
        never = (self.minutes[unit] > most) | (self.size[unit] > contracts.persons[provider])
        if self.share is not None:
            # A wholly external unit takes no new share by a switch.
            takes_share = self.minutes > self.external_final
            never |= takes_share[unit] & (self.minutes[unit] > self.share)
        return np.where(contracts.there[provider], np.where(never, NEVER_FITS, NOT_HOPELESS), NO_CONTRACT)

    # Queues -------------------------------------------------------------------------------------

    @cached_property
    def queue(self) -> Ints:
        """Waiting wishes in the final state, queue after queue, each in key order."""
        waiting = np.flatnonzero(self.preferred & (self.wish_hopeless == NOT_HOPELESS))
        return waiting[np.lexsort((self.keys_now(waiting), self.wish_provider[waiting]))]

    def queue_of(self, provider: int) -> Ints:
        low, high = np.searchsorted(self.wish_provider[self.queue], [provider, provider + 1])
        return self.queue[low:high]

    def keys_now(self, wishes: Ints) -> Ints:
        return self._keys(wishes, self.got, self.together)

    def keys_then(self, wishes: Ints) -> Ints:
        """Keys as they were when the run began."""
        return self._keys(wishes, self.had, self.one_had)

    def _keys(self, wishes: Ints, providers: Ints, one: Ints) -> Ints:
        """Class, date and lottery packed into one number. The members' providers decide class 1."""
        unit = self.wish_unit[wishes]
        later = np.ones(len(wishes), np.int64)
        if self.policy.household_class:
            _, persons = self.at(providers, one, unit, self.wish_provider[wishes])
            later[(persons > 0) & (persons < self.size[unit])] = 0
        keys: Ints = (((later << 22) + self.wish_day[wishes]) << 32) + self.draw[unit]
        return keys


class Moves:
    """Effect of moving each unit to a provider, from the final state.
    gain, gain_persons   what the unit would add there; members already there add nothing
    external, committed  rise of X and L
    fits                 no ceiling would be broken
    """

    def __init__(self, book: Book, units: Ints, to: Ints) -> None:
        contracts, final = book.contracts, book.final
        minutes_there, persons_there = book.at(book.got, book.together, units, to)
        self.gain, self.gain_persons = book.minutes[units] - minutes_there, book.size[units] - persons_there
        now, persons = final[0][to], final[1][to] + self.gain_persons
        after, ceiling = now + self.gain, contracts.ceiling[to]
        within = (after <= ceiling) | ((now < ceiling) & (after - ceiling <= contracts.tolerance[to]))
        self.fits = within & (persons <= contracts.persons[to])
        self.external = book.minutes[units] - book.external_final[units]
        guarantee = contracts.guarantee
        self.committed = np.maximum(after, guarantee[to]) - np.maximum(now, guarantee[to])
        one = book.together[units]
        left = np.flatnonzero((one >= 0) & (one != book.municipal) & (one != to))
        had = final[0][one[left]]
        committed_after = np.maximum(had - book.minutes[units[left]], guarantee[one[left]])
        self.committed[left] += committed_after - np.maximum(had, guarantee[one[left]])
        for each in np.flatnonzero(one < 0).tolist():
            self.committed[each] += self._left_by_a_spread_one(book, int(units[each]), int(to[each]))

    def _left_by_a_spread_one(self, book: Book, unit: int, to: int) -> int:
        members = slice(book.first[unit], book.first[unit] + book.size[unit])
        providers, minutes = book.got[members], book.member_minutes[members]
        rise = 0
        for provider in set(providers.tolist()) - {to, book.municipal}:
            had, guarantee = int(book.final[0][provider]), int(book.contracts.guarantee[provider])
            rise += max(had - int(minutes[providers == provider].sum()), guarantee) - max(had, guarantee)
        return rise

    def share_has_room(self, book: Book) -> Flags:
        if book.share is None:
            return np.ones(len(self.gain), bool)
        external, committed = int(book.final[0].sum()), book.contracts.committed(book.final[0])
        room: Flags = external + self.external <= max(book.share, external)
        room &= committed + self.committed <= max(book.share, committed)
        return room
