"""The figures of a period, counted once a day."""

import datetime
from dataclasses import dataclass

from accounts.actors import Actor
from accounts.roles import Right
from allocation.models import AllocationRun
from oversight.figures import counting, periods
from oversight.figures.models import FigureSheet
from oversight.figures.periods import Period
from oversight.figures.table import Table


@dataclass(frozen=True)
class Sheet:
    """``run`` None: not a round, or its places are not given out. ``whole``: nothing is hidden."""

    period: Period
    day: datetime.date
    made_at: datetime.datetime
    run: AllocationRun | None
    tables: dict[str, Table]
    whole: bool = False

    def get(self, code: str) -> Table | None:
        return self.tables.get(code)


def sheet(*, period: Period, day: datetime.date, actor: Actor | None) -> Sheet:
    """The figures as they may be published. ``actor`` None: the public, where the municipality has opened its figures
    (``FIGURES_ARE_PUBLIC``)."""
    if actor is not None:
        actor.require(Right.SEE_FIGURES)
    return _kept(period, day, whole=False)


def sheet_for_staff(*, period: Period, day: datetime.date, actor: Actor) -> Sheet:
    """The same with nothing hidden for somebody who may see the people of every area; protected people are in neither.
    For the page alone: what leaves the house is ``sheet``."""
    actor.require(Right.SEE_FIGURES)
    return _kept(period, day, whole=actor.may(Right.SEE_PERSONS) and actor.areas is None)


def _kept(period: Period, day: datetime.date, *, whole: bool) -> Sheet:
    run = _run_of(period)
    key = {"period": period.code, "basis": run.reference if run else "", "day": day, "whole": whole}
    kept = FigureSheet.objects.filter(**key).first()
    if kept is None:
        content = [table.as_json() for table in _count(period, run, day, hide=not whole)]
        # Somebody else may have been as quick: then theirs is the day's.
        kept, _made = FigureSheet.objects.get_or_create(**key, defaults={"content": content})
    tables = [Table.from_json(each) for each in kept.content]
    return Sheet(period, day, kept.made_at, run, {table.code: table for table in tables}, whole)


def count_all(*, day: datetime.date) -> int:
    """Count the figures of every period, both sheets, so that the day's first reader need not wait. Returns how many
    periods there are."""
    found = periods.periods(day=day)
    for each in found:
        for whole in (False, True):
            _kept(each, day, whole=whole)
    return len(found)


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
    return counting.of_year(period.year, day, hide=hide)
