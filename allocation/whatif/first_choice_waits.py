"""Waits for a first choice, from the day it was received to the day it was met."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from allocation import engine
from allocation.whatif.result import FirstChoice, HoursClass, WaitSummary, hours_class

WITHIN_DAYS = (180, 540)


@dataclass
class FirstChoiceWait:
    """``ended`` without ``met``: the person left, or changed their mind."""

    provider: str
    since: date
    minutes: int
    ended: date | None = None
    met: bool = False

    def days(self, day: date) -> int:
        return max(((self.ended or day) - self.since).days, 0)


class FirstChoiceWaits:
    """External providers only: the municipal one always has room."""

    def __init__(self, municipal: str, begin: date) -> None:
        self.municipal = municipal
        self.begin = begin
        self.open: dict[str, FirstChoiceWait] = {}
        self.ended: list[FirstChoiceWait] = []

    def before(
        self, changed: Iterable[str], units: Mapping[str, engine.Unit], chose_on: Mapping[str, date], day: date
    ) -> None:
        """Record waits that begin or end before the engine runs. ``changed``: units changed since the last call.

        A wait begins with the choice that ranked the provider first, though the place in the queue may be older.
        """
        for id_ in changed:
            unit, wait = units.get(id_), self.open.get(id_)
            if wait and (unit is None or not unit.wishes or unit.wishes[0].provider != wait.provider):
                self._end(id_, day)
            if unit and id_ not in self.open and unit.wishes and not self._has_first(unit):
                first = unit.wishes[0]
                minutes = sum(member.minutes for member in unit.members)
                since = chose_on.get(unit.id, first.date)
                self.open[unit.id] = FirstChoiceWait(provider=first.provider, since=since, minutes=minutes)

    def after(self, placed: Iterable[str], units: Mapping[str, engine.Unit], day: date) -> None:
        """Record waits met by the night. ``placed``: units given something."""
        for id_ in placed:
            if id_ in self.open and self._has_first(units[id_]):
                self.open[id_].met = True
                self._end(id_, day)

    def _has_first(self, unit: engine.Unit) -> bool:
        first = unit.wishes[0].provider
        return first == self.municipal or all(member.current == first for member in unit.members)

    def _end(self, id_: str, day: date) -> None:
        wait = self.open.pop(id_)
        wait.ended = day
        self.ended.append(wait)

    def summary(self, end: date) -> dict[HoursClass, WaitSummary]:
        return {
            kind: _summary(
                sorted(wait.days(end) for wait in self.ended if wait.met and hours_class(wait.minutes) == kind),
                [wait.days(end) for wait in self.open.values() if hours_class(wait.minutes) == kind],
            )
            for kind in HoursClass
        }

    def first_choice(self, end: date) -> dict[HoursClass, tuple[FirstChoice, ...]]:
        waits = [*self.ended, *self.open.values()]
        return {
            kind: self._within([wait for wait in waits if hours_class(wait.minutes) == kind], end)
            for kind in HoursClass
        }

    def first_choice_all(self, end: date) -> tuple[FirstChoice, ...]:
        return self._within([*self.ended, *self.open.values()], end)

    def _within(self, waits: Iterable[FirstChoiceWait], end: date) -> tuple[FirstChoice, ...]:
        # Only requests made in the simulation and long enough before its end: later ones met at once would count and
        # those still waiting would not. Earlier departures say nothing either.
        waits = [wait for wait in waits if wait.since >= self.begin]
        return tuple(
            _first_choice(
                days, [wait for wait in waits if (end - wait.since).days >= days and _is_known(wait, days, end)], end
            )
            for days in WITHIN_DAYS
        )


def _is_known(wait: FirstChoiceWait, days: int, end: date) -> bool:
    return wait.met or wait.days(end) >= days


def _first_choice(days: int, waits: list[FirstChoiceWait], end: date) -> FirstChoice:
    met = [wait for wait in waits if wait.met and wait.days(end) <= days]
    return FirstChoice(
        days=days,
        met=len(met),
        asked=len(waits),
        met_minutes=sum(wait.minutes for wait in met),
        asked_minutes=sum(wait.minutes for wait in waits),
    )


def _summary(met: list[int], still: list[int]) -> WaitSummary:
    return WaitSummary(
        met=len(met),
        median_days=percentile(met, 50),
        p90_days=percentile(met, 90),
        longest_days=met[-1] if met else None,
        open=len(still),
        longest_open_days=max(still, default=None),
    )


def percentile(ordered: list[int], percent: int) -> int | None:
    """Nearest rank: the least value that this many per cent do not exceed."""
    if not ordered:
        return None
    return ordered[max(-(-len(ordered) * percent // 100) - 1, 0)]
