"""Statements in SQL, each prefixed with the relations it names (``relations.sql``)."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection

from allocation.facts.scope import Scope

Row = tuple[Any, ...]

_HERE = Path(__file__).parent
_PART = re.compile(r"^-- (?:relation|statement): (\w+)\n", re.MULTILINE)
_PARAMETER = re.compile(r"%\((\w+)\)s")
_NAMED = re.compile(r"\b(?:FROM|JOIN)\s+(\w+)")
# Later than every registration.
_ALWAYS = "infinity"


@dataclass(frozen=True)
class Given:
    """Known rows of a relation, used instead of computing it. ``columns``: names and types, as in SQL."""

    columns: str
    rows: Sequence[Sequence[Any]]

    def sql(self, name: str) -> str:
        pairs = [column.split() for column in self.columns.split(",")]
        values = ", ".join(f"(e ->> {place})::{kind} AS {column}" for place, (column, kind) in enumerate(pairs))
        return f"SELECT {values} FROM jsonb_array_elements(%(given_{name})s::jsonb) e"  # noqa: S608


class Statements:
    """Statements of a file. A room with queries of its own has its own ``statements.sql``."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def query(
        self, name: str, *, scope: Scope, given: Mapping[str, Given] | None = None, **parameters: Any
    ) -> list[Row]:
        """Rows of a statement for the people of ``scope``.

        ``day`` is a parameter of nearly every statement; the file names its own. ``known``: as of that moment; default:
        all that is known now. ``given``: relations that are not computed.
        """
        return _rows(*self.statement(name, scope=scope, given=given, **parameters), is_wide=scope.is_wide)

    def query_each(self, name: str, *, scope: Scope, each: Sequence[Mapping[str, Any]]) -> list[list[Row]]:
        """Rows of a statement for each of several sets of parameters, in one query."""
        parts, values, found = [], dict[str, Any](), [list[Row]() for _parameters in each]
        for number, parameters in enumerate(each):
            sql, given = self.statement(name, scope=scope, **parameters)
            numbered = _PARAMETER.sub(rf"%(\1_{number})s", sql)
            parts.append(f"SELECT {number}, s.* FROM ({numbered}) s")  # noqa: S608
            values |= {f"{key}_{number}": value for key, value in given.items()}
        for number, *row in _rows(" UNION ALL ".join(parts), values, is_wide=scope.is_wide) if parts else ():
            found[number].append(tuple(row))
        return found

    def statement(
        self, name: str, *, scope: Scope, given: Mapping[str, Given] | None = None, **parameters: Any
    ) -> tuple[str, dict[str, Any]]:
        """SQL of a statement and its named parameters, for use in another one."""
        known = tuple((relation, rows.sql(relation)) for relation, rows in (given or {}).items())
        sql = _whole(self._file, name, known).replace("{scope}", scope.condition)
        values = {f"given_{relation}": _json(rows.rows) for relation, rows in (given or {}).items()}
        return sql, {**scope.parameters, "known": _ALWAYS, **values, **parameters}


_FACTS = Statements(_HERE / "statements.sql")
query, statement = _FACTS.query, _FACTS.statement


def _rows(sql: str, values: Mapping[str, Any], *, is_wide: bool) -> list[Row]:
    with connection.cursor() as cursor:
        if is_wide:
            # The planner underestimates rows of nested relations, and would use a nested loop over everybody.
            cursor.execute(f"SET LOCAL enable_nestloop = off; {sql}; SET LOCAL enable_nestloop = on", values)
            cursor.nextset()
        else:
            cursor.execute(sql, values)
        rows: list[Row] = cursor.fetchall()
    return rows


def _json(rows: Sequence[Sequence[Any]]) -> str:
    return json.dumps(rows, cls=DjangoJSONEncoder)


@cache
def _whole(file: Path, name: str, given: tuple[tuple[str, str], ...]) -> str:
    relations, statement = {**_parts(_HERE / "relations.sql"), **dict(given)}, _parts(file)[name]
    needed: set[str] = set()
    texts = [statement]
    while texts:
        for found in _NAMED.findall(texts.pop()):
            if found in relations and found not in needed:
                needed.add(found)
                texts.append(relations[found])
    # In file order, in which each relation follows those it is made of.
    before = ",\n".join(f"{found} AS (\n{sql})" for found, sql in relations.items() if found in needed)
    return f"WITH {before}\n{statement}" if before else statement


def _parts(file: Path) -> dict[str, str]:
    _, *parts = _PART.split(file.read_text("utf-8"))
    return dict(zip(parts[::2], parts[1::2], strict=True))
