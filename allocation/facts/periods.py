"""Granted help and placements of people as whole rows, for rooms that work with periods and not with one day."""

import datetime
from collections.abc import Collection
from dataclasses import dataclass, field

from django.db import connection

# Records merged into another count as that one. Placements undone before they began cover no day.
_RECORD = "SELECT id, coalesce(merged_into_id, id) AS root FROM choices_person"
# One set of ids to join: an OR of two conditions would search the first of them anew for each person.
_PEOPLE = f"""
WITH record AS ({_RECORD}), known AS (
    SELECT person_id FROM choices_caredecision WHERE valid_until IS NULL OR valid_until > %(since)s
    UNION
    SELECT person_id FROM allocation_placement WHERE valid_until IS NULL OR valid_until > %(since)s
), wanted AS (
    SELECT r.root AS id FROM record r JOIN known k ON k.person_id = r.id
    UNION
    SELECT id FROM choices_person WHERE reference = ANY (%(also)s)
)
SELECT p.id, p.reference, p.deceased_on FROM choices_person p JOIN wanted w ON w.id = p.id
"""  # noqa: S608
# Of the people (ids) of a list, joined: a condition with a list would search it for each row.
_GRANTED = f"""
WITH record AS ({_RECORD})
SELECT r.root, t.code, d.valid_from, d.valid_until, d.minutes
FROM unnest(%s::bigint[]) AS w (id) JOIN record r ON r.root = w.id JOIN choices_caredecision d ON d.person_id = r.id
JOIN providers_servicetype t ON t.id = d.service_type_id
"""  # noqa: S608
_PLACED = f"""
WITH record AS ({_RECORD})
SELECT r.root, v.code, a.code, l.valid_from, l.valid_until
FROM unnest(%s::bigint[]) AS w (id) JOIN record r ON r.root = w.id JOIN allocation_placement l ON l.person_id = r.id
JOIN providers_contract c ON c.id = l.contract_id JOIN providers_provider v ON v.id = c.provider_id
JOIN providers_area a ON a.id = c.area_id
WHERE l.valid_until IS NULL OR l.valid_until > l.valid_from
"""  # noqa: S608

Granted = tuple[str, datetime.date, datetime.date | None, int]
Placed = tuple[str, str, datetime.date, datetime.date | None]


@dataclass(slots=True)
class PersonPeriods:
    """``granted``: service code, period, minutes a month. ``placed``: provider and area codes, period."""

    id: int
    reference: str
    deceased_on: datetime.date | None
    granted: list[Granted] = field(default_factory=list)
    placed: list[Placed] = field(default_factory=list)


def people_since(day: datetime.date, *, also: Collection[str] = ()) -> dict[int, PersonPeriods]:
    """Primary key → everything granted and decided of the people with help or a placement on ``day`` or later.

    ``also``: references of people who are included in any case.
    """
    with connection.cursor() as cursor:
        cursor.execute(_PEOPLE, {"since": day, "also": list(also)})
        people = {row[0]: PersonPeriods(*row) for row in cursor.fetchall()}
        ids = [list(people)]
        cursor.execute(_GRANTED, ids)
        for root, *granted in cursor.fetchall():
            people[root].granted.append(tuple(granted))
        cursor.execute(_PLACED, ids)
        for root, *placed in cursor.fetchall():
            people[root].placed.append(tuple(placed))
    return people
