"""Answers to offers, and members of a household who no longer wait together."""

from typing import TYPE_CHECKING, Any

from tests.year import at_once, hands
from tests.year.book import couples
from tests.year.hands import NothingToDo
from tests.year.plan import Plan

if TYPE_CHECKING:
    from tests.year.year import Year


def _answered(year: "Year", plan: Plan, **data: Any) -> None:
    (number,) = plan.who
    if year.commits and at_once.answered(year, plan):
        return
    year.attempt("answered", plan, [number], data, lambda: hands.answer(year.town, number, **data))


def _undone(year: "Year", plan: Plan) -> None:
    """An answer of today was a mistake."""
    (number,) = plan.who
    year.attempt("undone", plan, [number], {}, lambda: hands.undo_last_answer(year.town, number))


def _alone(year: "Year", plan: Plan) -> None:
    """Somebody whose wishes rest because of the household says that they will move alone."""
    (number,) = plan.who
    if not year.book.in_care(number, year.day) or not couples.apart(year.book, number):
        raise NothingToDo
    hands.go_alone(year.town, number)
    year.log("alone", plan, [number])


def _one_left(year: "Year", plan: Plan, **_: Any) -> None:
    """Of those who wait as one, one no longer wants what the household waits for."""
    together = [
        (unit.people, waiting.provider)
        for area in year.book.areas
        for line in year.book.day(area, year.book.next_start(year.day)).queues.values()
        for waiting in line
        if len((unit := waiting.unit).people) > 1
    ]
    if not together:
        raise NothingToDo
    people, provider = sorted(together)[plan.who[0] % len(together)]
    number = people[plan.who[0] % 2]
    hands.leave_queue(year.town, number, provider=provider)
    year.log("left_queue", plan, [number], {"provider": provider, "channel": "web"})


ACTS = {"answered": _answered, "undone": _undone, "alone": _alone, "one_left": _one_left}
