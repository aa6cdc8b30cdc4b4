"""Retention rule: due date of a person's file. Pure: dates in, dates out.

A file is destroyed five years after its last entry, by the end of the next calendar year. It is retained for research
if the person was born on the 5th, 15th or 25th of a month (SoL 2025:400; SoF 2025:468 13 kap. 1 §).
"""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass

from choices.identity import birth_date

YEARS = 5
RESEARCH_DAYS = frozenset({5, 15, 25})


@dataclass(frozen=True)
class Deadline:
    """``due_from``: first day of destruction. ``done_by``: deadline."""

    due_from: datetime.date
    done_by: datetime.date

    def is_due(self, today: datetime.date) -> bool:
        return today >= self.due_from

    def is_late(self, today: datetime.date) -> bool:
        return today > self.done_by


def deadline(last_note: datetime.date) -> Deadline:
    """After five full years: for an entry on 29 February that is 1 March."""
    year = last_note.year + YEARS
    try:
        due_from = last_note.replace(year=year)
    except ValueError:
        due_from = datetime.date(year, 3, 1)
    return Deadline(due_from, datetime.date(due_from.year + 1, 12, 31))


def latest_note_due(today: datetime.date) -> datetime.date:
    """Latest date of a last entry for the file to be due ``today``."""
    year = today.year - YEARS
    try:
        return today.replace(year=year)
    except ValueError:
        return datetime.date(year, 2, 28)


def kept_for_research(identity_numbers: Iterable[str]) -> bool:
    """Whether any of a person's numbers, of twelve characters each, has one of the days, or no known day: in doubt the
    file is kept. With several numbers, those without a known day do not count beside one that has it.
    """
    days = [birth_date(number).day for number in identity_numbers]
    known = [day for day in days if day is not None]
    return not known or any(day in RESEARCH_DAYS for day in known)
