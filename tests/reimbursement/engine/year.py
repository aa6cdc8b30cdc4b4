"""Consecutive closes with facts that arrive late, checked against the bookkeeper."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from random import Random
from typing import Any

from msgspec.structs import replace

from reimbursement.engine import as_paid, audit, compute
from reimbursement.engine.line import Key, key_of
from reimbursement.engine.months import first_day, later
from reimbursement.engine.outcome import Outcome
from reimbursement.engine.problem import Problem

from .bookkeeper import Bookkeeper
from .build import following, problem
from .draw import changed, draw_manual, draw_person, draw_terms

FIRST = "2020-01"


class Year:
    """`people` over `months`. Each month the facts of one person in `news_of` change, about any date."""

    def __init__(self, random: Random, people: int, months: int, *, look_back: int = 12, news_of: int = 8) -> None:
        self.random, self.months, self.news_of = random, months, news_of
        self.first, self.last = first_day(FIRST), first_day(later(FIRST, months)) - timedelta(days=1)
        self.terms: dict[str, Any] = draw_terms(random, self.first, self.last)
        drawn = [draw_person(random, f"p{number}", self.first, self.last) for number in range(people)]
        self.problem = problem(*drawn, month=FIRST, look_back_months=look_back, **self.terms)
        self._number = 0

    def closes(self) -> Iterator[tuple[Problem, Outcome]]:
        for number in range(self.months):
            task = self.problem = self._with_news()
            outcome = compute(task)
            yield task, outcome
            if number < self.months - 1:
                self.problem = following(task, outcome)

    def _with_news(self) -> Problem:
        random, task = self.random, self.problem
        people = tuple(
            changed(random, person, self.first, self.last) if random.random() * self.news_of < 1 else person
            for person in task.people
        )
        months = [task.month, *(row.month for row in task.closed)]
        manual = [row for row in task.manual if row.month in months and random.random() > 0.1]
        for _ in range(random.randint(0, 2)):
            self._number += 1
            manual.append(draw_manual(random, self._number, random.choice(months), people))
        return replace(task, people=people, manual=tuple(manual))

    def bookkeeper(self) -> Bookkeeper:
        begin = self.first - timedelta(days=600)
        return Bookkeeper(begin, (self.last - begin).days + 1)


def kept_books(year: Year) -> dict[str, int]:
    """Assert that every close equals the bookkeeper's, to the öre. Returns counts."""
    books = year.bookkeeper()
    figures = {"closes": 0, "lines": 0, "adjustments": 0, "ore": 0}
    paid_in_all = 0
    for task, outcome in year.closes():
        lines, corrections, unserved = books.close(task)
        assert {key_of(line): line.ore for line in outcome.lines} == lines
        assert {key_of(row.line): row.ore for row in outcome.adjustments} == corrections
        days = [(row.person, row.first + timedelta(days=n)) for row in outcome.unserved for n in range(row.days)]
        assert days == unserved
        paid_in_all += sum(row.ore for row in outcome.totals)
        assert paid_in_all == sum(books.paid.values())
        figures["closes"] += 1
        figures["lines"] += len(lines)
        figures["adjustments"] += len(corrections)
        figures["ore"] = paid_in_all
    assert audit(task, outcome) == []
    assert_right_in_the_end(task, outcome)
    return figures


def assert_right_in_the_end(task: Problem, outcome: Outcome) -> None:
    """Assert that the amount paid for each month within the limit equals one close with all facts."""
    paid = {key_of(line): line.ore for line in as_paid(task, outcome) if line.ore}
    right: dict[Key, int] = {}
    for month in [*(row.month for row in task.closed), task.month]:
        manual = tuple(row for row in task.manual if row.month == month)
        alone = compute(replace(task, month=month, closed=(), paid=(), manual=manual))
        right.update((key_of(line), line.ore) for line in alone.lines if line.ore)
    assert paid == right
