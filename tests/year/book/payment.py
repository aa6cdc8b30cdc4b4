"""A month of payment from the book: day by day, in whole öre, by the written rules and nothing of the engine."""

import calendar
import datetime
from collections import Counter
from fractions import Fraction
from math import floor
from typing import TYPE_CHECKING

from tests.year.book.rows import MUNICIPAL, Absence, Person, Placement, holds

if TYPE_CHECKING:
    from tests.year.book.book import Book

_DAY = datetime.timedelta(days=1)
# Öre an hour at a municipal and at another provider; öre a month for an alarm alone; hundredths of a per cent.
HOUR = {True: 41_050, False: 38_799}
ALARM = 31_417
SUPPLEMENT = {"kommunen": -150, "p": 175, "r": 175, "s": 175}
# Per cent paid by the number of the day away; nothing after that.
AWAY = (75, 25, 25, 25, 25)
# Kind of line, provider, reference of the person ("" for a sum of lines), area.
Key = tuple[str, str, str, str]


def lines(book: "Book", month: datetime.date) -> Counter[Key]:
    """Öre of each line of a month, as known now. Lines of nothing are left out."""
    days = calendar.monthrange(month.year, month.month)[1]
    time: Counter[Key] = Counter()
    alarm: Counter[Key] = Counter()
    for person in book.persons.values():
        for number in range(days):
            _count(book, person, month + number * _DAY, time, alarm)
    found: Counter[Key] = Counter()
    for key, quantity in time.items():
        found[key] = _ore(Fraction(quantity * HOUR[key[1] == MUNICIPAL], days * 6000))
    for key, quantity in alarm.items():
        found[key] = _ore(Fraction(quantity * ALARM, days * 100))
    sums: Counter[str] = Counter()
    for (_kind, provider, *_rest), ore in found.items():
        sums[provider] += ore
    for provider, points in SUPPLEMENT.items():
        kind = "municipal_overhead" if points < 0 else "vat_compensation"
        found[kind, provider, "", ""] = _ore(Fraction(sums[provider] * points, 10_000))
    return Counter({key: ore for key, ore in found.items() if ore})


def _count(book: "Book", person: Person, day: datetime.date, time: Counter[Key], alarm: Counter[Key]) -> None:
    """The day of death is a day like any other; those after it are paid as away, by how the day of death was."""
    died = person.deceased_on
    as_of = day if died is None or day <= died else died
    granted = [each.minutes for each in person.decisions.values() if each.follows and holds(each, as_of)]
    if died is not None and not granted and as_of == died:
        granted = [each.minutes for each in person.decisions.values() if each.follows and each.until == died]
    placement = _placement(book, person, as_of, died=died == as_of)
    if not granted or placement is None:
        return
    percent = _paid(person, day)
    where = placement.provider, person.reference, placement.area
    if sum(granted):
        time["time", *where] += sum(granted) * percent
    else:
        alarm["fixed", *where] += percent


def _placement(book: "Book", person: Person, day: datetime.date, *, died: bool) -> Placement | None:
    there = [each for each in person.placements if each.covers_some_day]
    found = next((each for each in there if holds(each, day)), None)
    if found is None and died:
        # One that was closed on the day of death covers it still.
        found = next((each for each in there if each.until == day), None)
    if found is None:
        return None
    contract = book.contract(found.provider, found.area)
    is_over = contract.until is not None and contract.until <= day
    return None if is_over and not book.is_leaving(contract) else found


def _paid(person: Person, day: datetime.date) -> int:
    """Per cent."""
    if person.deceased_on is not None and day > person.deceased_on:
        number = (day - person.deceased_on).days
    else:
        away = next((each for each in person.absences if holds(each, day)), None)
        if away is None:
            return 100
        number = (day - _began(person, away)).days + 1
    return AWAY[number - 1] if number <= len(AWAY) else 0


def _began(person: Person, away: Absence) -> datetime.date:
    """Absences that touch are one."""
    before = next((each for each in person.absences if each.until == away.since), None)
    return _began(person, before) if before is not None else away.since


def _ore(exact: Fraction) -> int:
    """Half an öre away from zero."""
    whole = floor(abs(exact) + Fraction(1, 2))
    return whole if exact >= 0 else -whole
