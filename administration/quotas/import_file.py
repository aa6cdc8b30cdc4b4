"""Contracts, ceilings, guarantees and shares as a file: one row per item and first day.

Uses the import framework (``choices.imports``). A file sets only future rows: rows that have begun, or begin so soon
that two people are needed, may be included unchanged. Rows missing from the file are kept.
"""

import datetime
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, NamedTuple

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from accounts.actors import Actor
from choices.imports import ImportRefused, Problem
from choices.imports.cells import CellError, Column, day, last_day, one_of, whole_number
from choices.imports.doubts import Doubt
from choices.imports.file_kind import FileKind, Values
from choices.imports.stage import Stage
from common import clock
from providers.models import Area, Ceiling, Contract, Guarantee, Provider, QuotaChange, ShareStep
from providers.quota_changes import AT_ONCE_DAYS, takes_effect_at_once
from providers.quotas import set_quota
from providers.services import add_contract

MOST_MINUTES = 60_000_000
# A municipality has some hundred rows, and each is written by itself.
MOST_ROWS = 2000
# Kind of a row, as spelled in the file.
WORDS = {"avtal": "contract", "tak": "ceiling", "garanti": "guarantee", "andel": "share"}
# Columns of each kind; the others are empty.
TERMS = {
    "contract": ("last_day",),
    "ceiling": ("minutes", "persons", "tolerance"),
    "guarantee": ("minutes",),
    "share": ("share_bp",),
}
DAY = datetime.timedelta(days=1)
# By kind, ids of area and provider, and first day.
StoredRows = dict[tuple[Any, ...], Any]


class StagedQuota(NamedTuple):
    """A staged row. Ids of area and provider; None if not applicable."""

    row: int
    thing: str
    area: int
    provider: int | None
    valid_from: datetime.date
    last_day: datetime.date | None
    minutes: int | None
    persons: int | None
    tolerance: int | None
    share_bp: int | None

    @property
    def key(self) -> tuple[Any, ...]:
        return (self.thing, self.area, self.provider, self.valid_from)


@dataclass(frozen=True)
class Verdict:
    """``stored`` is the existing row (None: new), ``was`` its differing terms by column."""

    line: StagedQuota
    stored: Any
    was: dict[str, Any]

    @property
    def changes(self) -> bool:
        return self.stored is None or bool(self.was)


def share(cell: str) -> int:
    text = cell.removesuffix("%").replace(",", ".").strip()
    if not re.fullmatch(r"[0-9]{1,3}(\.[0-9]{1,2})?", text) or Decimal(text) > 100:
        raise CellError(_("Skriv en andel i procent, 0–100, med högst två decimaler."))
    return int(Decimal(text) * 100)


