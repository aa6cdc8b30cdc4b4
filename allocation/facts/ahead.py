"""Granted help of a person, and whether the provider of today goes on. Pages and letters that announce the next steps
ask here.
"""

import datetime
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from django.contrib.postgres.expressions import ArraySubquery

from allocation.facts.people import now_and_next
from allocation.models import Placement
from choices.models import CareDecision, Choice, Person
from providers.models import Provider


@dataclass(frozen=True)
class Help:
    """Granted help that follows the choice, today or later. ``starts``: its first day; None: there is none. ``ends``:
    the first day without it; None: no end is decided."""

    starts: datetime.date | None = None
    ends: datetime.date | None = None


@dataclass(frozen=True)
class Ahead:
    """``now``: the placement of ``day``; ``then``: the next decided one. ``area``: of the person, its id."""

    day: datetime.date
    area: int
    now: Placement | None
    then: Placement | None
    help: Help

    @property
    def has_help(self) -> bool:
        """Help is granted on the day."""
        return self.help.starts is not None and self.help.starts <= self.day

    @property
    def is_ever_helped(self) -> bool:
        """Help is granted on the day or for later: others have no provider to choose."""
        return self.help.starts is not None

    @property
    def is_meanwhile(self) -> bool:
        """The municipality stands in for a provider that has left, until another one begins."""
        return self.now is not None and self.now.meanwhile_for_id is not None

    @property
    def leaves(self) -> bool:
        """The provider of today is to stop, and nobody is decided in its place."""
        return self.now is not None and self.then is None and leaves(self.now, area=self.area, day=self.day)

    @property
    def kept(self) -> Provider | None:
        """The provider of today, if it goes on."""
        return self.now.contract.provider if self.now and self.keeps else None

    @property
    def keeps(self) -> bool:
        """The provider of today goes on."""
        return self.now is not None and self.then is None and not self.leaves and not self.is_meanwhile


def ahead_of(person: Person, *, day: datetime.date, help: Help | None = None) -> Ahead:
    """``help``: of the person on the day, if it is read already."""
    now, then = now_and_next(person=person, day=day)
    if help is None:
        granted = CareDecision.objects.following_choice_from(day).filter(person=person).select_related("service_type")
        help = help_of(granted)
    return Ahead(day, person.area_id, now, then, help)


def help_of(granted: Iterable[CareDecision]) -> Help:
    """``granted``: decisions that are not over, with their service types."""
    found = [decision for decision in granted if decision.service_type.follows_choice]
    return help_of_columns([each.valid_from for each in found], [each.valid_until for each in found])


def help_columns(person: Person, *, day: datetime.date) -> tuple[ArraySubquery, ArraySubquery]:
    """Two columns for another query, of which ``help_of_columns`` makes the help of the person on the day."""
    granted = CareDecision.objects.following_choice_from(day).filter(person=person).order_by("pk")
    return ArraySubquery(granted.values("valid_from")), ArraySubquery(granted.values("valid_until"))


def help_of_columns(starts: Collection[datetime.date], ends: Collection[datetime.date | None]) -> Help:
    return Help(
        starts=min(starts, default=None),
        ends=None if None in ends else max((end for end in ends if end), default=None),
    )


def leaves(placement: Placement, *, area: int, day: datetime.date) -> bool:
    """The placement is to end: by its own end, by a contract that somebody has ended, or since the person has moved to
    another ``area`` (id). The end that a contract has from the start may be prolonged, and the municipality is in every
    area.
    """
    contract = placement.contract
    is_ended = contract.valid_until is not None and (bool(contract.end_reason) or contract.valid_until <= day)
    has_moved = contract.area_id != area and not contract.provider.is_municipal
    return placement.valid_until is not None or is_ended or has_moved


def after_choice(
    choice: Choice, *, left: Sequence[Provider], now: Provider | None, is_helped: bool
) -> Literal["no_help", "declines", "stays", "no_queue", "any"]:
    """Consequence of a choice outside rounds. ``left``: wishes that have not ended, the first one first. ``now``: the
    provider that goes on (``keeping``). ``is_helped``: help is granted today or for later (``helped``).
    """
    if not is_helped:
        return "no_help"
    if choice.declines_to_choose or not left:
        return "declines"
    if now == left[0]:
        return "stays"
    return "any" if choice.queue_if_full else "no_queue"


def helped(persons: Collection[int], day: datetime.date) -> set[int]:
    """Of these persons (ids), those with granted help that follows the choice, on ``day`` or later."""
    granted = CareDecision.objects.following_choice_from(day).filter(person__in=persons)
    return set(granted.values_list("person", flat=True))


def keeping(persons: Collection[int], day: datetime.date) -> dict[int, Provider]:
    """Person id → provider of ``day``, for those of ``persons`` (ids) whose provider goes on (``Ahead.keeps``)."""
    there = Placement.objects.on(day).filter(person__in=persons, valid_until=None, meanwhile_for=None)
    return {
        placement.person_id: placement.contract.provider
        for placement in there.select_related("contract__provider", "person")
        if not leaves(placement, area=placement.person.area_id, day=day)
    }
