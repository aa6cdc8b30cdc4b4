"""Letters sent to the signed-in citizen, and nobody else's."""

import datetime
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from audit.services import record
from citizens.access import Citizen
from common import clock
from letters.files import Stored
from letters.models import Letter
from letters.selectors import letter_pdf_path


@dataclass(frozen=True)
class Sent:
    """``can_open``: its PDF may be read here. A protected person's letters are sent by post only."""

    letter: Letter
    can_open: bool

    @property
    def day(self) -> datetime.date:
        """Posting date; for a digital mailbox the day of creation."""
        return self.letter.posted_on or self.letter.created_at.astimezone(clock.STOCKHOLM).date()


def letters_for(citizen: Citizen) -> list[Sent]:
    """Newest first."""
    can_open = not citizen.person.is_protected
    return [Sent(letter, can_open) for letter in _sent_to(citizen).defer("facts").order_by("-created_at", "-id")]


def _sent_to(citizen: Citizen) -> QuerySet[Letter]:
    """Copies sent to a representative have the representative's address."""
    letters = Letter.objects.filter(person=citizen.person).exclude(posted_on__isnull=True, delivery="")
    if citizen.mandate is None:
        return letters.filter(holder__isnull=True)
    return letters.filter(holder=citizen.holder) if citizen.holder else letters.none()


def open_letter(citizen: Citizen, *, reference: str) -> Stored:
    """The PDF. The access is logged.

    Raises:
        Letter.DoesNotExist: no such letter, not sent to them, or sent by post only.
    """
    letter = _sent_to(citizen).get(~Q(route=Letter.Route.PROTECTED), reference=reference)
    path = letter_pdf_path(letter)
    if path is None or citizen.person.is_protected:
        raise Letter.DoesNotExist
    record(
        actor=citizen.actor,
        action="letter.look",
        person_reference=citizen.person.reference,
        object_reference=letter.reference,
        acting_for=f"mandate:{citizen.mandate.pk}" if citizen.mandate else "",
    )
    return path
