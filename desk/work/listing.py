"""The work list: all open items in one list by deadline, with officers' marks."""

import datetime
from collections.abc import Sequence
from itertools import groupby
from typing import Any

from django.db import connection

from accounts.actors import Actor
from choices.selectors import visible_persons
from desk.models import WorkMark
from desk.work.item import Item
from desk.work.item_table import item_table
from desk.work.page import Filters, KindCount, Line, WorkPage
from desk.work.registry import KINDS

# Lines of a page.
LINES = 50

# A statement, and its parameters.
_Sql = tuple[str, list[Any]]

# Columns of the table ``item`` that an ``Item`` is made of.
_ITEM = "kind, reference, person_id, due, detail, mark_id, owner_id"

_WHOSE = {
    "alla": "NOT snoozed",
    "mina": "NOT snoozed AND owner_id = %s",
    "lediga": "NOT snoozed AND owner_id IS NULL",
    "vilar": "snoozed",
}


def work_page(*, actor: Actor, today: datetime.date, filters: Filters) -> WorkPage:
    """A page of the list, and all counts, from the same moment."""
    table = item_table(KINDS.for_actor(actor), actor=actor, today=today)
    if not table.sql:
        return WorkPage([], [])
    counts, of_counts = _counts_statement(actor, today, filters)
    lines, of_lines = _lines_statement(actor, filters)
    # One statement: the items are read once, and counts and lines are from the same moment.
    both = f"{table.sql} SELECT 1, {_as_json(counts)} UNION ALL SELECT 2, {_as_json(lines)} ORDER BY 1"
    (_, counted), (_, rows) = _rows(both, [*table.parameters, *of_counts, *of_lines])
    by_kind, numbers = _read_counts(counted)
    found = [list(those) for _, those in groupby(rows, key=_place)]
    shown = found[:LINES]
    items = iter(_items([_from_json(row[3:]) for line in shown for row in line], actor))
    return WorkPage(
        lines=[Line([next(items) for _row in line]) for line in shown],
        counts=by_kind,
        **numbers,
        after=".".join(map(str, _place(shown[-1][0]))) if len(found) > LINES else None,
    )


def one_item(*, key: str, actor: Actor, today: datetime.date) -> Item | None:
    """The item, if it still exists and ``actor`` may act on it."""
    code, _, reference = key.partition(":")
    if code not in KINDS or not actor.may(KINDS[code].right):
        return None
    table = item_table([KINDS[code]], actor=actor, today=today)
    if not table.sql:
        return None
    sql = f"{table.sql} SELECT {_ITEM} FROM item WHERE reference = %s"
    items = _items(_rows(sql, [*table.parameters, reference]), actor)
    return items[0] if items else None


# --- Lines ------------------------------------------------------------------------------------------------------


def _lines_statement(actor: Actor, filters: Filters) -> _Sql:
    """Statement of a page's items, each as JSON: the place of its line, then ``_ITEM``.

    A line is the items of one subject (a person, or the item itself without one), by kind of one subject and kind. Its
    place is (section, first_due, first_key): the number of the kind by kind, otherwise 0; its first deadline; its first
    key. One line more than a page is read, to see whether another page follows.
    """
    section = "array_position(%s::text[], kind)" if filters.by_kind else "0"
    of_section: list[Any] = [[kind.code for kind in KINDS]] if filters.by_kind else []
    where, of_where = _where(actor, filters)
    after, of_after = _after(filters.after)
    sql = (
        f"SELECT json_build_array(section, first_due, first_key, {_ITEM}) FROM ("
        " SELECT *, dense_rank() OVER (ORDER BY section, first_due, first_key) AS line FROM ("
        " SELECT *, min(due) OVER of_subject AS first_due, min(key) OVER of_subject AS first_key FROM ("
        f" SELECT *, {section} AS section, coalesce(person_id::text, key) AS subject FROM item WHERE {where}"
        " ) i WINDOW of_subject AS (PARTITION BY section, subject)"
        f" ) i WHERE {after}"
        f" ) i WHERE line <= {LINES + 1} ORDER BY section, first_due, first_key, due, key"
    )
    return sql, [*of_section, *of_where, *of_after]


