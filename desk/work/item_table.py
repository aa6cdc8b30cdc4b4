"""The items of all kinds of work as one table in SQL, with the officers' marks."""

import datetime
from collections.abc import Iterable
from functools import lru_cache

from accounts.actors import Actor
from accounts.roles import roles_with
from desk.work.columns import NAMES, Rows
from desk.work.kind import Kind, ScannedKind

# Officers times kinds; each is a few thousand characters of SQL.
_KEPT = 2_000


def item_table(kinds: Iterable[Kind], *, actor: Actor, today: datetime.date) -> Rows:
    """``WITH item AS (…)``, to be followed by a SELECT: the open items of the kinds, without those that are done.

    Columns: ``kind`` (code), ``roles`` (names of those that may act on it), those of ``columns.NAMES``, ``key``,
    ``mark_id``, ``owner_id`` (the officer who has taken it, while they may still act on it) and ``snoozed``. Empty: the
    kinds have no rows for this actor.
    """
    selects: list[str] = []
    parameters: list[object] = []
    for kind in kinds:
        roles = [role.value for role in roles_with(kind.right)]
        for rows in _composed(kind, actor, today, _scanned(kind, today)):
            selects.append(f"SELECT '{kind.code}' AS kind, %s::text[] AS roles, r.* FROM ({rows.sql}) AS r ({NAMES})")
            parameters += [roles, *rows.parameters]
    if not selects:
        return Rows()
    return Rows(
        "WITH item AS (SELECT i.*, i.kind || ':' || i.reference AS key, m.id AS mark_id, o.id AS owner_id,"
        " coalesce(m.rests_until > %s, false) AS snoozed"
        f" FROM ({' UNION ALL '.join(selects)}) i"
        " LEFT JOIN casework_workmark m ON m.key = i.kind || ':' || i.reference"
        " LEFT JOIN accounts_user o ON o.id = m.owner_id AND o.is_active AND EXISTS ("
        "SELECT FROM accounts_user_groups u JOIN auth_group g ON g.id = u.group_id"
        " WHERE u.user_id = o.id AND g.name = ANY (i.roles))"
        " WHERE m.done_at IS NULL)",
        (today, *parameters),
    )


def _scanned(kind: Kind, today: datetime.date) -> tuple[int, ...]:
    return kind.candidates(today=today) if isinstance(kind, ScannedKind) else ()


@lru_cache(maxsize=_KEPT)
def _composed(kind: Kind, actor: Actor, today: datetime.date, candidates: tuple[int, ...]) -> tuple[Rows, ...]:
    """The statements of a kind. Composing them by the ORM takes longer than running them, and they depend on nothing
    else than these arguments (``Kind.rows``).
    """
    if isinstance(kind, ScannedKind):
        rows = kind.rows_among(candidates, actor=actor, today=today) if candidates else ()
    else:
        rows = kind.rows(actor=actor, today=today)
    return tuple(each for each in rows if each.sql)
