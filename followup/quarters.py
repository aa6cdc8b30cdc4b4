"""Calendar quarters and years as periods [first, next)."""

import datetime
from dataclasses import dataclass


@dataclass(frozen=True)
class Quarter:
    year: int
    number: int

    @classmethod
    def of(cls, day: datetime.date) -> "Quarter":
        return cls(day.year, (day.month - 1) // 3 + 1)

    @classmethod
    def read(cls, code: str) -> "Quarter | None":
        """``2026-3``. None: it is none."""
        year, _, number = code.partition("-")
        if not (code.isascii() and len(year) == 4 and year.isdigit() and number in ("1", "2", "3", "4")):
            return None
        return cls(int(year), int(number)) if 2000 <= int(year) <= 2200 else None

    @property
    def code(self) -> str:
        return f"{self.year}-{self.number}"

    @property
    def first(self) -> datetime.date:
        return datetime.date(self.year, 3 * self.number - 2, 1)

    @property
    def next(self) -> datetime.date:
        return self.before(-1).first

    @property
    def last(self) -> datetime.date:
        return self.next - datetime.timedelta(days=1)

    def before(self, count: int = 1) -> "Quarter":
        """``count`` quarters earlier."""
        whole = 4 * self.year + self.number - 1 - count
        return Quarter(whole // 4, whole % 4 + 1)


def year_of(year: int) -> tuple[datetime.date, datetime.date]:
    return datetime.date(year, 1, 1), datetime.date(year + 1, 1, 1)


def month_after(month: datetime.date) -> datetime.date:
    return (month.replace(day=1) + datetime.timedelta(days=32)).replace(day=1)


def months_before(day: datetime.date, count: int = 1) -> datetime.date:
    """First day of the month ``count`` months before that of ``day``."""
    whole = 12 * day.year + day.month - 1 - count
    return datetime.date(whole // 12, whole % 12 + 1, 1)
