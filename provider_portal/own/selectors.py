"""A provider's own terms: ceilings, guarantee, and what is used of them."""

import datetime
from collections.abc import Iterator
from dataclasses import dataclass

from accounts.actors import Actor
from allocation.facts.room import Amount, Room, rooms
from provider_portal.clients.selectors import Standing, clients, lines
from providers.models import Contract, Provider
from secrecy.gate import counts_everybody


@dataclass(frozen=True)
class Terms:
    """A contract on the day. Minutes a month; None: no such limit.

    ``since``: the first day of a contract to come, whose values are those of that day. ``used``: clients of the day,
    ``starting``: those who begin later; offers are not told of. ``of_everybody`` False: of the clients that the reader
    sees, because the difference would be somebody.
    """

    contract: Contract
    since: datetime.date | None
    ceiling_minutes: int | None
    ceiling_persons: int | None
    guaranteed_minutes: int
    takes_in: bool
    used: Amount
    starting: Amount
    of_everybody: bool


def terms(*, provider: Provider, actor: Actor, today: datetime.date) -> list[Terms]:
    contracts = list(
        Contract.objects.filter(provider=provider)
        .exclude(valid_until__lte=today)
        .select_related("provider", "area")
        .order_by("area__name", "valid_from")
    )
    everybody = counts_everybody(actor)
    seen = {} if everybody else _seen(actor, today)
    return [
        Terms(
            contract=room.contract,
            since=room.contract.valid_from if room.contract.valid_from > today else None,
            ceiling_minutes=room.ceiling_minutes,
            ceiling_persons=room.ceiling_persons,
            guaranteed_minutes=room.guaranteed_minutes,
            takes_in=room.takes_in,
            used=used if everybody else seen.get((room.contract.pk, "used"), Amount()),
            starting=starting if everybody else seen.get((room.contract.pk, "starting"), Amount()),
            of_everybody=everybody,
        )
        for room, used, starting in _rooms(contracts, today)
    ]


def _rooms(contracts: list[Contract], today: datetime.date) -> Iterator[tuple[Room, Amount, Amount]]:
    """Each with its clients of today and those to come. On the first day of a contract to come all of them are new."""
    day_of = {contract.pk: max(today, contract.valid_from) for contract in contracts}
    found = {
        room.contract.pk: room
        for day in set(day_of.values())
        for room in rooms([contract for contract in contracts if day_of[contract.pk] == day], day=day)
    }
    for contract in contracts:
        room = found[contract.pk]
        load = room.load
        yield (
            (room, load.used, load.starting)
            if day_of[contract.pk] == today
            else (
                room,
                Amount(),
                load.used + load.starting,
            )
        )


def _seen(actor: Actor, today: datetime.date) -> dict[tuple[int, str], Amount]:
    found: dict[tuple[int, str], Amount] = {}
    for standing in Standing:
        for client in lines(clients(actor=actor, today=today, standing=standing), today=today, standing=standing):
            kind = "used" if client.placement.covers(today) else "starting" if standing == Standing.COMING else ""
            key = (client.placement.contract_id, kind)
            found[key] = found.get(key, Amount()) + Amount(client.minutes, 1)
    return found
