"""Current queues: computed from the choices in force, in the order of the next night. No place is stored.

A place belongs to a household: people with a joint choice have one place, everybody else a place each. A person with an
open offer is not counted in the order until it is answered.
"""

import datetime
import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Q

from allocation.facts.days import by_day
from allocation.facts.origins import COLUMNS, Origin, origin_of
from allocation.facts.scope import Scope, in_areas, people, units, wishing, with_household
from allocation.facts.shared import Shared
from allocation.facts.statements import Given, Row, query
from allocation.facts.tally import CacheKey, Rows, cached_rows, cached_rows_together
from choices.models import Person, Wish
from providers.models import Area, Contract
from providers.selectors import current_or_coming


@dataclass(frozen=True)
class QueueSize:
    """Waiting households and persons, and their minutes a month."""

    households: int = 0
    persons: int = 0
    minutes: int = 0


@dataclass(frozen=True)
class Waiter:
    """A person in a queue. ``place`` is the household's; None while it has an offer here, or can never fit.

    ``rank``: the number of the wish. ``since``: the area date. ``drawn``: a lottery number is drawn. ``same_day``:
    others have the same queue date. ``why``: reason of the last run that tried the choice
    (``allocation.wording.WHY_NOT``), empty before. ``origin``: of the place.
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
    origin: Origin
    why: str = ""


@dataclass(frozen=True)
class Wait:
    """A person's unmet wish on ``day``. ``why``: the engine's reason (``allocation.wording.WHY_NOT``), empty if no run
    has tried it. ``origin``: of the place.
    """

    contract: Contract
    day: datetime.date
    rank: int
    queue_date: datetime.date
    is_offered: bool
    why: str
    origin: Origin


@dataclass(frozen=True)
class QueuePosition:
    """A household's place at a provider, and the length of the queue. ``place`` None: with an offer, or too large to
    ever fit.
    """

    place: int | None
    size: QueueSize


# The columns of the relations, with those of statement ``waiting`` first.
_WAITS = (
    "unit text, provider_id bigint, rank int, queue_date date, is_offered boolean, since date, lot text, class int,"
    " never text, is_open boolean, area_id bigint"
)
_AREA_BASE = "area_id bigint, minutes bigint"
_IN_ORDER = (
    "unit text, area_id bigint, provider_id bigint, rank int, queue_date date, is_offered boolean, since date,"
    " lot text, class int, never text, is_open boolean, place bigint, same_day boolean"
)

_TALLY = CacheKey("area_tally")


def queue(
    contract: Contract, *, day: datetime.date, first: int = 1, last: int = 10**9, without_protected: bool = False
) -> list[Waiter]:
    """The waiters with places ``first`` to ``last``; before them those who have an offer here or can never fit.

    ``day``: that of the contract (``days.day_of``). ``without_protected``: leave out households in which everybody is
    protected; ``first`` and ``last`` count without them.
    """
    provider = contract.provider_id
    scope, given = _waiters(contract.area_id, [provider], day)
    part = {"provider": provider, "first": first, "last": last, "without_protected": without_protected}
    heads = query("heads", scope=scope, given=given, day=day, **part)
    if not heads:
        return []
    # Other facts are read for these units only.
    in_order = {"in_order": Given(_IN_ORDER, heads)}
    rows = query("queue", scope=units([unit for unit, *_ in heads]), given=in_order, day=day)
    return [_waiter(*row, code=contract.provider.code) for row in rows]


def _waiters(
    area: int, providers: Collection[int], day: datetime.date, stored: Mapping[CacheKey, Rows] | None = None
) -> tuple[Scope, dict[str, Given]]:
    """Scope and given relations for a query of these providers' queues. With cached rows the scope is empty, because
    the relation `waits` is given; its rows are unordered.

    ``stored``: cached rows of the area, if they are read already.
    """
    asked = [CacheKey("waiting", provider) for provider in providers]
    found = stored or _stored(area, asked, day)
    if found is None:
        return wishing(area, providers), {}
    rows = [[*row, area] for key in asked for row in found[key]]
    return people([]), {"waits": Given(_WAITS, rows)}


def _stored(area: int, keys: Collection[CacheKey], day: datetime.date) -> dict[CacheKey, Rows] | None:
    return cached_rows_together(
        keys, area, day=day, scope=lambda each: wishing(area, [each.about]) if each.about else in_areas([area])
    )


def queue_size(contract: Contract, *, day: datetime.date, without_protected: bool = False) -> QueueSize:
    """``without_protected``: leave out protected people."""
    return _sizes_at([contract], day, without_protected=without_protected)[contract.provider_id]


def _sizes_at(
    contracts: list[Contract],
    day: datetime.date,
    *,
    without_protected: bool = False,
    stored: Mapping[CacheKey, Rows] | None = None,
) -> dict[int, QueueSize]:
    """Provider id → its queue. The contracts are in one area. ``stored``: its results, if they are read already."""
    area = contracts[0].area_id
    providers = [contract.provider_id for contract in contracts]
    sizes = (
        sizes_in({area: stored[_TALLY]}, without_protected=without_protected)
        if stored
        else _cached_sizes([area], day, without_protected=without_protected)
    )
    if sizes is None:
        sizes = _sizes(wishing(area, providers), day, without_protected=without_protected)
    return {provider: sizes.get((area, provider), QueueSize()) for provider in providers}


def queue_sizes(
    contracts: Collection[Contract],
    *,
    today: datetime.date,
    without_protected: bool = False,
    shared: Shared | None = None,
) -> dict[int, QueueSize]:
    """Contract id → its queue, each on its own day (``days.day_of``).

    ``without_protected``: leave out protected people. ``shared``: of the request.
    """
    found: dict[int, QueueSize] = {}
    for day, theirs in by_day(contracts, today, shared).items():
        areas = {contract.area_id for contract in theirs}
        sizes = _cached_sizes(areas, day, without_protected=without_protected)
        if sizes is None:
            sizes = _sizes(in_areas(areas), day, without_protected=without_protected)
        for contract in theirs:
            found[contract.pk] = sizes.get((contract.area_id, contract.provider_id), QueueSize())
    return found


def waits_of(person: Person, *, today: datetime.date) -> list[Wait]:
    """The person's waiting wishes, best first. A provider without a current or future contract here has no queue."""
    found = []
    for day, theirs in _wished(person, today).items():
        stored = _stored(person.area_id, [_TALLY], day)
        # The stored base of the area's share: a query of one person does not read the whole area.
        base = {"area_base": Given(_AREA_BASE, [[person.area_id, _base(stored[_TALLY])]])} if stored else {}
        rows = query("waits_of", scope=with_household(person.pk), given=base, day=day, person=person.pk)
        found += [wait for row in rows if (wait := _wait(row, theirs, day))]
    return sorted(found, key=lambda wait: wait.rank)


