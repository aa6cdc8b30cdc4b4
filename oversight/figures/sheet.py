"""The figures of a period, counted once a day: by a worker every hour, or when the day's first reader asks."""

import datetime
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


def sheet(*, period: Period, day: datetime.date, actor: Actor | None) -> Sheet | None:
    """Publishable figures. ``actor`` None: the public, where the municipality has published its figures
    (``FIGURES_ARE_PUBLIC``). None: a worker is counting.
    """
    if actor is not None:
        actor.require(Right.SEE_FIGURES)
    return _within_request(period, day, whole=False)


def sheet_for_staff(*, period: Period, day: datetime.date, actor: Actor) -> Sheet | None:
    """The same with nothing hidden for somebody who may see the people of every area; protected people are in neither.
    For the page alone: exports and reports use ``sheet``. None: a worker is counting."""
    actor.require(Right.SEE_FIGURES)
    return _within_request(period, day, whole=actor.may(Right.SEE_PERSONS) and actor.areas is None)


def count(*, day: datetime.date, code: str | None = None) -> int:
    """Count what is not counted yet, both sheets of every period or of one, so that the day's first reader need not
    wait. Returns how many periods there are."""
    found = [each for each in periods.periods(day=day) if code in (None, each.code)]
    for each in found:
        for whole in (False, True):
            _kept(each, day, whole=whole)
    return len(found)


def _within_request(period: Period, day: datetime.date, *, whole: bool) -> Sheet | None:
    run = _run_of(period)
    found = _stored(period, run, day, whole=whole)
    if found is None and Person.objects.living().more_than(AT_ONCE) and _ask_worker(period):
        return None
    return found or _counted(period, run, day, whole=whole)


def _kept(period: Period, day: datetime.date, *, whole: bool) -> Sheet:
    run = _run_of(period)
    return _stored(period, run, day, whole=whole) or _counted(period, run, day, whole=whole)


def _stored(period: Period, run: AllocationRun | None, day: datetime.date, *, whole: bool) -> Sheet | None:
    kept = FigureSheet.objects.filter(**_key(period, run, day, whole)).first()
    return _sheet(kept, period, run) if kept else None


def _counted(period: Period, run: AllocationRun | None, day: datetime.date, *, whole: bool) -> Sheet:
    content = [table.as_json() for table in replica.read(lambda: _count(period, run, day, hide=not whole))]
    # A concurrent count may have been stored first: then that one is the day's.
    kept, _made = FigureSheet.objects.get_or_create(**_key(period, run, day, whole), defaults={"content": content})
    return _sheet(kept, period, run)


def _key(period: Period, run: AllocationRun | None, day: datetime.date, whole: bool) -> dict[str, Any]:
    return {"period": period.code, "basis": run.reference if run else "", "day": day, "whole": whole}


def _sheet(kept: FigureSheet, period: Period, run: AllocationRun | None) -> Sheet:
    tables = [Table.from_json(each) for each in kept.content]
    return Sheet(period, kept.day, kept.made_at, run, {table.code: table for table in tables}, kept.whole)


def _ask_worker(period: Period) -> bool:
    """By name, since the tasks import this module. Asked twice, the second finds it counted. False: no broker."""
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


def _count(period: Period, run: AllocationRun | None, day: datetime.date, *, hide: bool) -> list[Table]:
    if period.kind == periods.ROUND:
        assert period.round is not None  # noqa: S101  (a period of that kind has one)
        return counting.of_round(period.round, run, hide=hide)
    if period.kind == periods.NOW:
        return counting.of_today(day, hide=hide)
    if period.kind == periods.TIME:
        return months.of_time(day, hide=hide)
    return counting.of_year(period.year, day, hide=hide)
