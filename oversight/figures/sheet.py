"""The figures of a period, counted once a day: by a worker every hour, or when the day's first reader asks."""

import datetime
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

import structlog
from celery import current_app
from kombu.exceptions import OperationalError

from accounts.actors import Actor
from accounts.roles import Right
from allocation.models import AllocationRun
from choices.models import Person
from common import replica
from oversight.figures import counting, months, periods
from oversight.figures.models import FigureSheet
from oversight.figures.periods import Period
from oversight.figures.table import Table

log = structlog.get_logger(__name__)

# Period, and the run of a decided round.
_Wanted = tuple[Period, AllocationRun | None]

# People that are counted within the request; more are counted by a worker.
AT_ONCE = 5_000


@dataclass(frozen=True)
class Sheet:
    """``run`` None: not a round, or undecided. ``whole``: nothing is hidden."""

    period: Period
    day: datetime.date
    made_at: datetime.datetime
    run: AllocationRun | None
    tables: dict[str, Table]
    whole: bool = False

    def get(self, code: str) -> Table | None:
        return self.tables.get(code)

    @property
    def kinds(self) -> set[str]:
        """Kinds of the rows and columns of its tables."""
        return {axis.kind for table in self.tables.values() for axis in (table.rows, table.columns)}


def sheet(*, period: Period, day: datetime.date, actor: Actor | None) -> Sheet | None:
    """Publishable figures. ``actor`` None: the public, where the municipality has published its figures
    (``FIGURES_ARE_PUBLIC``). None: a worker is counting.
    """
    [found] = sheets(periods=[period], day=day, actor=actor)
    return found


def sheets(*, periods: Sequence[Period], day: datetime.date, actor: Actor | None) -> list[Sheet | None]:
    """``sheet`` for several periods."""
    if actor is not None:
        actor.require(Right.SEE_FIGURES)
    return _within_request(periods, day, whole=False)


def sheet_for_staff(*, period: Period, day: datetime.date, actor: Actor) -> Sheet | None:
    """As ``sheet``, and without hidden numbers for an actor who may see people in every area. Neither version includes
    protected people. For the page alone: exports and reports use ``sheet``. None: a worker is counting.
    """
    actor.require(Right.SEE_FIGURES)
    [found] = _within_request([period], day, whole=actor.may(Right.SEE_PERSONS) and actor.areas is None)
    return found


def count_missing(*, day: datetime.date, code: str | None = None) -> int:
    """Count what is not counted yet: the public sheet and the whole one, of every period or of ``code``. The day's
    first reader then need not wait. Returns the number of periods.
    """
    found = [each for each in periods.periods(day=day) if code in (None, each.code)]
    for each in found:
        wanted = [(each, _run_of(each))]
        if not all(_stored(wanted, day, whole=whole) for whole in (False, True)):
            _count_and_store(wanted, day)
    return len(found)


def _within_request(asked: Sequence[Period], day: datetime.date, *, whole: bool) -> list[Sheet | None]:
    wanted = {period.code: (period, _run_of(period)) for period in asked}
    found = _stored(wanted.values(), day, whole=whole)
    missing = [each for code, each in wanted.items() if code not in found]
    if missing and Person.objects.living().more_than(AT_ONCE):
        missing = [each for each in missing if not _ask_worker(each[0])]
    if missing:
        _count_and_store(missing, day)
        found |= _stored(missing, day, whole=whole)
    return [found.get(period.code) for period in asked]


def _stored(wanted: Collection[_Wanted], day: datetime.date, *, whole: bool) -> dict[str, Sheet]:
    """Code of the period → its sheet, of those that are counted."""
    rows = FigureSheet.objects.filter(day=day, whole=whole, period__in=[period.code for period, _run in wanted])
    stored = {(row.period, row.basis): row for row in rows}
    pairs = [(period, run, stored.get((period.code, _basis(run)))) for period, run in wanted]
    return {period.code: _sheet(row, period, run) for period, run, row in pairs if row}


def _count_and_store(wanted: Collection[_Wanted], day: datetime.date) -> None:
    """Count the public sheets and the whole ones from the same rows: the page and the files of a day agree."""
    # In one order, so that two counts at once wait for each other, and each stores both sheets of a period or none.
    in_order = sorted(wanted, key=lambda each: each[0].code)
    contents = replica.read(lambda: _contents(in_order, day))
    rows = [
        FigureSheet(period=period.code, basis=_basis(run), day=day, whole=whole, content=content)
        for (period, run), both in zip(in_order, contents, strict=True)
        for whole, content in both.items()
    ]
    # A concurrent count may have been stored first: then that one is the day's.
    FigureSheet.objects.bulk_create(rows, ignore_conflicts=True)


def _contents(wanted: Collection[_Wanted], day: datetime.date) -> list[dict[bool, list[dict[str, Any]]]]:
    """Of each, whether nothing is hidden → the tables."""
    terms = counting.Terms()
    return [
        {
            whole: [table.as_json() for table in _tables_of(terms, period, run, day, hide=not whole)]
            for whole in (False, True)
        }
        for period, run in wanted
    ]


def _basis(run: AllocationRun | None) -> str:
    return run.reference if run else ""


def _sheet(stored: FigureSheet, period: Period, run: AllocationRun | None) -> Sheet:
    tables = [Table.from_json(each) for each in stored.content]
    return Sheet(period, stored.day, stored.made_at, run, {table.code: table for table in tables}, stored.whole)


def _ask_worker(period: Period) -> bool:
    """By name, since the tasks import this module. If it is asked twice, the second task finds it counted. False: no
    broker.
    """
    try:
        current_app.send_task("casework.count_figures", kwargs={"code": period.code})
    except OperationalError:
        log.warning("figures.not_asked", period=period.code, exc_info=True)
        return False
    return True


def _run_of(period: Period) -> AllocationRun | None:
    if period.round is None:
        return None
    return period.round.runs.filter(status=AllocationRun.Status.APPLIED).first()


def _tables_of(
    terms: counting.Terms, period: Period, run: AllocationRun | None, day: datetime.date, *, hide: bool
) -> list[Table]:
    if period.kind == periods.ROUND:
        assert period.round is not None  # noqa: S101  (a period of that kind has one)
        return counting.of_round(terms, period.round, run, hide=hide)
    if period.kind == periods.NOW:
        return counting.of_today(terms, day, hide=hide)
    if period.kind == periods.TIME:
        return months.of_time(terms, day, hide=hide)
    return counting.of_year(terms, period.year, day, hide=hide)
