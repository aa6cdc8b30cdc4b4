"""Pagination.

``keyset_page``: constant cost per page. ``page_of``: numbered, for short lists.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import F, Q, QuerySet
from django.db.models.expressions import Combinable
from django.db.models.functions import Collate
from django.http import QueryDict

ROWS = 50
# Maximum count; larger totals are shown as "more than".
COUNTED = 1000
# Bytewise collation: the sort key is made for it, whatever the database's own order.
PEOPLE_IN_ORDER = (Collate("order_key", "C"), F("id"))


@dataclass(frozen=True)
class KeysetPage:
    """``before`` and ``after``: public references for the previous and next page, None at the ends."""

    rows: list[Any]
    before: str | None
    after: str | None
    count: int
    more_than_counted: bool

    def __iter__(self) -> Iterator[Any]:
        return iter(self.rows)

    def __len__(self) -> int:
        return len(self.rows)


def keyset_page(rows: QuerySet[Any], order: Sequence[Combinable], query: QueryDict, size: int = ROWS) -> KeysetPage:
    """``order``: ascending expressions, unique together. ``efter`` or ``fore`` in the URL is the reference of the row
    that the page comes after or before. One that is not among ``rows`` gives the first page: the place of a row that
    the reader may not see, between those that they see, would tell of it.
    """
    values = {f"key{number}": expression for number, expression in enumerate(order)}
    names = list(values)
    back = "fore" in query
    edge = _edge(rows, values, query.get("fore" if back else "efter", ""))
    back = back and edge is not None
    part = rows.alias(**values)
    if edge is not None:
        part = part.filter(_beyond(names, edge, "lt" if back else "gt"))
    found = list(part.order_by(*(f"-{name}" if back else name for name in names))[: size + 1])
    more, found = len(found) > size, found[:size]
    if back:
        found.reverse()
    counted = rows.order_by()[: COUNTED + 1].count()
    return KeysetPage(
        rows=found,
        before=found[0].reference if found and (more if back else edge is not None) else None,
        after=found[-1].reference if found and (back or more) else None,
        count=min(counted, COUNTED),
        more_than_counted=counted > COUNTED,
    )


def _edge(rows: QuerySet[Any], values: dict[str, Combinable], reference: str) -> tuple[Any, ...] | None:
    if not reference:
        return None
    found = rows.order_by().filter(reference=reference).annotate(**values)
    edge: tuple[Any, ...] | None = found.values_list(*values).first()
    return edge


def _beyond(names: list[str], edge: Sequence[Any], way: str) -> Q:
    """(a, b) > (x, y), with a ≥ x as a separate condition for the index."""
    beyond = Q()
    for number, name in enumerate(names):
        same = Q(*zip(names[:number], edge, strict=False))
        beyond |= same & Q((f"{name}__{way}", edge[number]))
    return Q((f"{names[0]}__{way}e", edge[0])) & beyond


def page_of(rows: QuerySet[Any], query: QueryDict, size: int = ROWS) -> "Page[Any]":
    """Page ``sida`` of the URL; an invalid number gives the nearest page."""
    return Paginator(rows, size).get_page(query.get("sida"))
