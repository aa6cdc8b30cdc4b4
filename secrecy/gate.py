"""Access rule of every output: may this actor have data of these people, for this purpose, now?

Callers pass everybody concerned: the person, and mandate holders, household members or addressees of copies named in
the output. Granted access is logged in the same step.
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
    """Kinds of output. Each has a rule in ``allows``."""

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
    """A person named in the output. ``reference`` empty: a mandate holder who is not in the register."""

    @property
    def reference(self) -> str: ...

    @property
    def is_protected(self) -> bool: ...


_C = TypeVar("_C", bound=Concerned)


@dataclass(frozen=True)
class Party:
    """A person concerned, described by a caller without their row."""

    reference: str
    is_protected: bool


class Refused(Http404):
    """Answered as not found: a refusal would reveal protection."""


# Full data of one or a few: a protected person needs the permission and a reason given for this person.
_IN_FULL = {Purpose.PAGE, Purpose.LETTER, Purpose.FILE}
# A row (``secrecy.listed``) or a number: a protected person needs the permission.
_AS_A_ROW = {Purpose.LIST, Purpose.SEARCH, Purpose.COUNT}
# EXPORT, PRINT, HAND_OVER, DIGITAL: data leaves the system, without protected people, for every actor. LOG, ERROR:
# never data of protected people; the access log holds references, for its reviewer.


def allows(*, actor: Actor, concerned: Iterable[Concerned], purpose: Purpose) -> bool:
    """The rule, without logging. A reason counts for one person only."""
    protected = [each for each in concerned if each.is_protected]
    if not protected:
        return True
    if purpose in _AS_A_ROW:
        return actor.may(Right.SEE_PROTECTED)
    if purpose in _IN_FULL:
        # A citizen or the system gives no reason.
        given = actor.user_id is None or all(reason_for(each.reference) for each in protected)
        return actor.may(Right.SEE_PROTECTED) and given
    return False


def counts_everybody(actor: Actor) -> bool:
    """Whether totals that include protected people may be shown.

    Yes for actors who may know of them, and for those who see no person at all: they have nothing to subtract, and get
    totals in fives (``common.suppression.coarse``). Others get totals of the people they see, or none: the difference
    would reveal a person.
    """
    return actor.may(Right.SEE_PROTECTED) or not (actor.may(Right.SEE_PERSONS) or actor.may(Right.OWN_CLIENTS))


def without_reason(concerned: Iterable[_C], *, actor: Actor) -> _C | None:
    """First protected person that ``actor`` may see without a given reason: to be requested before ``disclose``."""
    if not actor.may(Right.SEE_PROTECTED) or actor.user_id is None:
        return None
    return next((each for each in concerned if each.is_protected and not reason_for(each.reference)), None)


def disclose(*, actor: Actor, concerned: Iterable[Concerned], purpose: Purpose, what: str) -> None:
    """Check access, and log it for each registered person concerned. ``what``: the page or file, for the log.

    Raises:
        Refused: for a person concerned; nothing may be output, and nothing is logged.
    """
    record_reads(actor=actor, person_references=_asked(actor, concerned, purpose), what=what)


def disclose_search(
    *, actor: Actor, concerned: Iterable[Concerned], what: str, search: dict[str, str], hits: int
) -> None:
    """The same for search results; the search itself is logged too, also without a result. ``hits`` counts all pages.

    Raises:
        Refused: as ``disclose``.
    """
    references = _asked(actor, concerned, Purpose.SEARCH)
    record_search(actor=actor, person_references=references, what=what, search=search, hits=hits)


def _asked(actor: Actor, concerned: Iterable[Concerned], purpose: Purpose) -> list[str]:
    """References to log: of every registered person concerned."""
    everybody = list(concerned)
    if not allows(actor=actor, concerned=everybody, purpose=purpose):
        raise Refused
    return list(dict.fromkeys(each.reference for each in everybody if each.reference))