class Quotas(FileKind):
    code = "quotas"

    def columns(self) -> list[Column]:
        areas = dict(Area.objects.values_list("code", "pk"))
        providers = dict(Provider.objects.values_list("code", "pk"))
        number: Any = {"empty": None, "sql_type": "integer"}
        return [
            Column("thing", "vad", one_of(WORDS), filled=True),
            Column("area", "område", one_of(areas), sql_type="bigint", filled=True),
            Column("provider", "utförare", one_of(providers), required=True, empty=None, sql_type="bigint"),
            Column("valid_from", "från", day, sql_type="date", also_called=("från och med",), filled=True),
            Column("last_day", "till och med", last_day, empty=None, sql_type="date", also_called=("till",)),
            Column("minutes", "minuter per månad", whole_number(MOST_MINUTES), required=True, **number),
            Column("persons", "personer", whole_number(100_000), **number),
            Column("tolerance", "tolerans minuter", whole_number(MOST_MINUTES), **number),
            Column("share_bp", "andel procent", share, **number),
        ]

    def check_row(self, values: Values, wrong: set[str]) -> Iterator[tuple[str, str]]:
        thing = values["thing"]
        if thing is None:
            return
        for name in ("last_day", "minutes", "persons", "tolerance", "share_bp"):
            if values[name] is not None and name not in TERMS[thing]:
                yield name, _("Lämna cellen tom för det här slaget av rad.")
        if (values["provider"] is None) != (thing == "share") and "provider" not in wrong:
            yield "provider", _("En andel är hela områdets: lämna tomt.") if thing == "share" else _("Skriv utföraren.")
        needed = {"guarantee": "minutes", "share": "share_bp"}.get(thing)
        if needed and values[needed] is None and needed not in wrong:
            yield needed, _("Fyll i ett värde.")
        if thing == "ceiling" and values["minutes"] is values["persons"] is None and not wrong & {"minutes", "persons"}:
            yield "minutes", _("Skriv ett tak i minuter, i personer, eller båda.")
        if values["last_day"] and values["valid_from"] and values["last_day"] < values["valid_from"]:
            yield "last_day", _("Sista dagen ligger före första dagen. Rätta ett av datumen.")

    def lock(self, stage: Stage) -> None:
        """Lock all owners, areas first, so that nobody changes terms between reading and writing."""
        for model in (Area, Contract):
            list(model._default_manager.select_for_update(no_key=True).order_by("pk").values_list("pk"))

    def check_file(self, stage: Stage) -> list[Problem]:
        ((count,),) = stage.rows("SELECT count(*) FROM import_stage")
        if count > MOST_ROWS:
            message = _("Filen har för många rader. Dela upp den i flera, på högst %(most)s rader.")
            return [Problem(1, "", message % {"most": MOST_ROWS})]
        lines = _lines(stage)
        return [
            Problem(line.row, stage.headers[column], message)
            for line, column, message in (*_twice(lines), *_faults(lines))
        ]

    def doubts(self, stage: Stage) -> list[Doubt]:
        stored = stored_rows()
        rows = tuple(
            verdict.line.row
            for verdict in verdicts(_lines(stage), stored)
            if verdict.changes and _leaps(verdict.line, stored)
        )
        if not rows:
            return []
        message = _("Tak eller garantier som skulle bli minst tio gånger så stora som de var: {}.")
        return [Doubt("minutes", message.format(len(rows)), rows, len(rows))]

    def compare(self, stage: Stage) -> None:
        for verdict in verdicts(_lines(stage)):
            if verdict.stored is not None:
                fields = [stage.headers[name] for name in verdict.was]
                stage.execute(
                    "UPDATE import_stage SET existing_id = %s, fields = %s WHERE row = %s",
                    [verdict.stored.pk, fields, verdict.line.row],
                )

    def state(self, stage: Stage) -> list[Any]:
        """With the terms now, which the page shows beside those of the file."""
        return [
            (verdict.line.row, verdict.stored and verdict.stored.pk, sorted(verdict.was.items()))
            for verdict in verdicts(_lines(stage))
        ]

    def write(self, stage: Stage, actor: Actor) -> None:
        todo = [verdict.line for verdict in verdicts(_lines(stage)) if verdict.changes]
        # Contracts first: the others may refer to them.
        for line in sorted(todo, key=lambda line: (line.thing != "contract", line.valid_from, line.row)):
            try:
                _write(line, actor)
            except ValidationError as error:
                raise ImportRefused([Problem(line.row, "", message) for message in error.messages]) from error


def verdicts(lines: Iterable[StagedQuota], stored: StoredRows | None = None) -> Iterator[Verdict]:
    stored = stored_rows() if stored is None else stored
    for line in lines:
        row = stored.get(line.key)
        yield Verdict(line, row, _differs(line, row) if row is not None else {})


def stored_rows() -> StoredRows:
    """All rows in force, past and to come: some hundred, read at once."""
    found: StoredRows = {}
    for contract in Contract.objects.order_by("pk"):
        found.setdefault(("contract", contract.area_id, contract.provider_id, contract.valid_from), contract)
    for step in ShareStep.objects.order_by("pk"):
        found.setdefault(("share", step.area_id, None, step.valid_from), step)
    models: dict[str, Any] = {"ceiling": Ceiling, "guarantee": Guarantee}
    for thing, model in models.items():
        for step in model.objects.select_related("contract").order_by("pk"):
            found.setdefault((thing, step.contract.area_id, step.contract.provider_id, step.valid_from), step)
    return found


def _lines(stage: Stage) -> list[StagedQuota]:
    """Complete rows only: errors within a row are reported already."""
    columns = ", ".join(StagedQuota._fields)
    rows = stage.rows(f"SELECT {columns} FROM import_stage ORDER BY row")  # noqa: S608
    lines = [StagedQuota(*row) for row in rows]
    return [
        line
        for line in lines
        if None not in (line.thing, line.area, line.valid_from)
        and (line.provider is None) == (line.thing == "share")
        and not (line.last_day and line.last_day < line.valid_from)
    ]


def _leaps(line: StagedQuota, stored: StoredRows) -> bool:
    """Whether the minutes are ten times those of the step before. (Fewer only stop the intake.)"""
    if line.thing not in ("ceiling", "guarantee") or not line.minutes:
        return False
    earlier = {
        key[3]: row.minutes for key, row in stored.items() if key[:3] == line.key[:3] and key[3] < line.valid_from
    }
    before: int | None = earlier[max(earlier)] if earlier else None
    return before is not None and 0 < 10 * before <= line.minutes


