"""P3: nobody passed in a queue. P4: the head of each queue does not fit, or the share is closed to it."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from datetime import date
from itertools import accumulate

from allocation.engine.outcome import LogLine, Outcome

from .book import Book, QueuedUnit

AreaOrder = tuple[date, int, str]


def passed(book: Book, outcome: Outcome) -> Iterator[str]:
    lines = {(line.unit, line.to_provider): line for line in outcome.log}
    for provider, queue in book.queues.items():
        if queue:
            keys = [book.key_now(waiter.case, waiter.wish) for waiter in queue]
            earliest = list(accumulate((waiter.case.area_order for waiter in queue), min))
            for case in book.newcomers(provider):
                ahead = len(queue)
                if case.unit.answered:
                    ahead = bisect_left(keys, book.key_then(case, provider))
                line = lines.get((case.unit.id, provider))
                if ahead and not _may_pass(book, line, earliest[ahead - 1]):
                    yield f"P3 {case.unit.id} got {provider} past {queue[0].case.unit.id}, who waits there"


def _may_pass(book: Book, line: LogLine | None, earliest_passed: AreaOrder) -> bool:
    """A client may switch past units that wait for new share, but past nobody before the one that closes it."""
    if line is None or line.closed_by not in book.by_id:
        return False
    return earliest_passed >= book.by_id[line.closed_by].area_order


def wrongly_waiting(book: Book) -> Iterator[str]:
    heads = [
        (provider, queue[0])
        for provider, queue in book.queues.items()
        if queue and book.contracts[provider].intake and book.fits(queue[0].case, provider)
    ]
    rises = [(provider, waiter, *book.rise(waiter.case, provider)) for provider, waiter in heads]
    for provider, waiter, new, committed in rises:
        if book.share is None or (new <= 0 and committed <= 0):
            yield _could_have(provider, waiter, "it takes nothing of the share")
    if book.share is not None:
        inside = [row for row in rises if row[2] > 0 and row[3] <= 0]
        above = [row for row in rises if row[3] > 0]
        for kind in (inside, above):
            earliest = min((waiter.case.area_order for _, waiter, _, _ in kind), default=None)
            for provider, waiter, new, committed in kind:
                if waiter.case.area_order == earliest and share_has_room(book, new, committed):
                    yield _could_have(provider, waiter, "the share has room")


def _could_have(provider: str, waiter: QueuedUnit, because: str) -> str:
    return f"P4 {waiter.case.unit.id} is first in the queue of {provider} and fits: {because}"


def share_has_room(book: Book, new: int, committed: int) -> bool:
    if book.share is None:
        return True
    external, total = book.external_now, book.committed_now
    return external + new <= max(book.share, external) and total + committed <= max(book.share, total)
