"""The facts' SQL (``relations.sql``, ``statements.sql``): each statement with the relations that it names before it."""

import re
from functools import cache
from pathlib import Path
from typing import Any

from django.db import connection

from allocation.facts.scope import Scope

Row = tuple[Any, ...]

_HERE = Path(__file__).parent
_PART = re.compile(r"^-- (?:relation|statement): (\w+)\n", re.MULTILINE)
_NAMED = re.compile(r"\b(?:FROM|JOIN)\s+(\w+)")


def query(name: str, *, scope: Scope, **parameters: Any) -> list[Row]:
    """The rows of a statement for the people of ``scope``.

    ``day`` is a parameter of every statement; its own are named in ``statements.sql``.
    """
    with connection.cursor() as cursor:
        cursor.execute(_whole(name).replace("{scope}", scope.condition), {**scope.parameters, **parameters})
        rows: list[Row] = cursor.fetchall()
    return rows


@cache
def _whole(name: str) -> str:
    relations, statement = _parts("relations.sql"), _parts("statements.sql")[name]
    needed: set[str] = set()
    texts = [statement]
    while texts:
        for found in _NAMED.findall(texts.pop()):
            if found in relations and found not in needed:
                needed.add(found)
                texts.append(relations[found])
    # In the file's order, where each is made of those before it.
    before = ",\n".join(f"{found} AS (\n{sql})" for found, sql in relations.items() if found in needed)
    return f"WITH {before}\n{statement}"


def _parts(file: str) -> dict[str, str]:
    _, *parts = _PART.split((_HERE / file).read_text("utf-8"))
    return dict(zip(parts[::2], parts[1::2], strict=True))
