"""P8: every unmet wish has a true reason, and the stated way to each provider is true."""

from __future__ import annotations

from collections.abc import Iterator
from typing import cast

from allocation.engine.outcome import Outcome, Placement, Unmet, Why

from .book import Book
from .case import Case, Wished
from .p3_p4_queues import share_has_room


def untrue(book: Book, outcome: Outcome) -> Iterator[str]:
    said = {placement.person: placement for placement in outcome.placements}
    reasons = Judge(book)
    for case in book.cases:
        unmet = tuple(reasons.unmet(case, wish) for wish in case.preferred())
        wish = _met_number(book, case)
        for number, member in enumerate(case.unit.members):
            placement = said[member.id]
            yield from _compare(placement, unmet, wish)
            if placement.how not in _true_hows(book, case, member.current, case.got[number], wish):
                yield f"P8 {member.id} is said to have got {placement.provider} by {placement.how}"


def _compare(placement: Placement, unmet: tuple[Unmet, ...], wish: int | None) -> Iterator[str]:
    if placement.wish != wish:
        yield f"P8 {placement.person} got wish {wish}, not {placement.wish}"
    if placement.unmet != unmet:
        true = "; ".join(map(str, unmet)) or "none"
        yield f"P8 the reasons given to {placement.person} are not the true ones: {true}"


def _met_number(book: Book, case: Case) -> int | None:
    met = case.met()
    if met is not None:
        return met.number
    stays = not case.moved or case.together == book.municipal
    return case.end_number if case.unit.answered and stays else None


def _true_hows(book: Book, case: Case, current: str | None, provider: str, wish: int | None) -> set[str]:
    if wish is not None:
        return {"wish"}
    if case.unit.answered:
        return {"fallback" if current is None else "kept"}
    rule = book.policy.no_answer
    had_nobody = all(member.current is None for member in case.unit.members)
    if rule == "rotation" and had_nobody:
        return {"no_answer_rotation"}
    if provider == book.municipal or not case.moved:
        return {"no_answer_kept" if current == provider else "no_answer_municipal"}
    hows = {"no_answer_guarantee"} if book.guarantee(provider) else set()
    return hows | {"no_answer_free_space"} if rule == "free_space" else hows


class Judge:
    """Finds the true reason for an unmet wish from the final books."""

    def __init__(self, book: Book) -> None:
        self.book = book
        self.places: dict[tuple[str, str], tuple[int, int]] = {}
        for provider, queue in book.queues.items():
            ahead = 0
            for place, waiter in enumerate(queue, start=1):
                self.places[waiter.case.unit.id, provider] = (place, ahead)
                ahead += waiter.case.minutes - waiter.case.final.get(provider, (0, 0))[0]
        self.closing = self._closing()

    def unmet(self, case: Case, wish: Wished) -> Unmet:
        if wish.hopeless is not None:
            return Unmet(wish.provider, cast(Why, wish.hopeless), None, None, None)
        place, ahead = self.places[case.unit.id, wish.provider]
        ceiling = self.book.contracts[wish.provider].ceiling_minutes
        free = None if ceiling is None else max(0, ceiling - self.book.final[wish.provider][0])
        return Unmet(wish.provider, self._why(case, wish.provider, place), place, ahead, free)

    def _why(self, case: Case, provider: str, place: int) -> Why:
        if not self.book.contracts[provider].intake:
            return "intake_stopped"
        if not self.book.fits(case, provider):
            return "ceiling"
        new, committed = self.book.rise(case, provider)
        if not share_has_room(self.book, new, committed):
            return self._of_share(new)
        if place > 1:
            return "behind_waiting"
        return self.closing.get(committed > 0, "share")

    def _of_share(self, new: int) -> Why:
        external = self.book.external_now
        over = self.book.share is not None and new > 0 and external + new > self.book.share
        return "share" if over else "guarantee_reserved"

    def _closing(self) -> dict[bool, Why]:
        """Limit that stops the earliest head that takes share (True: above a guarantee)."""
        closing: dict[bool, Why] = {}
        heads = [queue[0] for queue in self.book.queues.values() if queue]
        for head in sorted(heads, key=lambda head: (head.case.area_order, head.wish.number)):
            case, provider = head.case, head.wish.provider
            if self.book.contracts[provider].intake and self.book.fits(case, provider):
                new, committed = self.book.rise(case, provider)
                if new > 0 or committed > 0:
                    closing.setdefault(committed > 0, self._of_share(new))
        return closing
