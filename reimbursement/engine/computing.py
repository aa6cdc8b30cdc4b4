"""The payment basis of a month: its lines, and what closed months are corrected by."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date

import msgspec

from .adjusting import adjustments
from .canonical import problem_sha256
from .checks import InvalidProblemError, check_inputs
from .collecting import Collected
from .days import known_of
from .extras import first_month, guarantees, manual, starts, supplements
from .line import Line, key_of
from .outcome import OUTCOME_SCHEMA, Adjustment, Outcome, Total, Unserved
from .problem import Problem
from .terms import Missing, Terms
from .version import ENGINE_VERSION


def compute(problem: Problem) -> Outcome:
    """Raises InvalidProblemError with every contradiction, and everything that is asked for and missing."""
    if faults := check_inputs(problem):
        raise InvalidProblemError(faults)
    missing = Missing()
    terms = [
        Terms(problem, month, missing) for month in sorted([problem.month, *(row.month for row in problem.closed)])
    ]
    collected = [Collected(each) for each in terms]
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


def _collect(problem: Problem, collected: Sequence[Collected]) -> None:
    """All people's lines. An extra for a first month is paid once for each provider and month."""
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


def _all_lines(problem: Problem, month: Collected) -> list[Line]:
    return [
        *month.lines,
        *supplements(month.terms, month.lines),
        *guarantees(month.terms, month.granted),
        *(manual(month.terms, row) for row in problem.manual if row.month == month.terms.month.text),
    ]


def _joined(rows: Iterable[Unserved]) -> list[Unserved]:
    """By person, days that follow each other in one row."""
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
    """`paid` of the next problem, when this outcome is sealed: the lines of all looked-back months as paid by then.

    Of months that are further back than the next problem looks, leave out those lines.
    """
    found = {key_of(line): line for line in (*problem.paid, *outcome.lines)}
    found.update((key_of(row.line), row.line) for row in outcome.adjustments)
    return tuple(found[key] for key in sorted(found) if found[key].ore or found[key].days)
