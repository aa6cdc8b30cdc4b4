"""Columns of the work list: shared by every kind's rows, with the same types, for a UNION."""

import re
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db.models import BigIntegerField, CharField, DateField, F, Func, QuerySet, Subquery, Value
from django.db.models.functions import Cast, TruncDate

from common.clock import STOCKHOLM

NAMES = "reference, person_id, area_id, due, detail"


@dataclass(frozen=True)
class Rows:
    """A SELECT of the columns ``NAMES``. Empty: no rows."""

    sql: str = ""
    parameters: tuple[Any, ...] = ()


def columns(
    rows: QuerySet[Any], *, due: Any, reference: Any = "reference", person: Any = "person", detail: Any = None
) -> Rows:
    """Columns of a query.

    Args:
        due: the last day, a field or an expression.
        reference: names the item together with the kind.
        person: the field of the person, "pk" for a query of persons, None for items without a person.
    """
    empty = Cast(Value(None), BigIntegerField())
    area = {"pk": "area", None: None}.get(person, f"{person}__area")
    listed = rows.order_by().values_list(
        Cast(reference, CharField()),
        Cast(F(person), BigIntegerField()) if person else empty,
        Cast(F(area), BigIntegerField()) if area else empty,
        Cast(due, DateField()),
        Cast(detail or Value(""), CharField()),
    )
    return _select(listed)


def ids_of(people: QuerySet[Any]) -> Rows:
    """Their ids, for a condition ``IN``. Without an order: the database would sort everybody."""
    return _select(people.order_by().values("pk"))


def _select(rows: QuerySet[Any]) -> Rows:
    try:
        sql, parameters = rows.query.sql_with_params()
    except EmptyResultSet:
        return Rows()
    return Rows(sql, parameters)


def from_named(sql: str, parameters: dict[str, Any]) -> Rows:
    """Rows of a statement with named parameters (allocation.facts)."""
    given: list[Any] = []

    def place(found: re.Match[str]) -> str:
        given.append(parameters[found[1]])
        return "%s"

    return Rows(re.sub(r"%\((\w+)\)s", place, sql), tuple(given))


def days_after(moment: Any, days: int | Subquery) -> Func:
    """A date plus so many days."""
    day, count = Cast(moment, DateField()), Value(days) if isinstance(days, int) else days
    return Func(day, count, template="(%(expressions)s)", arg_joiner=" + ", output_field=DateField())


def day_of(field: str) -> TruncDate:
    """The Swedish day of a moment."""
    return TruncDate(field, tzinfo=STOCKHOLM)
