"""P1: no newcomer above a ceiling, the share, or another's guarantee."""

from __future__ import annotations

from collections.abc import Iterator

from allocation.engine.outcome import Outcome
from allocation.engine.problem import Contract

from .book import Book
from .case import Case


def over_room(book: Book, outcome: Outcome) -> Iterator[str]:
    switched = {(line.unit, line.to_provider) for line in outcome.log if line.passed}
    for provider in {case.together for case in book.cases if case.moved} - {None, book.municipal}:
        assert provider is not None  # noqa: S101
        newcomers = book.newcomers(provider)
        contract = book.contracts.get(provider)
        if contract is None or not contract.intake:
            yield f"P1 {provider} takes nobody in, yet {len(newcomers)} units came there"
        else:
            passing = any((case.unit.id, provider) in switched for case in newcomers)
            yield from _over_ceiling(book, contract, newcomers, passing)
            yield from _over_guarantee_rule(book, contract, newcomers, outcome)
    yield from _over_share(book)


def _over_ceiling(book: Book, contract: Contract, newcomers: list[Case], passing: bool) -> Iterator[str]:
    minutes, persons = book.final[contract.provider]
    if contract.ceiling_persons is not None and persons > contract.ceiling_persons:
        yield f"P1 {contract.provider} has {persons} persons, the ceiling is {contract.ceiling_persons}"
    ceiling = contract.ceiling_minutes
    if ceiling is None or minutes <= ceiling:
        return
    over = minutes - ceiling
    last = _may_be_last(book, contract.provider, newcomers, passing)
    if over > contract.tolerance_minutes or all(minutes - case.minutes >= ceiling for case in last):
        words = f"the ceiling is {ceiling} and the last admitted may exceed it by {contract.tolerance_minutes}"
        yield f"P1 {contract.provider} has {minutes} minutes; {words}"


def _may_be_last(book: Book, provider: str, newcomers: list[Case], passing: bool) -> list[Case]:
    """Units that may have been admitted last: silent units come after those with a wish, which come in key order
    unless the log says that somebody was passed.
    """
    silent = [case for case in newcomers if not case.unit.answered]
    if silent:
        return silent
    if passing:
        return newcomers
    return [max(newcomers, key=lambda case: book.key_then(case, provider))]


def _over_guarantee_rule(book: Book, contract: Contract, newcomers: list[Case], outcome: Outcome) -> Iterator[str]:
    """A guarantee has been filled beyond its minutes with silent units."""
    how = {placement.unit: placement.how for placement in outcome.placements}
    silent = [case for case in newcomers if how[case.unit.id] == "no_answer_guarantee"]
    if not silent:
        return
    beyond = sum(case.minutes for case in newcomers if how[case.unit.id] == "no_answer_free_space")
    before_last = book.final[contract.provider][0] - beyond - max(case.minutes for case in silent)
    if before_last >= contract.guaranteed_minutes:
        yield f"P1 {contract.provider} was given more of the silent than its guarantee needs"


def _over_share(book: Book) -> Iterator[str]:
    if book.share is None:
        return
    external, committed = book.external_now, book.committed_now
    if external > book.share and any(case.new_minutes for case in book.cases):
        yield f"P1 external minutes are {external}, the share is {book.share}, yet new ones were given"
    if committed > max(book.share, book.committed(book.start)):
        yield f"P1 committed minutes are {committed}, the share is {book.share}: a guarantee was eaten"
    if committed > book.share:
        yield from _new_above_guarantees(book)


def _new_above_guarantees(book: Book) -> Iterator[str]:
    """New minutes outside guarantees while the committed minutes exceed the share.

    Not counted: a household that was partly external (the minutes it leaves may offset those it takes), and a unit
    that may have entered through another provider's guarantee and moved on.
    """
    for provider in book.contracts:
        by_case = [(case, _came_in_here(book, case, provider)) for case in book.newcomers(provider)]
        minutes = book.final[provider][0] - sum(case.minutes for case, came_in in by_case if not came_in)
        if any(came_in for _, came_in in by_case) and minutes > book.guarantee(provider):
            yield f"P1 {provider} was given new minutes above its guarantee while the share was overdrawn"


def _came_in_here(book: Book, case: Case, provider: str) -> bool:
    numbers = [wish.number for wish in case.wished if wish.provider == provider]
    by_another = any(book.guarantee(wish.provider) for wish in case.wished if numbers and wish.number > numbers[0])
    return case.new_minutes == case.minutes > 0 and not by_another
