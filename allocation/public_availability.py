"""How much room and how long a queue each provider of an area has, for the public: in bands, never in small numbers."""

import datetime
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from allocation import queue_sql
from allocation.models import AllocationRun
from choices.models import ChoiceRound
from providers.models import Area
from providers.selectors import ContractTerms, contract_terms, share_bp_by_area

# A tenth of the ceiling, or of the room under the share.
FEW_SHARE = 10
# Below this nobody is counted out loud.
SMALL = 10

ROOM: dict[str, Promise] = {
    "own": _("Ja. Kommunens hemtjänst har inget tak."),
    "yes": _("Ja, det finns plats."),
    "few": _("Det finns några få platser."),
    "full": _("Nej, det är fullt. Du kan stå i kö."),
    "stopped": _("Nej, de tar inte emot någon ny just nu. Du kan stå i kö."),
    "later": _("Det vet vi när valet har stängt och platserna har delats ut."),
}
QUEUE: dict[int, Promise] = {
    0: _("Ingen står i kö."),
    1: _("Färre än 10 personer."),
    10: _("Mellan 10 och 24 personer."),
    25: _("Mellan 25 och 49 personer."),
    50: _("Mellan 50 och 99 personer."),
    100: _("100 personer eller fler."),
}


@dataclass(frozen=True)
class Band:
    """``room`` is a word of ``ROOM``, ``queue`` the lower end of a band of ``QUEUE``; None: nobody knows yet."""

    room: str
    queue: int | None

    @property
    def room_words(self) -> Promise:
        return ROOM[self.room]

    @property
    def queue_words(self) -> Promise | None:
        return None if self.queue is None else QUEUE[self.queue]


def bands(*, area: Area, day: datetime.date) -> dict[int, Band]:
    """Provider id → its band, for the contracts in force. While a round's places are not given out: nobody knows."""
    terms = [term for term in contract_terms(day=day) if term.contract.area_id == area.pk]
    if is_being_decided(area, day):
        return {term.contract.provider_id: Band(_before_it_is_decided(term), None) for term in terms}
    parameters = {"area": area.pk, "day": day}
    queues = _queues(area, day, [term.contract.provider_id for term in terms])
    free = _free_minutes(terms, area, day, parameters)
    return {
        term.contract.provider_id: _band(term, free[term.contract.pk], queues.get(term.contract.provider_id, 0))
        for term in terms
    }


def queue_band(waiting: int) -> int:
    return max(lower for lower in QUEUE if lower <= waiting)


def _before_it_is_decided(term: ContractTerms) -> str:
    if not term.intake:
        return "stopped"
    return "own" if term.contract.provider.is_municipal else "later"


def _band(term: ContractTerms, free: tuple[int, int] | None, waiting: int) -> Band:
    """``free``: minutes free, of how many."""
    if term.contract.provider.is_municipal and term.intake:
        return Band("own", queue_band(waiting))
    if not term.intake:
        return Band("stopped", queue_band(waiting))
    if free is None:
        room = "yes"
    elif free[0] <= 0 or waiting:
        # Whoever asks now stands behind those who wait.
        room = "full"
    else:
        room = "few" if free[0] * FEW_SHARE < free[1] else "yes"
    return Band(room, queue_band(waiting))


def _free_minutes(
    terms: list[ContractTerms], area: Area, day: datetime.date, parameters: dict[str, Any]
) -> dict[int, tuple[int, int] | None]:
    """Contract id → minutes free under its ceiling and the area's share, of how many. None: no limit.

    Docs: an external below its guarantee counts as if it had it all (docs/mechanism.md).
    """
    taken: dict[int, tuple[int, int]] = {}
    for sql in (queue_sql.HELD, queue_sql.PROMISED_HERE):
        for contract, minutes, persons in _values(sql, parameters):
            before = taken.get(contract, (0, 0))
            taken[contract] = (before[0] + minutes, before[1] + persons)
    share_bp = share_bp_by_area(day=day).get(area.pk)
    cap = None if share_bp is None else _values(queue_sql.BASE, parameters)[0][0] * share_bp // 10_000
    external = [term for term in terms if not term.contract.provider.is_municipal]
    committed = sum(max(taken.get(term.contract.pk, (0, 0))[0], term.guaranteed_minutes) for term in external)
    found: dict[int, tuple[int, int] | None] = {}
    for term in terms:
        minutes, persons = taken.get(term.contract.pk, (0, 0))
        limits = []
        if term.ceiling_minutes is not None:
            limits.append((term.ceiling_minutes - minutes, term.ceiling_minutes))
        if term.ceiling_persons is not None and persons >= term.ceiling_persons:
            limits.append((0, 1))
        if cap is not None and not term.contract.provider.is_municipal:
            limits.append((cap - committed + max(term.guaranteed_minutes - minutes, 0), cap))
        found[term.contract.pk] = min(limits, default=None)
    return found


def _queues(area: Area, day: datetime.date, providers: list[int]) -> dict[int, int]:
    sql = f"SELECT provider_id, count(*) FROM ({queue_sql.QUEUE}) q GROUP BY provider_id"  # noqa: S608
    parameters = {"area": area.pk, "day": day, "providers": providers, "run": last_run_id()}
    return dict(_values(sql, parameters))


def last_run_id() -> int:
    """The last run that was carried out; 0 if there is none."""
    applied = AllocationRun.objects.filter(status=AllocationRun.Status.APPLIED)
    return applied.order_by("-proposed_at", "-id").values_list("pk", flat=True).first() or 0


def is_being_decided(area: Area, day: datetime.date) -> bool:
    """A round has opened for the area and its places have not been given out."""
    rounds = ChoiceRound.objects.filter(areas=area, frozen_at__isnull=False, opens_on__lte=day, starts_on__gt=day)
    return rounds.exclude(runs__status=AllocationRun.Status.APPLIED).exists()


def _values(sql: str, parameters: dict[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return list(cursor.fetchall())
