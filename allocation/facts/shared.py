"""Results that are the same for everybody (providers' terms, rounds, the municipality), kept in the process until the
data under them changes.

A result is valid while no change that may concern everybody is recorded outside the snapshot it was checked in
(``FactChange``, docs/adr/0026). One query a request checks all of them. Tables with such a record: allocation/sql.
"""

import threading
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar, cast
from weakref import WeakKeyDictionary

from django.db import connection, models
from django.http import HttpRequest

from common import rows

T = TypeVar("T")
M = TypeVar("M", bound=models.Model)

# Change records are stored for a day.
_CHECK = """
SELECT pg_current_snapshot()::text, pg_postmaster_start_time(), now(),
    pg_postmaster_start_time() = %(server_start)s AND now() BETWEEN %(at)s AND %(at)s + interval '12 hours'
    AND NOT EXISTS (
        SELECT 1 FROM allocation_factchange c
        WHERE c.person IS NULL AND c.transaction >= pg_snapshot_xmin(%(snapshot)s::pg_snapshot)::text::bigint
            AND NOT pg_visible_in_snapshot(c.transaction::text::xid8, %(snapshot)s::pg_snapshot)
            -- A record with a later number comes with a backup of another server.
            AND c.transaction < pg_snapshot_xmax(pg_current_snapshot())::text::bigint
    )
"""
_MOMENT = "SELECT pg_current_snapshot()::text, pg_postmaster_start_time(), now(), false"
_COLUMNS = ("snapshot", "server_start", "at")
_ROWS = "SELECT found.*, checked.* FROM ({rows}) AS found CROSS JOIN ({check}) AS checked"
_CHECKED = ("shared_snapshot", "shared_server_start", "shared_at", "shared_valid")


class Shared:
    """Results by key. Readers must not change them: other requests read the same objects.

    ``moment``: snapshot in which they were last valid. None: the results belong to one caller and are not
    kept.
    """

    def __init__(self, moment: dict[str, Any] | None = None) -> None:
        self.moment = moment
        self._found: dict[tuple[object, ...], object] = {}

    def get(self, key: tuple[object, ...], compute: Callable[[], T]) -> T:
        """The result of ``compute``, which reads tables with change records only."""
        if key in self._found:
            return cast("T", self._found[key])
        found = compute()
        # This transaction may have written to the tables that were read.
        if self.moment is None or not connection.in_atomic_block:
            self._found[key] = found
        return found


_lock = threading.Lock()
_latest = Shared()
_of_requests: WeakKeyDictionary[HttpRequest, Shared] = WeakKeyDictionary()


def current() -> Shared:
    """The kept results, if they are still valid; otherwise empty ones. Inside a transaction always empty ones."""
    if connection.in_atomic_block:
        return Shared()
    before = _latest
    moment = before.moment
    with connection.cursor() as cursor:
        cursor.execute(_CHECK if moment else _MOMENT, moment)
        *now, valid = cursor.fetchone()
    return _checked(before, now, valid=valid)


def _checked(before: Shared, now: list[Any], *, valid: bool) -> Shared:
    global _latest
    with _lock:
        if not valid:
            _latest = Shared(dict(zip(_COLUMNS, now, strict=True)))
            return _latest
        # Nothing has changed until now: the next check begins here. An older moment is valid as well.
        before.moment = dict(zip(_COLUMNS, now, strict=True))
        return before


def of(request: HttpRequest) -> Shared:
    """``current``, checked once for each request."""
    if request not in _of_requests:
        _of_requests[request] = current()
    return _of_requests[request]


def first(
    request: HttpRequest,
    model: type[M],
    sql: str,
    values: dict[str, Any],
    *,
    related: Mapping[str, type[models.Model]] | None = None,
    more: Sequence[str] = (),
) -> M | None:
    """``common.rows.first``. The same query checks the kept results of the request."""
    if connection.in_atomic_block or request in _of_requests:
        return rows.first(model, sql, values, related=related, more=more)
    before = _latest
    moment = before.moment
    together = _ROWS.format(check=_CHECK if moment else _MOMENT, rows=sql)
    both = {**(moment or {}), **values}
    found = rows.first(model, together, both, related=related, more=(*more, *_CHECKED))
    if found is not None:
        *now, valid = (vars(found)[name] for name in _CHECKED)
        _of_requests[request] = _checked(before, now, valid=valid)
    return found


def forget() -> None:
    """For tests, whose databases follow each other in one process."""
    global _latest
    _latest = Shared()
