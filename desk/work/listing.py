"""The work list: all open items in one list by deadline, with officers' marks."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from django.db import connection

from accounts.actors import Actor
from choices.models import Person
from choices.selectors import visible_persons
from desk.models import WorkMark
from desk.work.columns import NAMES
from desk.work.item import Item
from desk.work.kind import Group, Kind
from desk.work.registry import KINDS

ROWS = 50


@dataclass(frozen=True)
class Filters:
    """``whose``: ``alla``, ``mina``, ``lediga`` (not taken) or ``vilar`` (snoozed). ``by_kind``: one kind after the
    other, instead of all by deadline.
    """

    kind: str = ""
    area: str = ""
    whose: str = "alla"
    after: str = ""
    by_kind: bool = False


@dataclass(frozen=True)
class KindCount:
    kind: Kind
    count: int
    late: int


@dataclass(frozen=True)
class Line:
    """A row of the list: the items of one person, or one without a person, by deadline."""

    items: list[Item]

    @property
    def person(self) -> Person | None:
        return self.items[0].person

    @property
    def due(self) -> datetime.date:
        return self.items[0].due


@dataclass(frozen=True)
class WorkPage:
    """``lines``: a row per person; by kind a row per person and kind."""

    lines: list[Line]
    counts: list[KindCount]
    total: int
    late: int
    mine: int
    free: int
    resting: int
    after: str | None

    @property
    def items(self) -> list[Item]:
        return [item for line in self.lines for item in line.items]

    @property
    def by_kind(self) -> list[tuple[KindCount | None, Kind, list[Line]]]:
        """The lines of each kind in order, with its count."""
        counts = {line.kind.code: line for line in self.counts}
        parts = groupby(self.lines, key=lambda line: line.items[0].kind)
        return [(counts.get(kind.code), kind, list(lines)) for kind, lines in parts]

    @property
    def groups(self) -> list[tuple[Group, list[KindCount]]]:
        """Counts displayed beside the list."""
        return [(group, list(lines)) for group, lines in groupby(self.counts, key=lambda line: line.kind.group)]


_COLUMNS = "kind, reference, person_id, due, detail, mark_id"
_WHERE = {
    "alla": "NOT resting",
    "mina": "NOT resting AND owner_id = %s",
    "lediga": "NOT resting AND owner_id IS NULL",
    "vilar": "resting",
}


def work_page(*, actor: Actor, today: datetime.date, filters: Filters) -> WorkPage:
    """A page of the list, and all counts, from the same moment."""
    union, parameters = _union(KINDS.for_actor(actor), actor, today)
    if not union:
        return WorkPage([], [], 0, 0, 0, 0, 0, None)
    counting, of_counts = _counting(actor, today, filters)
    page, of_rows = _page(actor, filters)
    # One statement: the union is read once, and counts and rows are from the same moment.
    both = f"{union} SELECT 1, {_as_json(counting)} UNION ALL SELECT 2, {_as_json(page)} ORDER BY 1"
    (_, counted), (_, rows) = _rows(both, [*parameters, *of_counts, *of_rows])
    counts, whole = _counts(counted)
    starts = [list(those) for _start, those in groupby(rows, key=lambda row: row[:3])]
    items = iter(_items([_row(*row[3:]) for start in starts[:ROWS] for row in start], actor))
    lines = [Line([next(items) for _row in start]) for start in starts[:ROWS]]
    part, due, label = starts[ROWS - 1][0][:3] if len(starts) > ROWS else (0, "", "")
    return WorkPage(lines=lines, counts=counts, **whole, after=f"{part}.{due}.{label}" if due else None)


def _page(actor: Actor, filters: Filters) -> tuple[str, list[Any]]:
    """Statement of a page's items as JSON. A line is the items of one person, or one item without a person; it is
    placed by its first deadline. Each row has section, first deadline and first key of its line, then `_COLUMNS`. One
    line more than a page is read, to see whether another page follows.
    """
    where, more = _conditions(actor, filters)
    part = "array_position(%s::text[], kind)" if filters.by_kind else "0"
    order: list[Any] = [[kind.code for kind in KINDS]] if filters.by_kind else []
    found = f"SELECT *, {part} AS part, coalesce(person_id::text, key) AS who FROM item WHERE {where}"
    number, day, label = (*filters.after.split(".", 2), "", "", "")[:3]
    having, after = "", []
    if label and number.isdecimal() and len(number) < 5 and _is_day(day):
        having, after = "HAVING (part, min(due), min(key)) > (%s, %s, %s)", [int(number), day, label]
    lines = (
        f"SELECT part, who, min(due) AS first, min(key) AS label FROM found GROUP BY part, who {having}"
        f" ORDER BY part, first, label LIMIT {ROWS + 1}"
    )
    sql = (
        f"SELECT json_build_array(l.part, l.first, l.label, {_COLUMNS})"
        f" FROM (WITH found AS ({found}) SELECT l.part, l.first, l.label, f.* FROM ({lines}) l"
        " JOIN (SELECT kind, reference, person_id, due, detail, mark_id, key, part AS of_part, who FROM found) f"
        " ON f.of_part = l.part AND f.who = l.who) l ORDER BY l.part, l.first, l.label, l.due, l.key"
    )
    return sql, [*order, *more, *after]


def one_item(*, key: str, actor: Actor, today: datetime.date) -> Item | None:
    """The item, if it still exists and ``actor`` may act on it."""
    code, _, reference = key.partition(":")
    if code not in KINDS or not actor.may(KINDS[code].right):
        return None
    union, parameters = _union([KINDS[code]], actor, today)
    if not union:
        return None
    sql = f"{union} SELECT {_COLUMNS} FROM item WHERE reference = %s"
    items = _items(_rows(sql, [*parameters, reference]), actor)
    return items[0] if items else None


def _union(kinds: Sequence[Kind], actor: Actor, today: datetime.date) -> tuple[str, list[Any]]:
    """The kinds as one table ``item``, joined with their marks, without done items."""
    parts: list[str] = []
    parameters: list[Any] = []
    for kind in kinds:
        for rows in kind.rows(actor=actor, today=today):
            if rows.sql:
                parts.append(f"SELECT '{kind.code}' AS kind, r.* FROM ({rows.sql}) AS r ({NAMES})")
                parameters += rows.parameters
    if not parts:
        return "", []
    everything = " UNION ALL ".join(parts)
    return (
        "WITH item AS (SELECT i.*, i.kind || ':' || i.reference AS key, m.id AS mark_id, m.owner_id,"
        " coalesce(m.rests_until > %s, false) AS resting"
        f" FROM ({everything}) i LEFT JOIN casework_workmark m ON m.key = i.kind || ':' || i.reference"
        " WHERE m.done_at IS NULL)",
        [today, *parameters],
    )


def _conditions(actor: Actor, filters: Filters) -> tuple[str, list[Any]]:
    whose = filters.whose if filters.whose in _WHERE else "alla"
    where = [_WHERE[whose]]
    parameters: list[Any] = [actor.user_id] if whose == "mina" else []
    if filters.kind:
        where.append("kind = %s")
        parameters.append(filters.kind)
    if filters.area:
        # Items without a person concern all areas.
        where.append("(area_id IS NULL OR area_id IN (SELECT id FROM providers_area WHERE code = %s))")
        parameters.append(filters.area)
    return " AND ".join(where), parameters


def _is_day(text: str) -> bool:
    try:
        datetime.date.fromisoformat(text)
    except ValueError:
        return False
    return True


def _counting(actor: Actor, today: datetime.date, filters: Filters) -> tuple[str, list[Any]]:
    """Statement of the counts per kind: not snoozed, late ones, by assignee, and snoozed ones."""
    where, more = _conditions(actor, Filters(area=filters.area))
    area = where.replace("NOT resting", "true", 1)
    sql = (
        "SELECT json_build_array(kind, count(*) FILTER (WHERE NOT resting),"
        " count(*) FILTER (WHERE NOT resting AND due < %s),"
        " count(*) FILTER (WHERE NOT resting AND owner_id = %s),"
        " count(*) FILTER (WHERE NOT resting AND owner_id IS NULL),"
        f" count(*) FILTER (WHERE resting)) FROM item WHERE {area} GROUP BY kind"
    )
    return sql, [today, actor.user_id, *more]


def _counts(rows: list[list[Any]]) -> tuple[list[KindCount], dict[str, int]]:
    """Per kind: items that are not snoozed, and late ones among them. And the counts by assignee, over all kinds."""
    found = {kind: numbers for kind, *numbers in rows}
    counts = [KindCount(kind, *found[kind.code][:2]) for kind in KINDS if kind.code in found and found[kind.code][0]]
    names = ("total", "late", "mine", "free", "resting")
    return counts, {name: sum(numbers[place] for numbers in found.values()) for place, name in enumerate(names)}


def _as_json(sql: str) -> str:
    """The rows of a statement with one JSON column, in its order, as one array."""
    return f"(SELECT coalesce(json_agg(r.line), '[]'::json) FROM ({sql}) AS r (line))"


def _row(kind: str, reference: str, person: int | None, due: str, detail: str, mark: int | None) -> tuple[Any, ...]:
    return kind, reference, person, datetime.date.fromisoformat(due), detail, mark


def _rows(sql: str, parameters: list[Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return list(cursor.fetchall())


def _items(rows: list[tuple[Any, ...]], actor: Actor) -> list[Item]:
    persons = visible_persons(actor=actor).select_related("area").in_bulk([row[2] for row in rows if row[2]])
    marks = WorkMark.objects.select_related("owner").in_bulk([row[5] for row in rows if row[5]])
    return [
        Item(
            kind=KINDS[kind],
            reference=reference,
            due=due,
            raw=detail,
            person=persons.get(person),
            owner=mark.owner if (mark := marks.get(mark_id)) else None,
            mark=mark,
        )
        for kind, reference, person, due, detail, mark_id in rows
    ]
