"""The payment basis of one month: its lines, and the adjustments of closed months."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date

import msgspec

from .adjustments import adjustments
from .canonical import problem_sha256
from .day_spans import known_of
from .input_check import InvalidProblemError, check_inputs
from .line import Line, key_of
from .other_lines import first_month, guarantees, manual, starts, supplements
from .outcome import OUTCOME_SCHEMA, Adjustment, Outcome, Total, Unserved
from .person_lines import MonthLines
from .problem import Problem
from .terms import Missing, Terms
from .version import ENGINE_VERSION


def compute(problem: Problem) -> Outcome:
    """Raises InvalidProblemError with every contradiction, or every missing rate, ladder, service and policy."""
    if faults := check_inputs(problem):
        raise InvalidProblemError(faults)
    missing = Missing()
    terms = [
        Terms(problem, month, missing) for month in sorted([problem.month, *(row.month for row in problem.closed)])
    ]
    collected = [MonthLines(each) for each in terms]
    _collect(problem, collected)
    by_month = {each.terms.month.text: _all_lines(problem, each) for each in collected}
    if faults := missing.faults():
        raise InvalidProblemError(faults)
    lines = sorted(by_month.pop(problem.month), key=key_of)
    now = (line for lines_then in by_month.values() for line in lines_then)
    deaths = {person.id: person.death for person in problem.people}
    corrected = sorted(adjustments(problem.paid, now, deaths), key=lambda row: key_of(row.line))
    return Outcome(
        OUTCOME_SCHEMA,
        problem_sha256(problem),
        ENGINE_VERSION,
        problem.month,
        tuple(lines),
        tuple(corrected),
        tuple(_joined(row for each in collected for row in each.unserved)),
        tuple(totals(lines, corrected)),
    )


def _collect(problem: Problem, collected: Sequence[MonthLines]) -> None:
    """Lines of all people. The first-month extra is paid once per person, provider and month."""
    by_month = {each.terms.month.text: each for each in collected}
    has_extra = bool(problem.first_months)
    since = collected[0].terms.month.first
    for person in problem.people:
        known = known_of(person)
        for each in collected:
            each.add(known)
        if has_extra:
            first_days: dict[tuple[str, str], date] = {}
            for provider, day in starts(known, problem.services, since):
                first_days.setdefault((f"{day:%Y-%m}", provider), day)
            for (month, provider), day in first_days.items():
                if month in by_month and (line := first_month(by_month[month].terms, known.id, provider, day)):
                    by_month[month].lines.append(line)


def _all_lines(problem: Problem, month: MonthLines) -> list[Line]:
    return [
        *month.lines,
        *supplements(month.terms, month.lines),
        *guarantees(month.terms, month.granted),
        *(manual(month.terms, row) for row in problem.manual if row.month == month.terms.month.text),
    ]


def _joined(rows: Iterable[Unserved]) -> list[Unserved]:
    """Rows sorted by person; consecutive days are one row."""
    found: list[Unserved] = []
    for row in sorted(rows, key=lambda row: (row.person, row.first)):
        last = found[-1] if found else None
        if last and last.person == row.person and (row.first - last.first).days == last.days:
            found[-1] = msgspec.structs.replace(last, days=last.days + row.days)
        else:
            found.append(row)
    return found


def totals(lines: Iterable[Line], corrected: Iterable[Adjustment]) -> list[Total]:
    sums: dict[tuple[str, str], list[int]] = defaultdict(lambda: [0, 0])
    for line in lines:
        sums[line.provider, line.tax_code][0] += line.ore
    for row in corrected:
        sums[row.line.provider, row.line.tax_code][1] += row.ore
    return [Total(*key, paid, adjusted, paid + adjusted) for key, (paid, adjusted) in sorted(sums.items())]


def as_paid(problem: Problem, outcome: Outcome) -> tuple[Line, ...]:
    """Rows for `paid` of the next problem, after this outcome is sealed: one per key, with the amount paid so far.

    The caller drops months before the look-back limit of the next problem.
    """
    found = {key_of(line): line for line in (*problem.paid, *outcome.lines)}
    found.update((key_of(row.line), row.line) for row in outcome.adjustments)
    return tuple(found[key] for key in sorted(found) if found[key].ore or found[key].days)
