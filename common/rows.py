"""Objects of a fixed query, in half the time of ``Model.objects.raw``: for the queries that each request runs.

PostgreSQL plans such a query once per connection (``prepare_threshold`` of the settings): planning takes longer than
running it. Behind a pool it plans each time.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from typing import Any, NamedTuple, TypeVar

import psycopg
from django.db import connection, models
from django.db.backends.utils import CursorWrapper
from django_prometheus.db.common import ExportingCursorWrapper

M = TypeVar("M", bound=models.Model)


@cache
def columns(model: type[models.Model], table: str) -> str:
    """The columns of all fields, for a ``SELECT`` from ``table`` (its name or alias).

    Raises:
        TypeError: a field is stored in another form than it is read.
    """
    fields = model._meta.concrete_fields
    if wrong := [field.name for field in fields if _is_converted(field)]:
        raise TypeError(f"{model.__name__} cannot be read by a fixed query: {wrong}")
    return ", ".join(f'{table}."{field.column}"' for field in fields)


def first(
    model: type[M],
    sql: str,
    values: Mapping[str, Any] | Sequence[Any],
    *,
    related: Mapping[str, type[models.Model]] | None = None,
    more: Sequence[str] = (),
) -> M | None:
    """The first row of ``sql`` as an object. It selects ``columns``, then those of each model in ``related``, set as an
    attribute of that name (None: no row), and then the attributes ``more``.
    """
    row = _fetch(sql, values)
    return None if row is None else _objects([Fixed(model, sql, related or {}, more)], row)[0]


class Fixed(NamedTuple):
    """A fixed query of at most one row, with the arguments of ``first``."""

    model: type[models.Model]
    sql: str
    related: Mapping[str, type[models.Model]] = {}
    more: Sequence[str] = ()


def first_of_each(*queries: Fixed, values: Mapping[str, Any]) -> list[Any]:
    """``first`` of each query, all in one statement. ``values``: those of all of them, by name."""
    row = _fetch(_together(tuple(each.sql for each in queries)), values)
    return [each if each.pk is not None else None for each in _objects(queries, row or ())]


@cache
def _together(queries: tuple[str, ...]) -> str:
    joined = " ".join(f"LEFT JOIN LATERAL ({sql}) q{number} ON true" for number, sql in enumerate(queries))
    columns = ", ".join(f"q{number}.*" for number in range(len(queries)))
    return f"SELECT {columns} FROM (SELECT) nothing {joined}"  # noqa: S608 (fixed queries)


def run(sql: str, values: Mapping[str, Any] | Sequence[Any]) -> int:
    """Run a fixed statement. Returns the number of rows it has written."""
    with _planned_once() as cursor:
        cursor.execute(sql, values)
        return int(cursor.rowcount)


def _fetch(sql: str, values: Mapping[str, Any] | Sequence[Any]) -> tuple[Any, ...] | None:
    with _planned_once() as cursor:
        cursor.execute(sql, values)
        row: tuple[Any, ...] | None = cursor.fetchone()
    if connection.queries_logged:
        # psycopg does not keep the text of a statement that is planned already.
        latest = connection.queries_log[-1]
        latest["sql"] = latest["sql"] or sql
    return row


def _objects(queries: Sequence[Fixed], row: tuple[Any, ...]) -> list[Any]:
    """Objects of the columns, with their related ones and attributes.

    Raises:
        ValueError: other columns than named.
    """
    found: list[Any] = []
    for each in queries:
        one, row = _read(each.model, row)
        for name, other in each.related.items():
            linked, row = _read(other, row)
            setattr(one, name, linked if linked.pk is not None else None)
        for name, value in zip(each.more, row[: len(each.more)], strict=True):
            setattr(one, name, value)
        row = row[len(each.more) :]
        found.append(one)
    if row:
        raise ValueError("more columns than named")
    return found


def _read(model: type[M], row: tuple[Any, ...]) -> tuple[M, tuple[Any, ...]]:
    """Object of the first columns, and the other columns."""
    names = _names(model)
    return model.from_db(connection.alias, names, row[: len(names)]), row[len(names) :]


@contextmanager
def _planned_once() -> Iterator[CursorWrapper]:
    """A cursor that sends values apart from the query. Django's own writes them into it: another text, another plan."""
    with connection.cursor() as cursor:
        cursor.cursor = _counted(connection.alias, connection.vendor)(connection.connection)
        yield cursor


@cache
def _counted(alias: str, vendor: str) -> "type[psycopg.Cursor[Any]]":
    """Its queries are counted like all others (``DATABASE_ENGINE``)."""
    counted: type[psycopg.Cursor[Any]] = ExportingCursorWrapper(psycopg.Cursor, alias, vendor)
    return counted


@cache
def _names(model: type[models.Model]) -> list[str]:
    return [field.attname for field in model._meta.concrete_fields]


def _is_converted(field: "models.Field[Any, Any]") -> bool:
    column = field.get_col(field.model._meta.db_table)
    return bool(connection.ops.get_db_converters(column) or column.get_db_converters(connection))
