"""The first households of a queue against the room there is: who fits now, and what stops the first.

From the same facts as the page, without the engine: an offer is decided by the engine (``offer_places``), which also
weighs the other queues of the area. Only households that the page shows are weighed, so nobody learns of a hidden one.
"""

import datetime
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from allocation.facts.queues import Waiter
from allocation.facts.room import AreaRoom, Room
from allocation.models import Placement
from allocation.snapshot.scope import rounds_being_held
from common import clock
from providers.models import Contract, Provider
from staff_ui.templatetags.pages import hours


@dataclass(frozen=True)
class Check:
    """A condition for the first household, and whether it is met."""

    name: str
    is_met: bool
    words: str


@dataclass(frozen=True)
class Head:
    """``fitting``: households that fit one after the other, from the first. ``missing_minutes``: what the first lacks
    under the ceiling; 0 where more room there would not help.
    """

    persons: int
    minutes: int
    checks: list[Check]
    fitting: int
    missing_minutes: int

    @property
    def summary(self) -> str:
        if self.fitting:
            return ngettext(
                "Det första hushållet får plats nu.", "De %(count)d första hushållen får plats nu.", self.fitting
            ) % {"count": self.fitting}
        why = next(check.words for check in self.checks if not check.is_met)
        return _("Ingen får plats nu. %(why)s") % {"why": why}


@dataclass
class _Load:
    """Minutes and persons at the contract, and minutes of all externals, as each household is added."""

    minutes: int
    persons: int
    external: int
    committed: int


def head(*, contract: Contract, waiters: Sequence[Waiter], area: AreaRoom) -> Head | None:
    """``waiters``: in order, from the first. None: nobody waits with a place."""
    room = next((each for each in area.rooms if each.contract == contract), None)
    units = [list(those) for _unit, those in groupby(_placed(waiters), key=lambda waiter: waiter.unit)]
    if room is None or not units:
        return None
    at_externals = _at_externals([waiter for unit in units for waiter in unit], area.day)
    taken = room.load.taken
    load = _Load(taken.minutes, taken.persons, area.external_minutes, area.share.taken)
    is_open = not contract.area.rounds.filter(pk__in=rounds_being_held(clock.today()).values("pk")).exists()
    first, fitting = _checks(units[0], room, area, load, at_externals, is_open), 0
    for unit in units:
        if not all(check.is_met for check in _checks(unit, room, area, load, at_externals, is_open)):
            break
        fitting += 1
        _add(unit, room, load, at_externals)
    minutes = sum(waiter.minutes for waiter in units[0])
    missing = 0
    if room.ceiling_minutes is not None and [check.name for check in first if not check.is_met] == [_("Tak")]:
        missing = max(taken.minutes + minutes - room.ceiling_minutes, 0)
    return Head(len(units[0]), minutes, first, fitting, missing)


def _placed(waiters: Sequence[Waiter]) -> Iterator[Waiter]:
    """Without those who have an offer here, or can never fit."""
    return (waiter for waiter in waiters if waiter.place is not None)


def _at_externals(waiters: Sequence[Waiter], day: datetime.date) -> dict[int, int]:
    """Person id → minutes that an external provider gives already: they take nothing more of the share."""
    there = Placement.objects.on(day).filter(person__in=[waiter.person_id for waiter in waiters], interim=False)
    persons = set(there.exclude(contract__provider__kind=Provider.Kind.MUNICIPAL).values_list("person_id", flat=True))
    return {waiter.person_id: waiter.minutes for waiter in waiters if waiter.person_id in persons}


def _new(unit: Sequence[Waiter], at_externals: dict[int, int]) -> int:
    return sum(waiter.minutes - at_externals.get(waiter.person_id, 0) for waiter in unit)


def _add(unit: Sequence[Waiter], room: Room, load: _Load, at_externals: dict[int, int]) -> None:
    minutes = sum(waiter.minutes for waiter in unit)
    load.committed += _rise(minutes, room, load)
    load.minutes += minutes
    load.persons += len(unit)
    load.external += _new(unit, at_externals)


def _rise(minutes: int, room: Room, load: _Load) -> int:
    """Growth of what is taken or guaranteed: a provider's own guarantee is counted already."""
    guaranteed = room.guaranteed_minutes
    return max(load.minutes + minutes, guaranteed) - max(load.minutes, guaranteed)


def _checks(
    unit: Sequence[Waiter], room: Room, area: AreaRoom, load: _Load, at_externals: dict[int, int], is_open: bool
) -> list[Check]:
    minutes, new, cap = sum(waiter.minutes for waiter in unit), _new(unit, at_externals), area.cap_minutes
    needs = _("Den första behöver %(hours)s") % {"hours": hours(minutes)}
    if len(unit) > 1:
        needs = ngettext(
            "Det första hushållet, %(persons)d person, behöver %(hours)s",
            "Det första hushållet, %(persons)d personer, behöver %(hours)s",
            len(unit),
        ) % {"persons": len(unit), "hours": hours(minutes)}
    found = [
        Check(
            _("Område"),
            is_open,
            _("Ingen valomgång pågår i området.")
            if is_open
            else _("En valomgång pågår i området och delar ut platserna."),
        ),
        Check(
            _("Intag"),
            room.takes_in,
            _("Utföraren tar emot nya.") if room.takes_in else _("Utföraren tar inte emot någon ny."),
        ),
        Check(
            _("Lottning"),
            all(waiter.drawn for waiter in unit),
            _("Ordningen är lottad.")
            if all(waiter.drawn for waiter in unit)
            else _("Den första har inte varit med i någon natt än. Ordningen lottas i natt."),
        ),
    ]
    if room.ceiling_minutes is not None:
        free = max(room.ceiling_minutes - load.minutes, 0)
        fits = minutes <= free or (free > 0 and minutes <= free + room.tolerance_minutes)
        words = _("%(needs)s, %(free)s är lediga under taket.") % {"needs": needs, "free": hours(free)}
        found.append(Check(_("Tak"), fits, words))
    if room.ceiling_persons is not None:
        places = max(room.ceiling_persons - load.persons, 0)
        words = ngettext("Plats finns för %(count)d person till.", "Plats finns för %(count)d personer till.", places)
        found.append(Check(_("Personer"), len(unit) <= places, words % {"count": places}))
    if cap is not None:
        left = max(cap - load.external, 0)
        words = _("%(needs)s, %(left)s är kvar av de externas andel.") % {"needs": needs, "left": hours(left)}
        found.append(Check(_("Andel"), new <= 0 or new <= left, words))
        rise, room_left = _rise(minutes, room, load), max(cap - load.committed, 0)
        words = _("%(left)s är kvar av andelen när det som är garanterat andra är borträknat.")
        found.append(Check(_("Garanti"), new <= 0 or rise <= room_left, words % {"left": hours(room_left)}))
    return found
