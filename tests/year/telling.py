"""Runs a year, and tells of its first contradiction by as few events as still lead to it."""

import time
from collections import Counter
from collections.abc import Callable, Collection
from typing import Any

from django.db import connection, transaction

from tests.year.log import Contradiction, Event
from tests.year.year import Year

SHRINK_SECONDS = 300
MOST_TOLD = 60


class _TakenBack(Exception):
    pass


def attempt(**options: Any) -> tuple[Year, Contradiction | None]:
    """A year in a transaction that is taken back. The contradiction, if there was one."""
    year, found = Year(**options), None
    try:
        with transaction.atomic():
            try:
                year.run()
            except Contradiction as contradiction:
                found = contradiction
            raise _TakenBack
    except _TakenBack:
        connection.run_on_commit = []
    return year, found


def tell(*, shrink_seconds: float = SHRINK_SECONDS, **options: Any) -> bool:
    """Whether the year was without a contradiction. Everything is printed."""
    year, found = attempt(**options)
    if found is None:
        print(f"seed {year.seed}: {year.people} people, {year.days} days, {len(year.events)} events, no contradiction")
        _count(year)
        return True
    print(f"seed {year.seed}, {year.day}: {found}", flush=True)
    year, found = shrunk(year, found, options, shrink_seconds)
    print(f"the same with {len(year.book.persons)} people, {year.day}: {found}")
    for event in _about(year, found)[-MOST_TOLD:]:
        print(f"  {event}")
    return False


def shrunk(year: Year, found: Contradiction, options: dict[str, Any], seconds: float) -> tuple[Year, Contradiction]:
    """Without the people and the plans that are not needed for a contradiction of the same kind on the same day.

    A replay reads nothing before that day. Tried first: only the people it is about with their households, and only
    what was planned for them.
    """
    deadline = time.monotonic() + seconds
    best = year, found
    tried: set[tuple[frozenset[int], frozenset[str]]] = set()

    def still(persons: Collection[int], left_out: Collection[str]) -> bool:
        nonlocal best
        these = frozenset(persons), frozenset(left_out)
        if not persons or these in tried or time.monotonic() >= deadline:
            return False
        tried.add(these)
        less = {"persons": persons, "left_out": left_out, "until": year.day, "reads_from": year.day}
        again, other = attempt(**{**options, **less})
        if other is None or other.kind != found.kind:
            return False
        best = again, other
        return True

    left_out = set(year.left_out)
    persons, about = set(year.taking_part), {*found.who, *(number ^ 1 for number in found.who)}
    if not (about and still(about & persons, left_out)):
        _fewer(persons - set(found.who), lambda some: still(some | set(found.who), left_out), deadline)
    persons = set(best[0].taking_part)
    # With fewer people some plans are others than before.
    planned = {plan.id: plan for plan in (*year.done_plans, *best[0].done_plans)}
    done = {plan.id for plan in best[0].done_plans}
    theirs = {name for name in done if not planned[name].who or set(planned[name].who) & set(best[1].who)}
    if best[1].who and theirs < done and still(persons, set(planned) - theirs):
        done = theirs
    _fewer(done, lambda some: still(persons, set(planned) - some), deadline)
    return best


def _fewer(of: set[Any], still: Callable[[set[Any]], bool], deadline: float) -> set[Any]:
    """Delta debugging: part after part is left out, larger parts first, as long as it still happens.

    A part is gone through once; only a whole pass over single ones that leaves nothing out ends it.
    """
    remaining, part = sorted(of), max(len(of) // 2, 1)
    while remaining and time.monotonic() < deadline:
        before, start = len(remaining), 0
        while start < len(remaining) and time.monotonic() < deadline:
            rest = remaining[:start] + remaining[start + part :]
            if still(set(rest)):
                remaining = rest
            else:
                start += part
        if part == 1 and len(remaining) == before:
            break
        part = max(min(part // 2, len(remaining) // 2), 1)
    return set(remaining)


def _about(year: Year, found: Contradiction) -> list[Event]:
    """The events of the people it is about, and those that are about nobody by name."""
    listed = [event for event in year.events if event.kind != "orders"]
    concerned = [event for event in listed if not found.who or not event.who or set(found.who) & set(event.who)]
    nights = [event for event in concerned if event.kind == "night"][-3:]
    begun = [event for event in concerned if event.who and not event.id] if found.who else []
    return [*begun, *(event for event in concerned if event.id and (event.kind != "night" or event in nights))]


def _count(year: Year) -> None:
    kinds = Counter(event.kind for event in year.events if not event.refused)
    refused = Counter(event.kind for event in year.events if event.refused)
    print("events:", ", ".join(f"{kind} {number}" for kind, number in sorted(kinds.items())))
    print("refused:", ", ".join(f"{kind} {number}" for kind, number in sorted(refused.items())) or "none")
    print("comparisons:", sum(year.book.checked.values()))
    for kind, number in sorted(year.book.checked.items()):
        print(f"  {number:>8} {kind}")
