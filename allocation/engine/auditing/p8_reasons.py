"""P8: every unmet wish has a true reason, and the stated way to each provider is true."""

from __future__ import annotations

import numpy as np

from allocation.engine.columns import Flags, Ints
from allocation.engine.placement_rows import HOWS, NONE, WHYS

from .book import NEVER_FITS, NO_NUMBER, Book, Moves

HOW = {how: number for number, how in enumerate(HOWS)}
WHY = {why: number for number, why in enumerate(WHYS)}


class StatedReasons:
    """Reasons stated by the outcome.

    Per member of all areas: `wish` (NONE: none met), `how`, and the member's slice of `unmet`
    (`placement_rows.UnmetRows.reason_columns`): `unmet_count` rows from `unmet_from`.
    """

    def __init__(self, wish: Ints, how: Ints, unmet_from: Ints, unmet_count: Ints, unmet: tuple[Ints, ...]) -> None:
        self.wish, self.how = wish, how
        self.unmet_from, self.unmet_count, self.unmet = unmet_from, unmet_count, unmet

    def is_true(self, book: Book) -> bool:
        wish = _met_numbers(book)[book.unit]
        if not np.array_equal(self.wish[book.members], np.where(wish < NO_NUMBER, wish, NONE)):
            return False
        return bool(_true_hows(book, wish < NO_NUMBER).all()) and self._reasons_are_true(book)

    def _reasons_are_true(self, book: Book) -> bool:
        preferred = np.flatnonzero(book.preferred)
        counts = np.bincount(book.wish_unit[preferred], minlength=len(book.rows))
        if not np.array_equal(self.unmet_count[book.members], counts[book.unit]):
            return False
        true = _reasons(book, preferred)
        first = np.cumsum(counts) - counts
        # Rows of each member beside those of its unit.
        times = counts[book.unit]
        ends = np.cumsum(times)
        step = np.arange(ends[-1] if len(ends) else 0) - np.repeat(ends - times, times)
        stated = np.repeat(self.unmet_from[book.members], times) + step
        ours = np.repeat(first[book.unit], times) + step
        return all(np.array_equal(column[stated], of[ours]) for column, of in zip(self.unmet, true, strict=True))


def _met_numbers(book: Book) -> Ints:
    stays = book.answered & (~book.moved | (book.together == book.municipal))
    return np.where(book.met < NO_NUMBER, book.met, np.where(stays, book.end, NO_NUMBER))


def _true_hows(book: Book, by_wish: Flags) -> Flags:
    """Per member: the stated `how` is true."""
    unit, how, got = book.unit, book.how, book.got
    answered = np.where(book.current < 0, HOW["fallback"], HOW["kept"])
    unmoved = np.where(book.current == got, HOW["no_answer_kept"], HOW["no_answer_municipal"])
    no_answer = how == unmoved
    rule = book.policy.no_answer
    given = (got != book.municipal) & book.moved[unit]
    may = given & (book.contracts.guarantee[got] > 0) & (how == HOW["no_answer_guarantee"])
    if rule == "free_space":
        may |= given & (how == HOW["no_answer_free_space"])
    no_answer = np.where(given, may, no_answer)
    if rule == "rotation":
        no_answer = np.where(book.had_nobody[unit], how == HOW["no_answer_rotation"], no_answer)
    true: Flags = np.where(by_wish, how == HOW["wish"], np.where(book.answered[unit], how == answered, no_answer))
    return true


def _reasons(book: Book, preferred: Ints) -> tuple[Ints, ...]:
    """True reasons for these wishes, in the form of `UnmetRows.reason_columns`."""
    place, ahead = np.full(len(book.wish_unit), NONE, np.int64), np.full(len(book.wish_unit), NONE, np.int64)
    free, why = ahead.copy(), np.full(len(book.wish_unit), WHY["no_contract"], np.int64)
    why[book.wish_hopeless == NEVER_FITS] = WHY["never_fits"]
    queue = book.queue
    provider = book.wish_provider[queue]
    moves = Moves(book, book.wish_unit[queue], provider)
    begins = np.searchsorted(provider, provider)
    gains = np.cumsum(moves.gain) - moves.gain
    place[queue], ahead[queue] = np.arange(len(queue)) - begins + 1, gains - gains[begins] if len(queue) else gains
    contracts = book.contracts
    room = np.maximum(0, contracts.ceiling[provider] - book.final[0][provider])
    free[queue] = np.where(contracts.limited[provider], room, NONE)
    why[queue] = _whys(book, moves, provider, place[queue] == 1)
    return tuple(column[preferred] for column in (book.wish_provider, why, place, ahead, free))


def _whys(book: Book, moves: Moves, provider: Ints, is_first: Flags) -> Ints:
    of_share = _of_share(book, moves)
    why = np.where(moves.share_has_room(book), WHY["behind_waiting"], of_share)
    units = book.wish_unit[book.queue]
    intake = book.contracts.intake[provider]
    for above in (True, False):
        # Limit that stops the earliest head that takes share: above a guarantee, or within one.
        kind = (
            is_first
            & intake
            & moves.fits
            & ((moves.committed > 0) if above else (moves.committed <= 0) & (moves.external > 0))
        )
        heads = np.flatnonzero(kind)
        closed = WHY["share"]
        if len(heads):
            closed = of_share[heads[np.lexsort((book.wish_number[book.queue[heads]], book.order[units[heads]]))[0]]]
        why[is_first & (why == WHY["behind_waiting"]) & ((moves.committed > 0) == above)] = closed
    why[~moves.fits] = WHY["ceiling"]
    why[~intake] = WHY["intake_stopped"]
    return why


def _of_share(book: Book, moves: Moves) -> Ints:
    external = int(book.final[0].sum())
    over = np.zeros(len(moves.gain), bool)
    if book.share is not None:
        over = (moves.external > 0) & (external + moves.external > book.share)
    return np.where(over, WHY["share"], WHY["guarantee_reserved"])
