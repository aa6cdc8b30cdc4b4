"""Promises P1–P4 of one area, checked on its books. The plain audit words the faults."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np

from allocation.engine.columns import Ints
from allocation.engine.outcome import LogLine
from allocation.engine.placement_rows import HOWS

from .book import NO_NUMBER, Book, Moves

HOW = {how: number for number, how in enumerate(HOWS)}


class LogLines:
    """Log lines, by unit and destination."""

    def __init__(self, log: Iterable[LogLine]) -> None:
        self.log = tuple(log)
        self.line = {(line.unit, line.to_provider): line for line in self.log}
        self.past_others = {(line.unit, line.to_provider) for line in self.log if line.passed}


def broken(book: Book, lines: LogLines) -> Iterator[str]:
    yield from _over_room(book, lines)
    if not _nobody_below_the_floor(book):
        yield "P2"
    if _somebody_is_passed(book, lines):
        yield "P3"
    if _a_head_could_be_admitted(book):
        yield "P4"


# P1: no newcomer above a ceiling, the share, or another's guarantee ------------------------------


def _over_room(book: Book, lines: LogLines) -> Iterator[str]:
    came = book.moved & (book.together >= 0) & (book.together != book.municipal)
    for provider in np.flatnonzero(np.bincount(book.together[came])).tolist():
        newcomers = np.flatnonzero(came & (book.together == provider))
        contracts = book.contracts
        if (
            not contracts.there[provider]
            or not contracts.intake[provider]
            or _is_over_ceiling(book, provider, newcomers, lines)
            or _is_over_guarantee_rule(book, provider, newcomers)
        ):
            yield "P1"
    if _is_over_share(book):
        yield "P1"


def _is_over_ceiling(book: Book, provider: int, newcomers: Ints, lines: LogLines) -> bool:
    minutes, persons = int(book.final[0][provider]), int(book.final[1][provider])
    contracts = book.contracts
    if persons > contracts.persons[provider]:
        return True
    over = minutes - int(contracts.ceiling[provider])
    if over <= 0:
        return False
    last = _may_be_last(book, provider, newcomers, lines)
    # The last unit admitted must have started below the ceiling.
    return over > contracts.tolerance[provider] or bool((book.minutes[last] <= over).all())


def _may_be_last(book: Book, provider: int, newcomers: Ints, lines: LogLines) -> Ints:
    """Units that may have been admitted last: silent units come after those with a wish, which come in key order
    unless the log says that somebody was passed.
    """
    silent = newcomers[~book.answered[newcomers]]
    if len(silent):
        return silent
    names = book.columns
    if any(
        (names.unit_ids[row], names.providers[provider]) in lines.past_others for row in book.rows[newcomers].tolist()
    ):
        return newcomers
    return newcomers[[np.argmax(_keys_of_newcomers(book, provider, newcomers))]]


def _keys_of_newcomers(book: Book, provider: int, units: Ints) -> Ints:
    """Queue key of each newcomer; a unit that never asked for the provider comes after all that did."""
    keys = np.full(len(book.rows), 2**62, np.int64)
    wishes = np.flatnonzero(book.wish_provider == provider)
    keys[book.wish_unit[wishes]] = book.keys_then(wishes)
    return keys[units]


def _is_over_guarantee_rule(book: Book, provider: int, newcomers: Ints) -> bool:
    """A guarantee has been filled beyond its minutes with silent units."""
    how = book.how[book.first[newcomers] + book.size[newcomers] - 1]
    by_guarantee = newcomers[how == HOW["no_answer_guarantee"]]
    if not len(by_guarantee):
        return False
    beyond = book.minutes[newcomers[how == HOW["no_answer_free_space"]]].sum()
    before_last = book.final[0][provider] - beyond - book.minutes[by_guarantee].max()
    return bool(before_last >= book.contracts.guarantee[provider])


def _is_over_share(book: Book) -> bool:
    if book.share is None:
        return False
    committed = book.contracts.committed(book.final[0])
    if int(book.final[0].sum()) > book.share and book.new_minutes.any():
        return True
    if committed > max(book.share, book.contracts.committed(book.start[0])):
        return True
    return committed > book.share and _is_new_above_guarantees(book)


def _is_new_above_guarantees(book: Book) -> bool:
    """New minutes outside guarantees while the committed minutes exceed the share.

    Not counted: a household that was partly external (the minutes it leaves may offset those it takes), and a unit
    that may have entered through another provider's guarantee and moved on.
    """
    number = np.full(len(book.rows), NO_NUMBER, np.int64)
    got = np.flatnonzero(book.wish_provider == book.together[book.wish_unit])
    number[book.wish_unit[got]] = book.wish_number[got]
    further = book.wish_number > number[book.wish_unit]
    by_another = np.zeros(len(book.rows), bool)
    by_another[book.wish_unit[further & (book.contracts.guarantee[book.wish_provider] > 0)]] = True
    came = book.moved & (book.together >= 0)
    here = came & (book.new_minutes == book.minutes) & (book.minutes > 0) & ~by_another
    minutes = book.final[0].copy()
    others = came & ~here & (book.together != book.municipal)
    np.subtract.at(minutes, book.together[others], book.minutes[others])
    above = book.contracts.there & (minutes > book.contracts.guarantee)
    return bool(above[book.together[here]].any())


# P2: nobody is worse off than before; the municipal provider is the floor; households move together


def _nobody_below_the_floor(book: Book) -> bool:
    at_municipal = book.together == book.municipal
    answered = (book.met < NO_NUMBER) | np.where(book.ends_municipal, at_municipal, ~book.moved)
    rule = book.policy.no_answer
    if rule == "municipal":
        silent = at_municipal
    else:
        # A client of an external provider keeps it.
        external = np.zeros(len(book.rows), bool)
        external[book.unit[book.had != book.municipal]] = True
        may_come = ~external & (book.together >= 0)
        if rule == "rotation":
            may_come &= book.had_nobody
        silent = ~book.moved | (may_come & (rule in ("guarantees", "free_space", "rotation")))
    return bool(np.where(book.answered, answered, silent).all())


# P3: nobody passed in a queue -------------------------------------------------------------------


def _somebody_is_passed(book: Book, lines: LogLines) -> bool:
    names = book.columns
    for provider in np.flatnonzero(book.contracts.there).tolist():
        queue = book.queue_of(provider)
        newcomers = np.flatnonzero(book.moved & (book.together == provider))
        if not len(queue) or not len(newcomers):
            continue
        ahead = np.searchsorted(book.keys_now(queue), _keys_of_newcomers(book, provider, newcomers))
        ahead[~book.answered[newcomers]] = len(queue)
        earliest = np.minimum.accumulate(book.order[book.wish_unit[queue]])
        for each in np.flatnonzero(ahead).tolist():
            row = int(book.rows[newcomers[each]])
            line = lines.line.get((names.unit_ids[row], names.providers[provider]))
            if not _may_pass(book, line, int(earliest[ahead[each] - 1])):
                return True
    return False


def _may_pass(book: Book, line: LogLine | None, earliest_passed: int) -> bool:
    """A client may switch past units that wait for new share, but past nobody before the one that closes it."""
    closing = None if line is None else book.unit_of(line.closed_by)
    return closing is not None and earliest_passed >= book.order[closing]


# P4: the head of each queue does not fit, or the share is closed to it ---------------------------


def _a_head_could_be_admitted(book: Book) -> bool:
    heads = [
        queue[0] for provider in np.flatnonzero(book.contracts.intake).tolist() if len(queue := book.queue_of(provider))
    ]
    wishes = np.array(heads, np.int64)
    units = book.wish_unit[wishes]
    moves = Moves(book, units, book.wish_provider[wishes])
    fits, new, committed = moves.fits, moves.external, moves.committed
    if book.share is None:
        return bool(fits.any())
    room, order = moves.share_has_room(book), book.order[units]
    if (fits & (new <= 0) & (committed <= 0)).any():
        return True
    for kind in (fits & (new > 0) & (committed <= 0), fits & (committed > 0)):
        if kind.any() and (room & kind & (order == order[kind].min())).any():
            return True
    return False
