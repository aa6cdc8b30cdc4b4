"""Export of current and future terms in the columns of the import; and the difference a file would make."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from administration.quotas.import_file import DAY, TERMS, WORDS, Quotas, StagedQuota, verdicts
from choices.imports import Table
from choices.imports.cells import plain_header
from common import clock
from providers.models import Ceiling, Contract, Guarantee, ShareStep


def header() -> list[str]:
    return [column.header for column in Quotas().columns()]


def rows() -> Iterator[list[object]]:
    living = Q(valid_until__isnull=True) | Q(valid_until__gt=clock.today())
    for step in ShareStep.objects.filter(living).select_related("area").order_by("area__code", "valid_from"):
        yield _row("share", step.area.code, "", step, share_bp=_percent(step.share_bp))
    contracts = Contract.objects.filter(living).select_related("area", "provider")
    for contract in contracts.order_by("area__code", "provider__code", "valid_from"):
        last = contract.valid_until - DAY if contract.valid_until else ""
        yield _row("contract", contract.area.code, contract.provider.code, contract, last_day=last)
    for thing, model in (("ceiling", Ceiling), ("guarantee", Guarantee)):
        steps: Any = model._default_manager.filter(living).select_related("contract__area", "contract__provider")
        for step in steps.order_by("contract__area__code", "contract__provider__code", "valid_from"):
            amounts = {"minutes": step.minutes}
            if thing == "ceiling":
                amounts |= {"persons": step.persons, "tolerance": step.tolerance_minutes or None}
            yield _row(thing, step.contract.area.code, step.contract.provider.code, step, **amounts)


def _row(thing: str, area: str, provider: str, step: Any, **terms: object) -> list[object]:
    word = next(word for word, each in WORDS.items() if each == thing)
    names = ("last_day", "minutes", "persons", "tolerance", "share_bp")
    found = [terms.get(name) for name in names]
    return [word, area, provider, step.valid_from, *("" if value is None else value for value in found)]


def _percent(bp: int) -> str:
    return f"{(Decimal(bp) / 100).normalize():f}".replace(".", ",")


@dataclass(frozen=True)
class Difference:
    """A row with an effect. ``terms``: header, stored value (None: the row is new), value in the file."""

    row: int
    what: str
    area: str
    provider: str
    valid_from: str
    added: bool
    terms: list[tuple[str, str | None, str]]


def differences(table: Table) -> list[Difference]:
    """Differences of a valid file."""
    columns = Quotas().columns()
    places = {column.name: _place(table, [column.header, *column.also_called]) for column in columns}
    headers = {column.name: column.header for column in columns}
    texts = {
        number: {name: cells[at] for name, at in places.items() if at is not None}
        for number, cells, _marks in table.rows
    }
    lines = []
    for number, cells in texts.items():
        values = {column.name: column.value(cells.get(column.name, "")) for column in columns}
        lines.append(StagedQuota(row=number, **values))
    return [
        Difference(
            row=verdict.line.row,
            what=texts[verdict.line.row]["thing"],
            area=texts[verdict.line.row]["area"],
            provider=texts[verdict.line.row].get("provider", ""),
            valid_from=str(verdict.line.valid_from),
            added=verdict.stored is None,
            terms=[
                (headers[name], _words(name, verdict.was[name]) if name in verdict.was else None, _words(name, says))
                for name in TERMS[verdict.line.thing]
                if (says := getattr(verdict.line, name)) is not None or name in verdict.was
            ],
        )
        for verdict in verdicts(lines)
        if verdict.changes
    ]


def _place(table: Table, names: list[str]) -> int | None:
    plain = [plain_header(name) for name in table.headers]
    return next((plain.index(name) for name in map(plain_header, names) if name in plain), None)


def _words(name: str, value: Any) -> str:
    if value is None:
        return _("inget")
    return f"{_percent(value)} %" if name == "share_bp" else str(value)
