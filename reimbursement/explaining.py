"""Explanation of one line: its days with the placement, decision, absence and rate behind each of them."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

import msgspec

from reimbursement import documents
from reimbursement.engine.day_spans import known_of
from reimbursement.engine.line import Days, Line
from reimbursement.engine.months import month_of
from reimbursement.engine.other_lines import starts
from reimbursement.engine.outcome import Adjustment, Change
from reimbursement.engine.problem import Absence, Decision, Manual, Person, Placement, Problem, Rate
from reimbursement.engine.terms import covers, most_specific
from reimbursement.models import BasisLine
from reimbursement.selectors import covering
from reimbursement.wording import number


@dataclass(frozen=True)
class DayRow:
    """Days `[first, last]` that are paid alike. ``a_day``: minutes, as text. ``absence``: the record, if any."""

    first: date
    last: date
    days: Days
    a_day: str
    placement: Placement | None
    decision: Decision | None
    absence: Absence | None
    rate: Rate | None


@dataclass(frozen=True)
class Explained:
    """``adjustment``: None for a line of the month itself. ``quantity``: as text; its unit depends on the kind of line
    (``_quantity``).

    ``new_on``: of a payment for the first month, the first day with help at the provider.
    """

    line: Line
    adjustment: Adjustment | None
    rows: list[DayRow]
    changes: list[tuple[date, date, Change]]
    quantity: str
    new_on: date | None
    manual: Manual | None

    @property
    def quantity_for_plural(self) -> int:
        """The number for the plural form, which fractions have too."""
        return 1 if self.quantity == "1" else 2


def explained(stored: BasisLine) -> Explained:
    """The line as computed, with the facts of the stored problem."""
    problem = documents.problem(stored.basis)
    adjustment = msgspec.convert(stored.content, Adjustment) if stored.corrects else None
    line = adjustment.line if adjustment else msgspec.convert(stored.content, Line)
    person = next((row for row in problem.people if row.id == line.person), None)
    return Explained(
        line=line,
        adjustment=adjustment,
        rows=list(_rows(problem, person, line)),
        changes=[(row.first, _last(row), row) for row in (adjustment.changes if adjustment else ())],
        quantity=_quantity(problem, line),
        new_on=_new_on(problem, person, line),
        manual=next((row for row in problem.manual if row.id == line.source), None),
    )


def _last(row: Days | Change) -> date:
    return row.first + timedelta(days=row.days - 1)


def _tenths(problem: Problem, line: Line) -> int:
    policy = covering(problem.policies, date.fromisoformat(f"{line.month}-01"))
    return month_of(line.month, policy.month_days).tenths


def _rows(problem: Problem, person: Person | None, line: Line) -> Iterator[DayRow]:
    tenths = _tenths(problem, line)
    for days in line.days:
        found: dict[str, Any] = {"placement": None, "decision": None, "absence": None}
        if person is not None:
            # After death the help and the provider are those of the day of death.
            day = days.first if person.death is None else min(days.first, person.death)
            granted = [row for row in person.decisions if line.service in (None, row.service)]
            found = {
                "placement": covering(person.placements, day) or _ending(person.placements, day),
                "decision": covering(granted, day) or _ending(granted, day),
                "absence": covering(person.absences, days.first) if days.away not in (None, "death") else None,
            }
        yield DayRow(
            first=days.first,
            last=_last(days),
            days=days,
            a_day=number(Fraction(days.minutes * 10, tenths)),
            rate=_rate(problem, line, days.first),
            **found,
        )


def _ending(rows: Any, day: date) -> Any:
    """A row that ends on the day of death covers that day (docs/reimbursement.md)."""
    return next((row for row in rows if row.valid_until == day), None)


def _rate(problem: Problem, line: Line, day: date) -> Rate | None:
    if line.kind != "time":
        return None
    kind = next(row.kind for row in problem.providers if row.id == line.provider)
    rows = [((row.area, row.service, row.provider_kind), row) for row in problem.rates if covers(row, day)]
    return next(iter(most_specific(rows, (line.area, line.service, kind))), None)


def _new_on(problem: Problem, person: Person | None, line: Line) -> date | None:
    if line.kind != "first_month" or person is None:
        return None
    days = starts(known_of(person), problem.services, date.min)
    return min(
        (day for provider, day in days if (provider, f"{day:%Y-%m}") == (line.provider, line.month)), default=None
    )


def _quantity(problem: Problem, line: Line) -> str:
    """Minutes to pay of time and guarantees, days of fixed sums, the sum of supplements in öre, else ""."""
    match line.kind:
        case "time":
            return number(Fraction(line.quantity, 10 * _tenths(problem, line)))
        case "guarantee":
            return number(Fraction(line.quantity * 10, _tenths(problem, line)))
        case "fixed":
            return number(Fraction(line.quantity, 100))
        case _:
            return ""
