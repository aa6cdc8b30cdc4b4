"""Answers about whole areas (how many wait, what takes room, who waits), kept as long as they are so.

Triggers note each transaction that writes in a table the facts are read from (``FactChange``). A count keeps the
snapshot it was made in, and holds as long as no noted transaction outside of that snapshot is seen (docs/adr/0026):
so a change and the note that the counts before it are over are seen in the same moment.
"""

import datetime
import json
from collections.abc import Callable, Collection, Iterable
from typing import Any

import structlog
from django.core.serializers.json import DjangoJSONEncoder
from django.db import DatabaseError, connection, transaction

from allocation.facts.scope import Scope, in_areas
from allocation.facts.statements import Row, query
from providers.models import Area

log = structlog.get_logger(__name__)

# A count is used for half a day at most, and notes are kept for a whole one.
_KEPT = """
SELECT t.area_id, t.rows FROM allocation_areatally t
WHERE t.what = %(what)s AND t.day = %(day)s AND t.area_id = ANY(%(areas)s)
    AND t.server_start = pg_postmaster_start_time() AND t.counted_at BETWEEN now() - interval '12 hours' AND now()
    AND NOT EXISTS (
        SELECT 1 FROM allocation_factchange c
        WHERE c.transaction >= pg_snapshot_xmin(t.snapshot::pg_snapshot)::text::bigint
            AND NOT pg_visible_in_snapshot(c.transaction::text::xid8, t.snapshot::pg_snapshot)
            -- Somebody who moves is noted as everybody: where the person lives now is where they lived then.
            AND coalesce((
                SELECT coalesce(m.area_id, p.area_id) FROM choices_person p
                LEFT JOIN choices_person m ON m.id = p.merged_into_id WHERE p.id = c.person
            ), t.area_id) = t.area_id
    )
"""
_KEEP = """
INSERT INTO allocation_areatally (what, area_id, day, rows, snapshot, server_start, counted_at)
SELECT %(what)s, (each.key)::bigint, %(day)s, each.value, %(snapshot)s, %(server_start)s, %(counted_at)s
FROM jsonb_each(%(rows)s::jsonb) each ORDER BY (each.key)::bigint
ON CONFLICT (what, area_id, day) DO UPDATE
SET rows = excluded.rows, snapshot = excluded.snapshot, server_start = excluded.server_start,
    counted_at = excluded.counted_at
WHERE allocation_areatally.counted_at < excluded.counted_at
"""
_FORGET = (
    """
DELETE FROM allocation_areatally WHERE id IN (
    SELECT id FROM allocation_areatally WHERE counted_at NOT BETWEEN now() - interval '12 hours' AND now()
    FOR UPDATE SKIP LOCKED
)""",
    """
DELETE FROM allocation_factchange WHERE id IN (
    SELECT id FROM allocation_factchange WHERE at < now() - interval '1 day' AND transaction < (
        SELECT min(pg_snapshot_xmin(t.snapshot::pg_snapshot)::text::bigint) FROM allocation_areatally t
    )
    FOR UPDATE SKIP LOCKED
)""",
)


_MOMENT = """
SELECT pg_current_snapshot()::text AS snapshot, pg_postmaster_start_time() AS server_start, now() AS counted_at,
    current_setting('transaction_read_only') = 'off'
"""

Rows = list[list[Any]]


def kept(
    statement: str,
    areas: Collection[int],
    *,
    day: datetime.date,
    about: int = 0,
    scope: Callable[[Collection[int]], Scope] = in_areas,
    **parameters: Any,
) -> dict[int, Rows] | None:
    """Area id → the rows of a statement that tells the area first, without it, as JSON gives them (dates are text).

    ``about``: the number of what it is about besides (a provider, a round). None inside a transaction, which may have
    written itself: then ask the facts.
    """
    if connection.in_atomic_block:
        return None
    what = f"{statement} {about}"
    with connection.cursor() as cursor:
        cursor.execute(_KEPT, {"what": what, "day": day, "areas": list(areas)})
        found: dict[int, Rows] = {area: json.loads(rows) for area, rows in cursor.fetchall()}
    if missing := [area for area in areas if area not in found]:
        found |= _count(what, missing, day, lambda: query(statement, scope=scope(missing), day=day, **parameters))
    return found


def of_areas(
    statement: str, areas: Iterable[Area], *, day: datetime.date, about: int = 0, **parameters: Any
) -> list[tuple[Area, Rows]]:
    """What ``kept`` gives for each of the areas, in their order; inside a transaction the same, asked anew."""
    found = {area.pk: area for area in areas}
    rows = kept(statement, found, day=day, about=about, **parameters)
    if rows is None:
        rows = _by_area(found, query(statement, scope=in_areas(found), day=day, **parameters))
        rows = _as_json(rows)[1]
    return [(area, rows[pk]) for pk, area in found.items()]


def _by_area(areas: Iterable[int], rows: Iterable[Row]) -> dict[int, Rows]:
    """Also of an area where there is nothing."""
    found: dict[int, Rows] = {area: [] for area in areas}
    for area, *row in rows:
        found[area].append(row)
    return found


def _as_json(rows: dict[int, Rows]) -> tuple[str, dict[int, Rows]]:
    """As text, and as JSON gives it back."""
    text = json.dumps(rows, cls=DjangoJSONEncoder)
    return text, {int(area): each for area, each in json.loads(text).items()}


def _count(what: str, areas: list[int], day: datetime.date, ask: Callable[[], list[Row]]) -> dict[int, Rows]:
    with transaction.atomic(), connection.cursor() as cursor:
        # The rows, and the transactions that they show, are of one snapshot.
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        cursor.execute(_MOMENT)
        snapshot, server_start, counted_at, may_write = cursor.fetchone()
        text, counted = _as_json(_by_area(areas, ask()))
    if may_write:
        made_in = {"snapshot": snapshot, "server_start": server_start, "counted_at": counted_at}
        _keep({"what": what, "day": day, "rows": text, **made_in})
    return counted


def _keep(values: dict[str, Any]) -> None:
    """Whatever hinders it: what was counted is right without being kept."""
    try:
        with connection.cursor() as cursor:
            cursor.execute(_KEEP, values)
            for statement in _FORGET:
                cursor.execute(statement)
    except DatabaseError:
        log.warning("counts of areas are not kept", exc_info=True)
