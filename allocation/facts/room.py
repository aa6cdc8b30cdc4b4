"""Room at a provider in an area, and the external share. Minutes a month and persons; None: no such limit.

Future starts and open offers take room from the moment they are decided (domain 3.4). The engine, queues, quotas, exits
and public pages use the same numbers.
"""

import datetime
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain

from allocation.facts.scope import Scope, clients_of, in_areas
from allocation.facts.shared import Shared
from allocation.facts.statements import query
from allocation.facts.tally import Rows, cached_rows
from providers.models import Area, Contract
from providers.selectors import ContractTerms, contract_terms, share_bp_by_area


@dataclass(frozen=True)
class Amount:
    """Granted minutes a month and number of persons."""

    minutes: int = 0
    persons: int = 0

    def __add__(self, other: "Amount") -> "Amount":
        return Amount(self.minutes + other.minutes, self.persons + other.persons)

    def __sub__(self, other: "Amount") -> "Amount":
        return Amount(self.minutes - other.minutes, self.persons - other.persons)


@dataclass(frozen=True)
class Load:
    """``used``: clients that day. ``starting``: placements that begin later. ``offered``: offers not yet placements."""

    used: Amount = Amount()
    starting: Amount = Amount()
    offered: Amount = Amount()

    @property
    def reserved(self) -> Amount:
        return self.starting + self.offered

    @property
    def taken(self) -> Amount:
        return self.used + self.reserved


@dataclass(frozen=True)
class Limit:
    """A limit and its current use."""

    limit: int | None
    taken: int

    @property
    def free(self) -> int | None:
        return None if self.limit is None else max(self.limit - self.taken, 0)

    @property
    def over(self) -> int:
        return 0 if self.limit is None else max(self.taken - self.limit, 0)


@dataclass(frozen=True)
class Room:
    """A contract on a day. ``takes_in``: the intake is open, the permit is valid and the contract is in force.
    ``tolerance_minutes``: what the last one admitted may take above the ceiling.
    """

    contract: Contract
    day: datetime.date
    load: Load
    ceiling_minutes: int | None
    tolerance_minutes: int
    ceiling_persons: int | None
    guaranteed_minutes: int
    takes_in: bool

    @property
    def minutes(self) -> Limit:
        return Limit(self.ceiling_minutes, self.load.taken.minutes)

    @property
    def persons(self) -> Limit:
        return Limit(self.ceiling_persons, self.load.taken.persons)

    @property
    def committed_minutes(self) -> int:
        """An unmet guarantee counts as taken (mechanism, section 2)."""
        return max(self.load.taken.minutes, self.guaranteed_minutes)

    @property
    def is_over(self) -> bool:
        return bool(self.minutes.over or self.persons.over)


@dataclass(frozen=True)
class AreaRoom:
    """All providers of an area on a day, including leaving ones that still have clients. ``base_minutes``: granted
    minutes of everybody in the area, the base of the share.
    """

    area: Area
    day: datetime.date
    base_minutes: int
    share_bp: int | None
    rooms: Sequence[Room]

    @property
    def external(self) -> list[Room]:
        return [room for room in self.rooms if not room.contract.provider.is_municipal]

    @property
    def cap_minutes(self) -> int | None:
        return None if self.share_bp is None else self.share_bp * self.base_minutes // 10_000

    @property
    def external_minutes(self) -> int:
        return sum(room.load.taken.minutes for room in self.external)

    @property
    def share(self) -> Limit:
        """The maximum for externals, and their minutes with unmet guarantees."""
        return Limit(self.cap_minutes, sum(room.committed_minutes for room in self.external))

    @property
    def minutes_left(self) -> int | None:
        """Minutes left of the share, including those guaranteed to a provider. None: no share."""
        return Limit(self.cap_minutes, self.external_minutes).free

    def narrowest_limit(self, room: Room) -> Limit | None:
        """The narrowest of the room's limits in minutes: its own ceiling, and the share for an external. None: no
        limit. A full ceiling in persons leaves nothing free.
        """
        limits = []
        if room.ceiling_minutes is not None:
            limits.append(room.minutes)
        if room.persons.limit is not None and room.persons.free == 0:
            limits.append(Limit(0, 0))
        if self.cap_minutes is not None and not room.contract.provider.is_municipal:
            # Available: unused minutes that are not guaranteed, and the rest of its own guarantee.
            own_rest = max(room.guaranteed_minutes - room.load.taken.minutes, 0)
            limits.append(Limit(self.cap_minutes, self.share.taken - own_rest))
        return min(limits, key=lambda limit: limit.free or 0, default=None)


def rooms(contracts: Collection[Contract], *, day: datetime.date, shared: Shared | None = None) -> list[Room]:
    """Room of each contract, in the order given. A contract not in force on the day takes in nobody. ``shared``: of the
    request.
    """
    same = shared or Shared()
    return _rooms(contracts, day, _of_every_area(day, same), same)


