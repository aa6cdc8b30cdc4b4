"""When a person's file is to be destroyed. Pure: days in, days out.

A file goes five years after its last note, and that is done by the end of the next calendar year. It is kept for
research if the person was born on the 5th, 15th or 25th of a month (SoL 2025:400; SoF 2025:468 13 kap. 1 §).
"""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass

from choices.identity import birth_date

YEARS = 5
RESEARCH_DAYS = frozenset({5, 15, 25})


@dataclass(frozen=True)
class Deadline:
    """``due_from``: the first day it is to be destroyed. ``done_by``: the last day it may be left."""

    due_from: datetime.date
    done_by: datetime.date

    def is_due(self, today: datetime.date) -> bool:
        return today >= self.due_from

    def is_late(self, today: datetime.date) -> bool:
        return today > self.done_by


def deadline(last_note: datetime.date) -> Deadline:
    """Five whole years have passed: after a note on 29 February that is 1 March."""
    year = last_note.year + YEARS
    try:
        due_from = last_note.replace(year=year)
    except ValueError:
        due_from = datetime.date(year, 3, 1)
    return Deadline(due_from, datetime.date(due_from.year + 1, 12, 31))


def latest_note_due(today: datetime.date) -> datetime.date:
    """The last day a last note may have for the file to be due ``today``."""
    year = today.year - YEARS
    try:
        return today.replace(year=year)
    except ValueError:
        return datetime.date(year, 2, 28)


def kept_for_research(identity_numbers: Iterable[str]) -> bool:
    """Whether any of a person's numbers, of twelve characters each, has one of the days, or does not tell the day: in
    doubt it is kept. Of a person with several numbers, those that tell no day do not count beside one that does."""
    days = [birth_date(number).day for number in identity_numbers]
    known = [day for day in days if day is not None]
    return not known or any(day in RESEARCH_DAYS for day in known)
