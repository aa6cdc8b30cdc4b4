"""The queues as they stand today: computed each time, from the choices that hold."""

import datetime
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import QuerySet

from accounts.actors import Actor
from allocation import queue_sql
from allocation.models import Offer
from allocation.public_availability import last_run_id
from choices.models import Person
from choices.selectors import visible_persons
from common import clock
from providers.models import Area, Contract, Provider
from providers.selectors import ContractTerms, contract_terms, share_bp_by_area

ROWS = 50


@dataclass(frozen=True)
class Place:
    """One place in a queue. ``person`` is None for somebody the actor may not see: the place is there all the same."""

    number: int
    person: Person | None
    rank: int
    queue_date: datetime.date
    since: datetime.date | None
    same_day: bool
    drawn: bool
    offered: bool
    minutes: int
    why: str


@dataclass(frozen=True)
class Room:
    """Minutes a month and persons. ``ceiling_minutes`` and what is free: None where there is no ceiling."""

    contract: Contract
    ceiling_minutes: int | None
    ceiling_persons: int | None
    used_minutes: int
    used_persons: int
    promised_minutes: int
    promised_persons: int
    takes_in: bool

    @property
    def free_minutes(self) -> int | None:
        if self.ceiling_minutes is None:
            return None
        return max(self.ceiling_minutes - self.used_minutes - self.promised_minutes, 0)


@dataclass(frozen=True)
class QueuePage:
    room: Room
    share_bp: int | None
    places: list[Place]
    total: int
    first: int
    next: int | None
    previous: int | None


def queue_page(*, contract: Contract, actor: Actor, first: int = 1) -> QueuePage:
    """Fifty places from number ``first`` on."""
    day = _day_of(contract)
    parameters = _parameters(contract, day)
    rows = _rows(
        f"SELECT *, count(*) OVER () AS total,"  # noqa: S608
        " row_number() OVER (ORDER BY queue_date, lot NULLS LAST, reference) AS place,"
        " count(*) OVER (PARTITION BY queue_date) > 1 AS same_day"
        f" FROM ({queue_sql.QUEUE}) q ORDER BY place LIMIT {ROWS} OFFSET %(skip)s",
        {**parameters, "skip": max(first - 1, 0)},
    )
    total = rows[0]["total"] if rows else 0
    after = first + ROWS
    return QueuePage(
        room=rooms([contract])[0],
        share_bp=share_bp_by_area(day=day).get(contract.area_id),
        places=_places(rows, contract, actor, day),
        total=total,
        first=first,
        next=after if after <= total else None,
        previous=max(first - ROWS, 1) if first > 1 else None,
    )


def waiting(contracts: Sequence[Contract]) -> dict[int, int]:
    """Contract id → how many wait; who has none is not there."""
    if not contracts:
        return {}
    day = max(_day_of(contract) for contract in contracts)
    ids = [contract.pk for contract in contracts]
    return dict(_values(queue_sql.WAITING, {"contracts": ids, "day": day, "run": last_run_id()}))


def rooms(contracts: Sequence[Contract]) -> list[Room]:
    """Of each today, or the day it begins."""
    found: dict[int, Room] = {}
    for day in {_day_of(contract) for contract in contracts}:
        theirs = [contract for contract in contracts if _day_of(contract) == day]
        parameters = {"contracts": [contract.pk for contract in theirs], "day": day}
        terms = {term.contract.pk: term for term in contract_terms(day=day)}
        used = {contract: rest for contract, *rest in _values(queue_sql.USED, parameters)}
        promised = {contract: rest for contract, *rest in _values(queue_sql.PROMISED, parameters)}
        for contract in theirs:
            pk = contract.pk
            found[pk] = _room(contract, terms.get(pk), used.get(pk, [0, 0]), promised.get(pk, [0, 0]))
    return [found[contract.pk] for contract in contracts]


def _room(contract: Contract, terms: ContractTerms | None, used: list[int], promised: list[int]) -> Room:
    return Room(
        contract=contract,
        ceiling_minutes=terms.ceiling_minutes if terms else 0,
        ceiling_persons=terms.ceiling_persons if terms else None,
        used_minutes=used[0],
        used_persons=used[1],
        promised_minutes=promised[0],
        promised_persons=promised[1],
        takes_in=terms.intake if terms else False,
    )


def external_contracts(*, actor: Actor) -> list[Contract]:
    """Those with a queue, in the actor's areas, by area and name."""
    contracts = _not_ended().exclude(provider__kind=Provider.Kind.MUNICIPAL)
    if actor.areas is not None:
        contracts = contracts.filter(area__code__in=actor.areas)
    return list(contracts.select_related("area", "provider").order_by("area__name", "provider__name"))


def contract_of(*, area: Area, provider: Provider) -> Contract | None:
    """The one in force, else the one that begins next."""
    contracts = _not_ended().filter(area=area, provider=provider)
    return contracts.select_related("area", "provider").order_by("valid_from").first()


def _not_ended() -> QuerySet[Contract]:
    # One stands in queue for a contract that begins later, too: in a first round all of them do.
    return Contract.objects.exclude(valid_until__lte=clock.today())


def _day_of(contract: Contract) -> datetime.date:
    return max(clock.today(), contract.valid_from)


def open_offers(*, contract: Contract, actor: Actor) -> list[Offer]:
    offers = Offer.objects.filter(
        contract=contract, status=Offer.Status.OPEN, person__in=visible_persons(actor=actor)
    ).select_related("person")
    return list(offers.order_by("answer_by", "pk")[:ROWS])


def _parameters(contract: Contract, day: datetime.date) -> dict[str, Any]:
    return {
        "providers": [contract.provider_id],
        "area": contract.area_id,
        "day": day,
        "run": last_run_id(),
    }


def _places(rows: list[dict[str, Any]], contract: Contract, actor: Actor, day: datetime.date) -> list[Place]:
    ids = [row["person_id"] for row in rows]
    persons = visible_persons(actor=actor).select_related("area").in_bulk(ids)
    minutes = dict(_values(queue_sql.MINUTES, {"persons": ids, "day": day}))
    return [
        Place(
            number=row["place"],
            person=persons.get(row["person_id"]),
            rank=row["rank"],
            queue_date=row["queue_date"],
            since=row["since"],
            same_day=row["same_day"],
            drawn=row["lot"] is not None,
            offered=row["offered"],
            minutes=minutes.get(row["person_id"], 0),
            why=next((line["why"] for line in row["unmet"] if line["provider"] == contract.provider.code), ""),
        )
        for row in rows
    ]


def _rows(sql: str, parameters: dict[str, Any]) -> list[dict[str, Any]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        names = [column[0] for column in cursor.description]
        found = [dict(zip(names, values, strict=True)) for values in cursor.fetchall()]
    for row in found:
        if isinstance(row.get("unmet"), str):
            row["unmet"] = json.loads(row["unmet"])
    return found


def _values(sql: str, parameters: dict[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return list(cursor.fetchall())
