"""Statements in SQL, each with the relations that it names (``relations.sql``) before it."""

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
_NAMED = re.compile(r"\b(?:FROM|JOIN)\s+(\w+)")
# Later than anything that is registered.
_ALWAYS = "infinity"


@dataclass(frozen=True)
class Given:
    """Rows of a relation that are known already: it is not worked out. ``columns``: names and types, as in SQL."""

    columns: str
    rows: Sequence[Sequence[Any]]

    def sql(self, name: str) -> str:
        pairs = [column.split() for column in self.columns.split(",")]
        values = ", ".join(f"(e ->> {place})::{kind} AS {column}" for place, (column, kind) in enumerate(pairs))
        return f"SELECT {values} FROM jsonb_array_elements(%(given_{name})s::jsonb) e"  # noqa: S608


class Statements:
    """The statements of a file. A room that reads the facts in its own way has a ``statements.sql`` of its own."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def query(
        self, name: str, *, scope: Scope, given: Mapping[str, Given] | None = None, **parameters: Any
    ) -> list[Row]:
        """The rows of a statement for the people of ``scope``.

        ``day`` is a parameter of nearly every statement; the file names its own. ``known``: as of that moment;
        without it all that is known now. ``given``: relations that are not to be worked out.
        """
        sql, values = self.statement(name, scope=scope, given=given, **parameters)
        with connection.cursor() as cursor:
            if scope.is_wide:
                # The planner takes a relation of relations for a few rows, and would loop over it once for everybody.
                cursor.execute(f"SET LOCAL enable_nestloop = off; {sql}; SET LOCAL enable_nestloop = on", values)
                cursor.nextset()
            else:
                cursor.execute(sql, values)
            rows: list[Row] = cursor.fetchall()
        return rows

    def statement(
        self, name: str, *, scope: Scope, given: Mapping[str, Given] | None = None, **parameters: Any
    ) -> tuple[str, dict[str, Any]]:
        """The SQL of a statement and its named parameters, to be part of another one."""
        known = tuple((relation, rows.sql(relation)) for relation, rows in (given or {}).items())
        sql = _whole(self._file, name, known).replace("{scope}", scope.condition)
        values = {f"given_{relation}": _json(rows.rows) for relation, rows in (given or {}).items()}
        return sql, {**scope.parameters, "known": _ALWAYS, **values, **parameters}


_FACTS = Statements(_HERE / "statements.sql")
query, statement = _FACTS.query, _FACTS.statement


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
    # In the file's order, where each is made of those before it.
    before = ",\n".join(f"{found} AS (\n{sql})" for found, sql in relations.items() if found in needed)
    return f"WITH {before}\n{statement}" if before else statement


def _parts(file: Path) -> dict[str, str]:
    _, *parts = _PART.split(file.read_text("utf-8"))
    return dict(zip(parts[::2], parts[1::2], strict=True))
