"""Queues as they stand: computed from the choices that hold, in the order of the next night. No place is stored.

A place belongs to a household: people who chose together have one place, everybody else a place each. Somebody who has
an offer is not counted in the order until it is answered.
"""

import datetime
import json
from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import Any

from allocation.facts.days import by_day
from allocation.facts.scope import Scope, in_areas, wishing, with_household
from allocation.facts.statements import query
from choices.models import Person
from providers.models import Area, Contract, Municipality
from providers.selectors import current_or_coming


@dataclass(frozen=True)
class QueueSize:
    """How many wait, in households and in persons, and their minutes a month."""

    households: int = 0
    persons: int = 0
    minutes: int = 0


@dataclass(frozen=True)
class Waiter:
    """A person in a queue. ``place`` is the household's; None while it has an offer here, or can never fit.

    ``rank``: the number of the wish. ``since``: the area date. ``drawn``: a lottery number is drawn. ``same_day``:
    others have the same queue date. ``why``: what the last run that tried the choice said of the wish
    (``allocation.wording.WHY_NOT``), empty before.
    """

    person_id: int
    unit: str
    place: int | None
    rank: int
    queue_date: datetime.date
    since: datetime.date | None
    drawn: bool
    same_day: bool
    is_offered: bool
    minutes: int
    why: str = ""


@dataclass(frozen=True)
class Wait:
    """A wish of one person that is not met on ``day``. ``why``: the engine's word (``allocation.wording.WHY_NOT``),
    empty if no run has tried it."""

    contract: Contract
    day: datetime.date
    rank: int
    queue_date: datetime.date
    is_offered: bool
    why: str


@dataclass(frozen=True)
class Stand:
    """Where a person's household stands at a provider, and how long the queue is. ``place`` None: with an offer, or
    too large to ever fit."""

    place: int | None
    size: QueueSize


def queue(contract: Contract, *, day: datetime.date, first: int = 1, last: int = 10**9) -> list[Waiter]:
    """The waiters with places ``first`` to ``last``; before them those who have an offer here or can never fit.

    ``day``: that of the contract (``days.day_of``).
    """
    rows = query(
        "queue",
        scope=wishing(contract.area_id, [contract.provider_id]),
        day=day,
        provider=contract.provider_id,
        first=first,
        last=last,
    )
    return [_waiter(*row, code=contract.provider.code) for row in rows]


def queue_size(contract: Contract, *, day: datetime.date) -> QueueSize:
    sizes = _sizes(wishing(contract.area_id, [contract.provider_id]), day)
    return sizes.get((contract.area_id, contract.provider_id), QueueSize())


def queue_sizes(
    contracts: Collection[Contract], *, today: datetime.date, own: Municipality | None = None
) -> dict[int, QueueSize]:
    """Contract id → its queue, each on the day that is its own (``days.day_of``)."""
    found: dict[int, QueueSize] = {}
    for day, theirs in by_day(contracts, today, own=own).items():
        sizes = _sizes(in_areas({contract.area for contract in theirs}), day)
        for contract in theirs:
            found[contract.pk] = sizes.get((contract.area_id, contract.provider_id), QueueSize())
    return found


def waits_of(person: Person, *, today: datetime.date) -> list[Wait]:
    """The person's wishes that wait, best first. A provider without a contract here, now or later, has no queue."""
    contracts = current_or_coming(day=today).filter(area=person.area_id).select_related("provider", "area")
    found = []
    for day, theirs in by_day(contracts.order_by("-valid_from"), today).items():
        here = {contract.provider_id: contract for contract in theirs}
        rows = query("waits_of", scope=with_household(person.pk), day=day, person=person.pk)
        for provider, rank, queue_date, is_offered, never, unmet in rows:
            if contract := here.get(provider):
                why = never or _reason(unmet, contract.provider.code)
                found.append(Wait(contract, day, rank, queue_date, is_offered, why))
    return sorted(found, key=lambda wait: wait.rank)


def stands_of(person: Person, waits: Collection[Wait]) -> dict[int, Stand]:
    """Contract id → where the person stands in its queue, for each of the person's waits."""
    found: dict[int, Stand] = {}
    for day in {wait.day for wait in waits}:
        theirs = [wait.contract for wait in waits if wait.day == day]
        scope = wishing(person.area_id, [contract.provider_id for contract in theirs])
        rows = query("places", scope=scope, day=day, person=person.pk)
        here = {provider: Stand(place, QueueSize(*size)) for provider, place, *size in rows}
        for contract in theirs:
            found[contract.pk] = here.get(contract.provider_id, Stand(None, QueueSize()))
    return found


def all_places(areas: Collection[Area], *, day: datetime.date) -> dict[tuple[int, str], int]:
    """Person id and provider code → the place of the person's household, of everybody who waits in the areas."""
    return {
        (person, provider): place for person, provider, place in query("all_places", scope=in_areas(areas), day=day)
    }


def _waiter(*facts: Any, code: str) -> Waiter:
    *own, never, unmet = facts
    return replace(Waiter(*own), why=never or _reason(unmet, code))


def _sizes(scope: Scope, day: datetime.date) -> dict[tuple[int, int], QueueSize]:
    rows = query("queue_sizes", scope=scope, day=day)
    return {(area, provider): QueueSize(*counts) for area, provider, *counts in rows}


def _reason(unmet: Any, provider: str) -> str:
    lines = json.loads(unmet) if isinstance(unmet, str) else unmet or []
    return next((str(line["why"]) for line in lines if line["provider"] == provider), "")
