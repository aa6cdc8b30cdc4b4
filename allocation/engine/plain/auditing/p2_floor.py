"""P2: nobody is worse off than before; the municipal provider is the floor; households move together."""

from __future__ import annotations

from collections.abc import Iterator

from .book import Book
from .case import Case


def below_floor(book: Book) -> Iterator[str]:
    for case in book.cases:
        allowed = _answered_may_get(book, case) if case.unit.answered else _silent_may_get(book, case)
        if not allowed:
            yield f"P2 unit {case.unit.id} got {', '.join(sorted(set(case.got)))}, which is no option of it"


def _answered_may_get(book: Book, case: Case) -> bool:
    if case.met() is not None:
        return True
    if case.ends_municipal:
        return case.together == book.municipal
    return not case.moved


def _silent_may_get(book: Book, case: Case) -> bool:
    rule = book.policy.no_answer
    if rule == "municipal":
        return case.together == book.municipal
    if not case.moved:
        return True
    if case.start or case.together is None:  # a client of an external provider keeps it
        return False
    if rule in ("guarantees", "free_space"):
        return True
    return rule == "rotation" and all(member.current is None for member in case.unit.members)
