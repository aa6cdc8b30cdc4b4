"""One question at every way out: may this actor have something of these people, for this purpose, now?

Callers hand over everybody concerned: the person, and holders of mandates, members of the household or addressees of
copies who stand in what goes out. What is let out is logged in the same breath.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol, TypeVar

from django.http import Http404

from accounts.actors import Actor
from accounts.roles import Right
from audit.access_reasons import reason_for
from audit.services import record_reads, record_search


class Purpose(StrEnum):
    """The ways out. Each has a rule in ``allows``."""

    PAGE = "page"
    LETTER = "letter"
    FILE = "file"
    LIST = "list"
    SEARCH = "search"
    COUNT = "count"
    EXPORT = "export"
    PRINT = "print"
    HAND_OVER = "hand_over"
    DIGITAL = "digital"
    LOG = "log"
    ERROR = "error"


class Concerned(Protocol):
    """Somebody who stands in what goes out. ``reference`` empty: a holder of a mandate whom the register does not
    know."""

    @property
    def reference(self) -> str: ...

    @property
    def is_protected(self) -> bool: ...


_C = TypeVar("_C", bound=Concerned)


@dataclass(frozen=True)
class Party:
    """Somebody concerned, told by a caller that has no row of them at hand."""

    reference: str
    is_protected: bool


class Refused(Http404):
    """Answered as if there were nothing there: that it was refused would tell that somebody is protected."""


# In full, about one or a few: a protected one takes the right and a reason that was given for just them.
_IN_FULL = {Purpose.PAGE, Purpose.LETTER, Purpose.FILE}
# As a row (``secrecy.listed``) or a number: a protected one takes the right.
_AS_A_ROW = {Purpose.LIST, Purpose.SEARCH, Purpose.COUNT}
# EXPORT, PRINT, HAND_OVER, DIGITAL: it leaves the house, with nobody protected in it, whoever asks. LOG, ERROR: what is
# known of a protected person never goes there; the log of looks holds references, for its reviewer.


def allows(*, actor: Actor, concerned: Iterable[Concerned], purpose: Purpose) -> bool:
    """The rule, without a trace. A reason counts for the person it was given for and no one else."""
    protected = [each for each in concerned if each.is_protected]
    if not protected:
        return True
    if purpose in _AS_A_ROW:
        return actor.may(Right.SEE_PROTECTED)
    if purpose in _IN_FULL:
        given = actor.user_id is None or all(reason_for(each.reference) for each in protected)
        return actor.may(Right.SEE_PROTECTED) and given
    return False


def counts_everybody(actor: Actor) -> bool:
    """May totals that hold protected people be shown?

    Yes to those who may know of them, and to those who see no person at all: they can subtract nobody, and get them in
    fives (``common.suppression.coarse``). Others get totals of the people they see, or none: the difference would be
    somebody.
    """
    return actor.may(Right.SEE_PROTECTED) or not (actor.may(Right.SEE_PERSONS) or actor.may(Right.OWN_CLIENTS))


def without_reason(concerned: Iterable[_C], *, actor: Actor) -> _C | None:
    """The first protected one that ``actor`` may see and has given no reason for: to be asked before ``let_out``."""
    if not actor.may(Right.SEE_PROTECTED) or actor.user_id is None:
        return None
    return next((each for each in concerned if each.is_protected and not reason_for(each.reference)), None)


def let_out(*, actor: Actor, concerned: Iterable[Concerned], purpose: Purpose, what: str) -> None:
    """Ask, and log a look at each of them that the register knows. ``what``: the page or file, for the log.

    Raises:
        Refused: somebody concerned is not for this actor; nothing may go out, and nothing is logged.
    """
    record_reads(actor=actor, person_references=_asked(actor, concerned, purpose), what=what)


def let_out_search(
    *, actor: Actor, concerned: Iterable[Concerned], what: str, search: dict[str, str], hits: int
) -> None:
    """The same of what a search shows, and log the search itself, also when it finds nobody. ``hits`` counts all pages.

    Raises:
        Refused: as ``let_out``.
    """
    references = _asked(actor, concerned, Purpose.SEARCH)
    record_search(actor=actor, person_references=references, what=what, search=search, hits=hits)


def _asked(actor: Actor, concerned: Iterable[Concerned], purpose: Purpose) -> list[str]:
    """The references to log: of everybody whom the register knows."""
    everybody = list(concerned)
    if not allows(actor=actor, concerned=everybody, purpose=purpose):
        raise Refused
    return list(dict.fromkeys(each.reference for each in everybody if each.reference))