def positions_of(
    person: Person,
    *,
    today: datetime.date,
    wished: Collection[int] | None = None,
    shared: Shared | None = None,
) -> list[tuple[Wait, QueuePosition]]:
    """``waits_of``, each with its place. ``wished``: providers (ids) that the person ever wished for, if they are read
    already. ``shared``: of the request.
    """
    found = []
    for day, theirs in _wished(person, today, wished, shared).items():
        providers = [contract.provider_id for contract in theirs]
        stored = _stored(person.area_id, [_TALLY, *(CacheKey("waiting", provider) for provider in providers)], day)
        scope, given = _waiters(person.area_id, providers, day, stored)
        within = with_household(person.pk) if given else scope
        rows = query("positions_of", scope=within, given=given, day=day, person=person.pk)
        waits = [(wait, row[-1]) for row in rows if (wait := _wait(row[:-1], theirs, day))]
        sizes = _sizes_at([wait.contract for wait, _ in waits], day, stored=stored) if waits else {}
        found += [(wait, QueuePosition(place, sizes[wait.contract.provider_id])) for wait, place in waits]
    return sorted(found, key=lambda each: each[0].rank)


def _wished(
    person: Person, today: datetime.date, wished: Collection[int] | None = None, shared: Shared | None = None
) -> dict[datetime.date, list[Contract]]:
    """Contracts, by their day (``days.day_of``), of the providers that the person ever wished for."""
    if wished is None:
        own = Q(choice__person=person) | Q(choice__person__merged_into=person)
        wished = set(Wish.objects.filter(own).values_list("provider", flat=True))
    contracts = (shared or Shared()).get(
        ("contracts", person.area_id, today),
        lambda: list(
            current_or_coming(day=today)
            .filter(area=person.area_id)
            .select_related("provider", "area")
            .order_by("-valid_from")
        ),
    )
    return by_day([contract for contract in contracts if contract.provider_id in wished], today, shared)


def _wait(row: Row, contracts: Collection[Contract], day: datetime.date) -> Wait | None:
    provider, rank, queue_date, is_offered, never, unmet, *origin = row
    contract = {contract.provider_id: contract for contract in contracts}.get(provider)
    if contract is None:
        return None
    why = never or _reason(unmet, contract.provider.code)
    return Wait(contract, day, rank, queue_date, is_offered, why, origin_of(*origin))


def _base(tally: Rows) -> int:
    return next((minutes for kind, _id, minutes, *_ in tally if kind == "base"), 0)


def all_places(areas: Collection[Area], *, day: datetime.date) -> dict[tuple[int, str], int]:
    """Person id and provider code → the place of the person's household, for all waiting people in the areas."""
    return {
        (person, provider): place for person, provider, place in query("all_places", scope=in_areas(areas), day=day)
    }


def _waiter(*facts: Any, code: str) -> Waiter:
    *own, never, unmet = facts[:-COLUMNS]
    values = (*own, origin_of(*facts[-COLUMNS:]), never or _reason(unmet, code))
    return Waiter(*values)


def _cached_sizes(
    areas: Collection[int], day: datetime.date, *, without_protected: bool = False
) -> dict[tuple[int, int], QueueSize] | None:
    """Sizes by area and provider id. None inside a transaction (``cached_rows``)."""
    found = cached_rows("area_tally", areas, day=day)
    return None if found is None else sizes_in(found, without_protected=without_protected)


def sizes_in(tallies: Mapping[int, Rows], *, without_protected: bool = False) -> dict[tuple[int, int], QueueSize]:
    """From the tallies of areas, by area id."""
    kind = "open_queue" if without_protected else "queue"
    return {(area, row[1]): QueueSize(*row[2:]) for area, rows in tallies.items() for row in rows if row[0] == kind}


def _sizes(scope: Scope, day: datetime.date, *, without_protected: bool = False) -> dict[tuple[int, int], QueueSize]:
    rows = query("queue_sizes", scope=scope, day=day)
    part = slice(3, 6) if without_protected else slice(0, 3)
    return {(area, provider): QueueSize(*counts[part]) for area, provider, *counts in rows}


def _reason(unmet: Any, provider: str) -> str:
    lines = json.loads(unmet) if isinstance(unmet, str) else unmet or []
    return next((str(line["why"]) for line in lines if line["provider"] == provider), "")
