"""Effect of a provider exit before it is registered."""

import datetime
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from allocation.facts.never_begins import never_begins
from allocation.facts.room import Amount, Load, Room, area_rooms, loads_of
from allocation.facts.scope import people
from common import clock
from providers.models import Area, Contract, Provider


@dataclass(frozen=True)
class ExitPreview:
    """``clients``: current and future ones on the day. ``keep``: not among them; they would have begun later, and keep
    the provider they have. ``offered``: offers that would be withdrawn. ``free_minutes``: under the ceilings of the
    other externals that take in. ``without_ceiling``: those that take in without a ceiling in minutes.
    """

    clients: Amount
    keep: Amount
    offered: Amount
    free_minutes: int
    without_ceiling: Sequence[Room]


def exit_preview(*, provider: Provider, areas: Collection[Area], day: datetime.date) -> ExitPreview:
    """As of ``day``, the first day without the contract: a client who leaves before needs no new provider."""
    external = [room for area in area_rooms(areas, day=day) for room in area.external]
    theirs = [room.load for room in external if room.contract.provider == provider]
    # A full ceiling in persons leaves nothing free.
    open_ones = [
        room for room in external if room.contract.provider != provider and room.takes_in and room.persons.free != 0
    ]
    keep = _keep(provider, areas, day)
    return ExitPreview(
        clients=_clients(theirs) - keep,
        keep=keep,
        offered=sum((load.offered for load in theirs), Amount()),
        free_minutes=sum(room.minutes.free or 0 for room in open_ones),
        without_ceiling=[room for room in open_ones if room.minutes.limit is None],
    )


def _keep(provider: Provider, areas: Collection[Area], day: datetime.date) -> Amount:
    contracts = list(Contract.objects.filter(provider=provider, area__in=areas))
    tomorrow = clock.today() + datetime.timedelta(days=1)
    found = never_begins(contracts, since=max(day, tomorrow), ends_on=day)
    loads = loads_of(people([each.person for each in found]), day) if found else {}
    return _clients(load for contract, load in loads.items() if contract in {each.pk for each in contracts})


def _clients(loads: Iterable[Load]) -> Amount:
    return sum((load.used + load.starting for load in loads), Amount())
