"""P7: everybody is placed once, and the totals reconcile to the minute."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from allocation.engine.outcome import Outcome
from allocation.engine.problem import Fault, Problem

from .book import Book


def unreadable(problem: Problem, outcome: Outcome) -> list[Fault]:
    """Faults that make the outcome no answer to the problem; nothing else is checked then."""
    units = {member.id: unit.id for unit in problem.units for member in unit.members}
    providers = {provider.id for provider in problem.providers}
    faults = []
    for number, placement in enumerate(outcome.placements):
        pointer = f"/placements/{number}"
        if units.get(placement.person) != placement.unit:
            words = f"P7 there is no person {placement.person} in unit {placement.unit}"
            faults.append(Fault(pointer, words))
        if placement.provider not in providers:
            faults.append(Fault(f"{pointer}/provider", f"P7 there is no provider {placement.provider}"))
    times = Counter(placement.person for placement in outcome.placements)
    for person in units:
        if times[person] != 1:
            faults.append(Fault("/placements", f"P7 {person} is placed {times[person]} times, not once"))
    return faults


def wrong_totals(book: Book, outcome: Outcome) -> Iterator[str]:
    rows = [total for total in outcome.totals if total.area == book.area.id]
    if len(rows) != 1:
        yield f"P7 {book.area.id} has {len(rows)} rows of totals, not one"
        return
    total = rows[0]
    known = set(book.start) | set(book.final)
    said = {row.provider: (row.minutes, row.persons) for row in total.contracts}
    true = {provider: book.final.get(provider, (0, 0)) for provider in known}
    if said != true or len(total.contracts) != len(said):
        words = f"add up to {sorted(true.items())}, not {sorted(said.items())}"
        yield f"P7 the contracts of {book.area.id} {words}"
    for words, stated, counted in (
        ("external", total.external_minutes, book.external(book.final)),
        ("committed", total.committed_minutes, book.committed(book.final)),
    ):
        if stated != counted:
            yield f"P7 the {words} minutes of {book.area.id} are {counted}, not {stated}"