def _differs(line: StagedQuota, stored: Any) -> dict[str, Any]:
    """Stored values, by column, that differ from the file."""
    if line.thing == "contract":
        has = {"last_day": stored.valid_until and stored.valid_until - DAY}
    elif line.thing == "share":
        has = {"share_bp": stored.share_bp}
    elif line.thing == "ceiling":
        has = {"minutes": stored.minutes, "persons": stored.persons, "tolerance": stored.tolerance_minutes}
    else:
        has = {"minutes": stored.minutes}
    says = line._replace(tolerance=line.tolerance or 0)._asdict()
    return {name: value for name, value in has.items() if says[name] != value}


def _twice(lines: Sequence[StagedQuota]) -> Iterator[tuple[StagedQuota, str, str]]:
    first: dict[tuple[Any, ...], int] = {}
    for line in lines:
        if (row := first.setdefault(line.key, line.row)) != line.row:
            yield line, "thing", _("Samma värde finns redan på rad %(row)s. Ta bort den ena raden.") % {"row": row}


def _faults(lines: Sequence[StagedQuota]) -> Iterator[tuple[StagedQuota, str, str]]:
    municipal = set(Provider.objects.filter(kind=Provider.Kind.MUNICIPAL).values_list("pk", flat=True))
    periods: dict[tuple[int, int | None], list[tuple[datetime.date, datetime.date | None]]] = {}
    for area, provider, start, end in Contract.objects.values_list("area", "provider", "valid_from", "valid_until"):
        periods.setdefault((area, provider), []).append((start, end))
    changing = [verdict for verdict in verdicts(lines) if verdict.changes]
    for verdict in changing:
        line, theirs = verdict.line, periods.setdefault((verdict.line.area, verdict.line.provider), [])
        if line.thing != "contract":
            continue
        until = line.last_day and line.last_day + DAY
        if verdict.stored is not None:
            yield line, "last_day", _("Ett avtal avslutas på utförarens sida, inte i en fil. Ändra tillbaka dagen.")
        elif line.valid_from < clock.today():
            yield line, "valid_from", _("Ett nytt avtal kan inte börja före i dag. Rätta dagen.")
        elif any(_meet((line.valid_from, until), each) for each in theirs):
            yield line, "valid_from", _("Utföraren har redan ett avtal i området under den tiden. Rätta dagarna.")
        else:
            theirs.append((line.valid_from, until))
    for verdict in changing:
        line = verdict.line
        if line.thing == "contract":
            continue
        if line.thing == "guarantee" and line.provider in municipal:
            yield line, "provider", _("Kommunens egen hemtjänst har ingen garanterad volym. Ta bort raden.")
        covered = any(
            start <= line.valid_from and (end is None or line.valid_from < end)
            for start, end in periods.get((line.area, line.provider), [])
        )
        if line.thing != "share" and not covered:
            yield (
                line,
                "provider",
                _("Utföraren har inget avtal i området den dagen. Ta med avtalet i filen, eller rätta."),
            )
        elif takes_effect_at_once(line.valid_from):
            message = _(
                "Det som har börjat gälla, eller gör det inom %(days)s dagar, ändras inte i en fil: en annan person "
                "måste godkänna det. Ändra tillbaka raden och gör ett förslag på sidan."
            )
            yield line, "valid_from", message % {"days": AT_ONCE_DAYS}


def _meet(one: tuple[datetime.date, datetime.date | None], other: tuple[datetime.date, datetime.date | None]) -> bool:
    return (other[1] is None or one[0] < other[1]) and (one[1] is None or other[0] < one[1])


def _write(line: StagedQuota, actor: Actor) -> None:
    if line.thing == "contract":
        add_contract(
            provider=Provider.objects.get(pk=line.provider or 0),
            area=Area.objects.get(pk=line.area),
            valid_from=line.valid_from,
            valid_until=line.last_day and line.last_day + DAY,
            actor=actor,
        )
        return
    change = QuotaChange(valid_from=line.valid_from, reason=_("Ur en fil"))
    if line.thing == "share":
        change.area, change.share_bp = Area.objects.get(pk=line.area), line.share_bp
    else:
        on_the_day = Contract.objects.on(line.valid_from).select_related("provider", "area")
        change.contract = on_the_day.get(area=line.area, provider=line.provider)
        if line.thing == "guarantee":
            change.guaranteed_minutes = line.minutes
        else:
            change.minutes, change.persons = line.minutes, line.persons
            change.tolerance_minutes = line.tolerance or 0
    set_quota(change=change, actor=actor)