def area_rooms(areas: Collection[Area], *, day: datetime.date, shared: Shared | None = None) -> list[AreaRoom]:
    """Each area, in the order given; the rooms by provider, the municipal one first. ``shared``: of the request."""
    found = cached_rows("area_tally", [area.pk for area in areas], day=day)
    return rooms_in(areas, day=day, found=found, shared=shared)


def room_in_area(contract: Contract, *, day: datetime.date, shared: Shared | None = None) -> tuple[Room, AreaRoom]:
    """Room of the contract, and of its area: what they have in common is read once."""
    same = shared or Shared()
    found = _of_every_area(day, same)
    here = found and {contract.area_id: found[contract.area_id]}
    (area,) = rooms_in([contract.area], day=day, found=here, shared=same)
    return _rooms([contract], day, found, same)[0], area


def _of_every_area(day: datetime.date, same: Shared) -> dict[int, Rows] | None:
    """Stored rows for the room of a contract: its clients may have moved to any area."""
    areas = same.get(("area ids",), lambda: list(Area.objects.order_by("pk").values_list("pk", flat=True)))
    return cached_rows("area_tally", areas, day=day)


def _rooms(
    contracts: Collection[Contract], day: datetime.date, found: Mapping[int, Rows] | None, same: Shared
) -> list[Room]:
    loads = (
        loads_of(clients_of([contract.pk for contract in contracts]), day) if found is None else _cached_loads(found)
    )
    terms = {term.contract.pk: term for term in same.get(("terms", day), lambda: contract_terms(day=day))}
    return [_room(contract, day, loads.get(contract.pk, Load()), terms.get(contract.pk)) for contract in contracts]


def rooms_in(
    areas: Collection[Area], *, day: datetime.date, found: Mapping[int, Rows] | None, shared: Shared | None = None
) -> list[AreaRoom]:
    """``area_rooms`` from the stored rows of ``area_tally``; None: inside a transaction."""
    same = shared or Shared()
    loads = loads_of(in_areas(areas), day) if found is None else _cached_loads(found)
    terms = {term.contract.pk: term for term in same.get(("terms", day), lambda: contract_terms(day=day))}
    # An ended contract counts while it has clients: its provider is leaving.
    ended = Contract.objects.filter(pk__in=set(loads) - set(terms)).select_related("provider", "area")
    base = _base(areas, day) if found is None else _cached_base(found)
    shares = same.get(("shares", day), lambda: share_bp_by_area(day=day))
    contracts = [term.contract for term in terms.values()] + list(ended)
    contracts.sort(key=lambda contract: (not contract.provider.is_municipal, contract.provider.name, contract.pk))
    return [
        AreaRoom(
            area=area,
            day=day,
            base_minutes=base.get(area.pk, 0),
            share_bp=shares.get(area.pk),
            rooms=[
                _room(contract, day, loads.get(contract.pk, Load()), terms.get(contract.pk))
                for contract in contracts
                if contract.area_id == area.pk
            ],
        )
        for area in areas
    ]


def reserved(areas: Collection[Area], *, day: datetime.date) -> dict[int, Amount]:
    """Contract id → room promised to future clients: the engine's *reserved* (mechanism, section 2)."""
    rows = query("reserved", scope=in_areas(areas), day=day)
    return {contract: Amount(minutes, persons) for contract, minutes, persons in rows}


def loads_of(scope: Scope, day: datetime.date) -> dict[int, Load]:
    """Contract id → load by the people of the scope."""
    found: dict[int, Load] = {}
    for kind, contract, minutes, persons in query("load", scope=scope, day=day):
        found[contract] = replace(found.get(contract, Load()), **{kind: Amount(minutes, persons)})
    return found


def _cached_loads(rows_by_area: Mapping[int, Rows]) -> dict[int, Load]:
    found: dict[int, Load] = {}
    for kind, contract, minutes, persons, _nothing in chain.from_iterable(rows_by_area.values()):
        if kind in ("used", "starting", "offered"):
            load = found.get(contract, Load())
            found[contract] = replace(load, **{kind: getattr(load, kind) + Amount(minutes, persons)})
    return found


def _cached_base(rows_by_area: Mapping[int, Rows]) -> dict[int, int]:
    return {area: row[2] for area, rows in rows_by_area.items() for row in rows if row[0] == "base"}


def _base(areas: Collection[Area], day: datetime.date) -> dict[int, int]:
    return {area: int(minutes) for area, minutes in query("share_base", scope=in_areas(areas), day=day)}


def _room(contract: Contract, day: datetime.date, load: Load, terms: ContractTerms | None) -> Room:
    # Nobody starts at a contract that is not in force: its promises are not part of the engine's reserved room.
    return Room(
        contract=contract,
        day=day,
        load=load if terms else Load(used=load.used),
        ceiling_minutes=terms.ceiling_minutes if terms else 0,
        tolerance_minutes=terms.tolerance_minutes if terms else 0,
        ceiling_persons=terms.ceiling_persons if terms else None,
        guaranteed_minutes=terms.guaranteed_minutes if terms else 0,
        takes_in=terms.intake if terms else False,
    )
