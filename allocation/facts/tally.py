"""Stored results for whole areas (queue sizes, room, waiters), valid until the data under them changes.

Triggers record each transaction that writes to a table the facts are read from (``FactChange``). A result stores the
snapshot it was computed in and is valid while no recorded transaction outside that snapshot is visible (docs/adr/0026).
A change and its record become visible at the same moment.
"""

import datetime
import json
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from functools import partial
from typing import Any

import structlog
from django.core.serializers.json import DjangoJSONEncoder
from django.db import DatabaseError, connection, transaction

from allocation.facts.scope import Scope, in_areas
from allocation.facts.statements import Row, query
from providers.models import Area

log = structlog.get_logger(__name__)

# Rows are valid for at most half a day; change records are stored for a whole day.
_VALID_ROWS = """
SELECT t.what, t.area_id, t.rows FROM allocation_areatally t
WHERE t.what = ANY(%(whats)s) AND t.day = %(day)s AND t.area_id = ANY(%(areas)s)
    AND t.server_start = pg_postmaster_start_time() AND t.counted_at BETWEEN now() - interval '12 hours' AND now()
    AND NOT EXISTS (
        SELECT 1 FROM allocation_factchange c
        WHERE c.transaction >= pg_snapshot_xmin(t.snapshot::pg_snapshot)::text::bigint
            AND NOT pg_visible_in_snapshot(c.transaction::text::xid8, t.snapshot::pg_snapshot)
            -- A record with a later number comes with a backup of another server.
            AND c.transaction < pg_snapshot_xmax(pg_current_snapshot())::text::bigint
            -- A move is recorded as a change for everybody, so the person's area has not changed since the record.
            AND coalesce((
                SELECT coalesce(m.area_id, p.area_id) FROM choices_person p
                LEFT JOIN choices_person m ON m.id = p.merged_into_id WHERE p.id = c.person
            ), t.area_id) = t.area_id
    )
"""
_STORE_ROWS = """
INSERT INTO allocation_areatally (what, area_id, day, rows, snapshot, server_start, counted_at)
SELECT %(what)s, (each.key)::bigint, %(day)s, each.value, %(snapshot)s, %(server_start)s, %(counted_at)s
FROM jsonb_each(%(rows)s::jsonb) each ORDER BY (each.key)::bigint
ON CONFLICT (what, area_id, day) DO UPDATE
SET rows = excluded.rows, snapshot = excluded.snapshot, server_start = excluded.server_start,
    counted_at = excluded.counted_at
WHERE allocation_areatally.counted_at < excluded.counted_at
"""
_DELETE_OLD = (
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


def cached_rows(
    statement: str,
    areas: Collection[int],
    *,
    day: datetime.date,
    about: int = 0,
    scope: Callable[[Collection[int]], Scope] = in_areas,
    **parameters: Any,
) -> dict[int, Rows] | None:
    """Rows of a statement by area id, without the area, its first column; as decoded from JSON (dates are text).

    ``about``: id of the provider or round the statement is about. None inside a transaction, which may have written
    to these tables: query the facts instead.
    """
    if connection.in_atomic_block:
        return None
    what = CacheKey(statement, about).what
    found = {area: rows for (_what, area), rows in _stored([what], areas, day).items()}
    if missing := [area for area in areas if area not in found]:
        found |= _compute_and_store(
            what, missing, day, lambda: query(statement, scope=scope(missing), day=day, **parameters)
        )
    return found


@dataclass(frozen=True)
class CacheKey:
    """Key of a cached result: a statement, about one provider or round (id) or about none (0)."""

    statement: str
    about: int = 0

    @property
    def what(self) -> str:
        return f"{self.statement} {self.about}"


def cached_rows_together(
    keys: Collection[CacheKey], area: int, *, day: datetime.date, scope: Callable[[CacheKey], Scope]
) -> dict[CacheKey, Rows] | None:
    """Rows by key; the stored ones are read in one query. None as in ``cached_rows``.

    ``scope``: given a key, the people or areas that its rows are computed for.
    """
    if connection.in_atomic_block:
        return None
    stored = _stored([key.what for key in keys], [area], day)
    found = {}
    for key in keys:
        rows = stored.get((key.what, area))
        if rows is None:
            about: dict[str, Any] = {"provider": key.about} if key.about else {}
            ask = partial(query, key.statement, scope=scope(key), day=day, **about)
            rows = _compute_and_store(key.what, [area], day, ask)[area]
        found[key] = rows
    return found


def _stored(whats: list[str], areas: Collection[int], day: datetime.date) -> dict[tuple[str, int], Rows]:
    """Valid stored rows, by `CacheKey.what` and area id."""
    with connection.cursor() as cursor:
        cursor.execute(_VALID_ROWS, {"whats": whats, "day": day, "areas": list(areas)})
        return {(what, area): json.loads(rows) for what, area, rows in cursor.fetchall()}


def of_areas(
    statement: str, areas: Iterable[Area], *, day: datetime.date, about: int = 0, **parameters: Any
) -> list[tuple[Area, Rows]]:
    """Rows of ``cached_rows`` for each area, in the order given. Inside a transaction they are computed."""
    found = {area.pk: area for area in areas}
    rows = cached_rows(statement, found, day=day, about=about, **parameters)
    if rows is None:
        rows = _by_area(found, query(statement, scope=in_areas(found), day=day, **parameters))
        rows = _as_json(rows)[1]
    return [(area, rows[pk]) for pk, area in found.items()]


def _by_area(areas: Iterable[int], rows: Iterable[Row]) -> dict[int, Rows]:
    """Rows by area; an empty list for an area without rows."""
    found: dict[int, Rows] = {area: [] for area in areas}
    for area, *row in rows:
        found[area].append(row)
    return found


def _as_json(rows: dict[int, Rows]) -> tuple[str, dict[int, Rows]]:
    """The rows as JSON text, and decoded from it."""
    text = json.dumps(rows, cls=DjangoJSONEncoder)
    return text, {int(area): each for area, each in json.loads(text).items()}


def _compute_and_store(
    what: str, areas: list[int], day: datetime.date, ask: Callable[[], list[Row]]
) -> dict[int, Rows]:
    with transaction.atomic(), connection.cursor() as cursor:
        # One snapshot for the rows and for the list of visible transactions.
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        cursor.execute(_MOMENT)
        snapshot, server_start, counted_at, may_write = cursor.fetchone()
        text, counted = _as_json(_by_area(areas, ask()))
    if may_write:
        made_in = {"snapshot": snapshot, "server_start": server_start, "counted_at": counted_at}
        _store({"what": what, "day": day, "rows": text, **made_in})
    return counted


def _store(values: dict[str, Any]) -> None:
    """Store the rows. A failure is logged only: the computed rows are correct without being stored."""
    try:
        with connection.cursor() as cursor:
            cursor.execute(_STORE_ROWS, values)
            for statement in _DELETE_OLD:
                cursor.execute(statement)
    except DatabaseError:
        log.warning("results for areas are not stored", exc_info=True)
