"""Calendar months, and amounts of money: exact fractions, rounded once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from .line import LineKind
from .problem import MonthDays

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Month:
    """Days `[first, end)`. `tenths`: ten times the divisor of granted minutes a month."""

    text: str
    first: date
    end: date
    days: int
    tenths: int


def month_of(text: str, month_days: MonthDays) -> Month:
    first = first_day(text)
    end = first_day(later(text, 1))
    days = (end - first).days
    tenths = {"calendar": 10 * days, "30": 300, "30.4": 304}[month_days]
    return Month(text, first, end, days, tenths)


def first_day(text: str) -> date:
    return date(int(text[:4]), int(text[5:]), 1)


def later(text: str, months: int) -> str:
    """The month `months` later, or earlier if negative."""
    number = int(text[:4]) * 12 + int(text[5:]) - 1 + months
    return f"{number // 12:04}-{number % 12 + 1:02}"


def amount(kind: LineKind, quantity: int, price: int, month: Month) -> int:
    """The öre of a line (see `line.Line`)."""
    match kind:
        case "time":
            return rounded(quantity * price, month.tenths * 600)
        case "fixed":
            # Calendar days, whatever the policy: a whole month is the whole sum.
            return rounded(quantity * price, month.days * 100)
        case "guarantee":
            return rounded(quantity * price, month.tenths * 6)
        case "vat_compensation" | "municipal_overhead":
            return rounded(quantity * price, 10_000)
        case _:
            return quantity * price


def rounded(numerator: int, denominator: int) -> int:
    """Half away from zero."""
    size = (2 * abs(numerator) + denominator) // (2 * denominator)
    return size if numerator >= 0 else -size