def _place(row: list[Any]) -> tuple[int, str, str]:
    """The place of a line, from any of its rows."""
    section, first_due, first_key = row[:3]
    return section, first_due, first_key


def _after(text: str) -> _Sql:
    """Condition on lines after the place, as ``WorkPage.after`` has it. What is no place is ignored."""
    section, day, key = (*text.split(".", 2), "", "", "")[:3]
    first_due = _day(day)
    if not key or not section.isdecimal() or len(section) > 4 or first_due is None:
        return "true", []
    return "(section, first_due, first_key) > (%s, %s, %s)", [int(section), first_due, key]


def _day(text: str) -> datetime.date | None:
    """The day itself is passed on: Python reads forms that the database does not, such as ``2020-W48-1``."""
    try:
        return datetime.date.fromisoformat(text)
    except ValueError:
        return None


def _where(actor: Actor, filters: Filters) -> _Sql:
    whose = filters.whose if filters.whose in _WHOSE else "alla"
    area, of_area = _in_area(filters)
    conditions = [_WHOSE[whose], area]
    parameters: list[Any] = [*([actor.user_id] if whose == "mina" else []), *of_area]
    if filters.kind:
        conditions.append("kind = %s")
        parameters.append(filters.kind)
    return " AND ".join(conditions), parameters


def _in_area(filters: Filters) -> _Sql:
    """Items without a person concern all areas."""
    if not filters.area:
        return "true", []
    return "(area_id IS NULL OR area_id IN (SELECT id FROM providers_area WHERE code = %s))", [filters.area]


# --- Counts -----------------------------------------------------------------------------------------------------


def _counts_statement(actor: Actor, today: datetime.date, filters: Filters) -> _Sql:
    """Statement of the counts of each kind, as JSON: the kind, then the numbers in the order of ``_NUMBERS``."""
    area, of_area = _in_area(filters)
    sql = (
        f"SELECT json_build_array(kind, count(*) FILTER (WHERE {_WHOSE['alla']}),"
        f" count(*) FILTER (WHERE {_WHOSE['alla']} AND due < %s),"
        f" count(*) FILTER (WHERE {_WHOSE['mina']}), count(*) FILTER (WHERE {_WHOSE['lediga']}),"
        f" count(*) FILTER (WHERE {_WHOSE['vilar']})) FROM item WHERE {area} GROUP BY kind"
    )
    return sql, [today, actor.user_id, *of_area]


_NUMBERS = ("total", "late", "mine", "free", "snoozed")


def _read_counts(rows: list[list[Any]]) -> tuple[list[KindCount], dict[str, int]]:
    """Rows of ``_counts_statement``: the counts of the kinds in order, and the numbers of all together."""
    numbers = {kind: each for kind, *each in rows}
    by_kind = [KindCount(kind, *numbers[kind.code][:2]) for kind in KINDS if numbers.get(kind.code, [0])[0]]
    return by_kind, {name: sum(each[place] for each in numbers.values()) for place, name in enumerate(_NUMBERS)}


# --- Rows -------------------------------------------------------------------------------------------------------


def _as_json(sql: str) -> str:
    """The rows of a statement with one JSON column, in its order, as one array."""
    return f"(SELECT coalesce(json_agg(r.value), '[]'::json) FROM ({sql}) AS r (value))"


def _rows(sql: str, parameters: list[Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return list(cursor.fetchall())


def _from_json(row: Sequence[Any]) -> tuple[Any, ...]:
    """A row of ``_ITEM``."""
    kind, reference, person, due, *others = row
    return kind, reference, person, datetime.date.fromisoformat(due), *others


def _items(rows: list[tuple[Any, ...]], actor: Actor) -> list[Item]:
    """Items from rows of ``_ITEM``."""
    persons = visible_persons(actor=actor).select_related("area").in_bulk([row[2] for row in rows if row[2]])
    marks = WorkMark.objects.select_related("owner").in_bulk([row[5] for row in rows if row[5]])
    return [
        Item(
            kind=KINDS[kind],
            reference=reference,
            due=due,
            raw=detail,
            person=persons.get(person),
            owner=mark.owner if (mark := marks.get(mark_id)) and owner_id else None,
            mark=mark,
        )
        for kind, reference, person, due, detail, mark_id, owner_id in rows
    ]
