"""Where one person stands, for that person: what each of their wishes waits for."""

import datetime
import json
from dataclasses import dataclass
from typing import Any

from django.db import connection

from allocation import queue_sql
from allocation.public_availability import last_run_id
from choices.models import Choice, Person

# The person's own rows only: the database looks at nobody else.
_MINE = f"SELECT provider_id, rank, queue_date, offered, unmet FROM ({queue_sql.QUEUE}) q WHERE person_id = %(person)s"  # noqa: S608
# The order is the engine's (queue_sql.QUEUE).
_PLACE = f"""
WITH q AS (
    SELECT provider_id, person_id, rank, queue_date, offered, unmet,
        row_number() OVER (PARTITION BY provider_id ORDER BY queue_date, lot NULLS LAST, reference) AS place,
        count(*) OVER (PARTITION BY provider_id) AS waiting
    FROM ({queue_sql.QUEUE}) everybody
)
SELECT provider_id, rank, queue_date, offered, unmet, place, waiting FROM q WHERE person_id = %(person)s
"""  # noqa: S608


@dataclass(frozen=True)
class Waiting:
    """A wish that waits. ``why``: the engine's word (``allocation.wording.WHY_NOT``), empty if it has not been tried.

    ``place`` and ``waiting`` (how many wait there in all) are exact: for bands and sums, never to be shown as they are.
    """

    provider_id: int
    rank: int
    queue_date: datetime.date
    offered: bool
    why: str
    place: int | None = None
    waiting: int | None = None


def waiting_of(*, person: Person, choice: Choice | None, day: datetime.date, with_place: bool = False) -> list[Waiting]:
    """The person's wishes that wait today, in the order of the choice. ``choice``: the current one, with its wishes.

    ``with_place`` sorts the whole queue of each provider: for the page that shows it.
    """
    providers = {wish.provider_id: wish.provider.code for wish in choice.wishes.all()} if choice else {}
    if not providers:
        return []
    parameters: dict[str, Any] = {
        "person": person.pk,
        "providers": list(providers),
        "area": person.area_id,
        "day": day,
        "run": last_run_id(),
    }
    with connection.cursor() as cursor:
        cursor.execute(_PLACE if with_place else _MINE, parameters)
        rows = cursor.fetchall()
    return sorted((_waiting(row, providers) for row in rows), key=lambda waiting: waiting.rank)


def _waiting(row: tuple[Any, ...], codes: dict[int, str]) -> Waiting:
    provider, rank, queue_date, offered, unmet, *place = row
    lines = json.loads(unmet) if isinstance(unmet, str) else unmet
    why = next((line["why"] for line in lines if line["provider"] == codes[provider]), "")
    return Waiting(provider, rank, queue_date, offered, why, *place)
