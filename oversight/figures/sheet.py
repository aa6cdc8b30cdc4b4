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
    """``run`` None: not a round, or its places are not given out."""

    period: Period
    day: datetime.date
    made_at: datetime.datetime
    run: AllocationRun | None
    tables: dict[str, Table]

    def get(self, code: str) -> Table | None:
        return self.tables.get(code)


def sheet(*, period: Period, day: datetime.date, actor: Actor | None) -> Sheet:
    """``actor`` None: the public, where the municipality has opened its figures (``FIGURES_ARE_PUBLIC``)."""
    if actor is not None:
        actor.require(Right.SEE_FIGURES)
    run = _run_of(period)
    key = {"period": period.code, "basis": run.reference if run else "", "day": day}
    kept = FigureSheet.objects.filter(**key).first()
    if kept is None:
        content = [table.as_json() for table in _count(period, run, day)]
        # Somebody else may have been as quick: then theirs is the day's.
        kept, _made = FigureSheet.objects.get_or_create(**key, defaults={"content": content})
    tables = [Table.from_json(each) for each in kept.content]
    return Sheet(period, day, kept.made_at, run, {table.code: table for table in tables})


def count_all(*, day: datetime.date) -> int:
    """Count the figures of every period, so that the day's first reader need not wait. Returns how many there are."""
    found = periods.periods(day=day)
    for each in found:
        sheet(period=each, day=day, actor=None)
    return len(found)


def _run_of(period: Period) -> AllocationRun | None:
    if period.round is None:
        return None
    return period.round.runs.filter(status=AllocationRun.Status.APPLIED).first()


def _count(period: Period, run: AllocationRun | None, day: datetime.date) -> list[Table]:
    if period.kind == periods.ROUND:
        assert period.round is not None  # noqa: S101  (a period of that kind has one)
        return counting.of_round(period.round, run, day)
    return counting.of_today(day) if period.kind == periods.NOW else counting.of_year(period.year, day)
