"""Explanation of a payment basis in Swedish: each line with its days."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from fractions import Fraction

from allocation.engine.explain import MONTHS

from .line import AwayKind, Days, Line, LineKind
from .months import Month, first_day, month_of
from .outcome import Adjustment, Cause, Change, Day, Outcome
from .problem import Problem

AWAY: dict[AwayKind, str] = {
    "hospital": "på sjukhus",
    "short_stay": "på korttidsboende",
    "travel": "bortrest",
    "death": "efter dödsfallet",
}
WHAT: dict[LineKind, str] = {
    "time": "beviljad tid",
    "fixed": "fast belopp",
    "vat_compensation": "ersättning för moms",
    "municipal_overhead": "avdrag för kommunens gemensamma kostnader",
    "first_month": "ersättning för första månaden",
    "guarantee": "utfyllnad till garanterad volym",
    "manual": "beslutat belopp",
}
CAUSES: dict[Cause, str] = {
    "provider": "en annan utförare",
    "area": "ett annat område",
    "rate": "ett annat pris",
    "minutes": "annan beviljad tid",
    "absence": "frånvaro",
    "ladder": "en ändrad frånvarotrappa",
    "death": "dödsfall",
    "added": "dagar som inte var med",
    "removed": "dagar som inte ska vara med",
    "first_month": "när personen började",
    "guarantee": "volymen",
    "sum_of_lines": "raderna som den räknas på",
    "manual": "ett beslut",
}


class NothingPaidError(LookupError):
    pass


def explain(problem: Problem, outcome: Outcome, *, person: str | None, provider: str | None = None) -> list[str]:
    """Sentences for one person; None: lines without a person. Raises NothingPaidError."""
    found = list(_sentences(problem, outcome, person, provider))
    if not found:
        raise NothingPaidError(person)
    return found


def _sentences(problem: Problem, outcome: Outcome, person: str | None, provider: str | None) -> Iterator[str]:
    for line in outcome.lines:
        if line.person == person and provider in (None, line.provider):
            yield from _line(problem, line)
    for row in outcome.adjustments:
        if row.line.person == person and provider in (None, row.line.provider):
            yield from _adjustment(row)
    for unserved in outcome.unserved:
        if person == unserved.person and provider is None:
            yield f"{period(unserved.first, unserved.days)}: hjälp var beviljad men ingen utförare fanns."


def _line(problem: Problem, line: Line) -> Iterator[str]:
    month = _month(problem, line.month)
    yield f"{in_words(line.month)}, {line.provider}, {_what(line)}: {_sum(line, month)}{kronor(line.ore)}."
    for row in problem.manual:
        if row.id == line.source:
            yield f"  Skäl: {row.reason}"
    for days in line.days:
        yield f"  {period(days.first, days.days)}: {_days(days, month)}."


def _month(problem: Problem, text: str) -> Month:
    first = first_day(text)
    policy = next(row for row in problem.policies if row.valid_from <= first < (row.valid_until or date.max))
    return month_of(text, policy.month_days)


def _what(line: Line) -> str:
    return f"{WHAT[line.kind]} ({line.service})" if line.service else WHAT[line.kind]


def _sum(line: Line, month: Month) -> str:
    match line.kind:
        case "time":
            minutes = Fraction(line.quantity, 10 * month.tenths)
            return f"{_minutes(minutes)} à {kronor(line.price)} i timmen = "
        case "fixed":
            return f"{number(Fraction(line.quantity, 100))} av {month.days} dagar à {kronor(line.price)} i månaden = "
        case "guarantee":
            minutes = Fraction(line.quantity * 10, month.tenths)
            return f"{_minutes(minutes)} saknas, à {kronor(line.price)} i timmen = "
        case "vat_compensation" | "municipal_overhead":
            return f"{number(Fraction(line.price, 100))} % av {kronor(line.quantity)} = "
        case _:
            return ""


def _minutes(minutes: Fraction) -> str:
    words = number(minutes)
    return f"{words} minut" if words == "1" else f"{words} minuter"


def _days(days: Days, month: Month) -> str:
    a_day = f"{_minutes(Fraction(days.minutes * 10, month.tenths))} om dagen, " if days.minutes else ""
    if days.away is None:
        return f"{a_day}betalas helt"
    return f"{a_day}{AWAY[days.away]}, {_away_days(days)}, {days.percent} % betalas"


def _away_days(days: Days) -> str:
    first = days.away_day or 1
    return f"dag {first}" if days.days == 1 else f"dag {first}–{first + days.days - 1}"


def _adjustment(row: Adjustment) -> Iterator[str]:
    line = row.line
    because = ", ".join(CAUSES[cause] for cause in row.causes)
    yield (
        f"Rättelse av {in_words(line.month)}, {line.provider}, {_what(line)}: {kronor(line.ore)} ska vara betalt, "
        f"{kronor(row.paid_ore)} är betalt: {kronor(row.ore)}. Orsak: {because}."
    )
    for change in row.changes:
        yield f"  {period(change.first, change.days)}: {_day(change, change.was)}, nu {_day(change, change.now)}."


def _day(change: Change, day: Day | None) -> str:
    if day is None:
        return "inte med"
    if day.away is None:
        return "betalas helt"
    days = Days(change.first, change.days, day.minutes, day.percent, day.away, day.away_day)
    return f"{AWAY[day.away]}, {_away_days(days)}, {day.percent} % betalas"


# Words -----------------------------------------------------------------------------------------------------------


def in_words(month: str) -> str:
    """2020-11 → "november 2020"."""
    return f"{MONTHS[int(month[5:]) - 1]} {month[:4]}"


def period(first: date, days: int) -> str:
    """ "16–19 november 2020"; a period may span months."""
    last = first + timedelta(days=days - 1)
    until = f"{last.day} {MONTHS[last.month - 1]} {last.year}"
    if first == last:
        return until
    if (first.year, first.month) == (last.year, last.month):
        return f"{first.day}–{until}"
    return f"{first.day} {MONTHS[first.month - 1]} {first.year} – {until}"


def kronor(ore: int) -> str:
    """-202083 → "−2 020,83 kr"."""
    whole, rest = divmod(abs(ore), 100)
    return f"{'−' if ore < 0 else ''}{whole:,}".replace(",", "\N{NO-BREAK SPACE}") + f",{rest:02} kr"


def number(value: Fraction) -> str:
    """Two decimals at most, for display only."""
    hundredths = round(value * 100)
    whole, rest = divmod(abs(hundredths), 100)
    decimals = f",{rest:02}".rstrip("0") if rest else ""
    return f"{'−' if hundredths < 0 else ''}{whole}{decimals}"
