"""Letters that must not be sent as they are: the addressee has died, moved or become protected.

One definition for a batch that is composed, approved or handed over, and for digital delivery. A protected holder of
a mandate gets the same message as one without an address: it is read by staff who may not know of the protection.
"""

from collections.abc import Sequence
from typing import Any

from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext_noop as _

from choices.models import MandateHolder, Person
from common import clock
from letters.address import address_lines
from letters.facts.common import copy_address, mail_address
from letters.models import Letter, ReturnedLetter
from secrecy.protected import protected

DEAD = _("Personen har avlidit sedan brevet skrevs.")
PROTECTED_SINCE = _("Personen har fått skyddade uppgifter sedan brevet skrevs.")
MERGED = _("Personen har fått ett nytt nummer.")
MOVED = _("Personen har en annan adress nu.")
RENAMED = _("Personen heter något annat nu.")
CAME_BACK = _("Ett tidigare brev har kommit tillbaka.")
HOLDER = _("Företrädarens adress saknas eller är inte hel.")
MANDATE_ENDED = _("Företrädaren får inte längre välja åt personen.")


def faults_by_letter(letters: QuerySet[Letter]) -> dict[int, str]:
    """Letter id → reason not to send it (a message id). Letters without a fault are left out.

    A few queries for a batch of thousands. Of the frozen facts only name and address are read.
    """
    then = {"name_then": F("facts__name"), "address_then": F("facts__address")}
    given = list(letters.select_related("person", "holder__mandate").defer("facts").annotate(**then))
    returned = set(
        ReturnedLetter.objects.filter(
            handled_at__isnull=True, letter__person__in={letter.person_id for letter in given}
        ).values_list("letter__person_id", flat=True)
    )
    gone = _holders_not_to_be_written_to([letter.holder_id for letter in given if letter.holder_id])
    found = {letter.pk: _fault(letter, returned, gone) for letter in given}
    return {pk: fault for pk, fault in found.items() if fault}


def lock_addressees(letters: QuerySet[Letter]) -> None:
    """Lock the addressees of ``letters`` until the transaction ends: persons, and holders in the register.

    In primary-key order. A change of protection, death or address waits, and sees the letters as handed over.
    """
    numbers = MandateHolder.objects.filter(pk__in=letters.filter(holder__isnull=False).values("holder"))
    concerned = Person.objects.filter(
        Q(pk__in=letters.values("person")) | Q(identity_number__in=numbers.values("identity_number"))
    )
    # Evaluated to take the locks.
    list(concerned.select_for_update(no_key=True).order_by("pk").values_list("pk", flat=True))


def _fault(letter: Any, returned: set[int], gone: set[int]) -> str:
    person = letter.person
    if person.deceased_on:
        return DEAD
    if person.is_protected:
        return PROTECTED_SINCE
    if person.merged_into_id:
        return MERGED
    if letter.name_then != person.full_name:
        return RENAMED
    if letter.holder is None:
        if letter.route == Letter.Route.DIGITAL:
            return ""
        if person.pk in returned:
            return CAME_BACK
        return MOVED if letter.address_then != address_lines(mail_address(person)) else ""
    if letter.holder_id in gone or letter.address_then != address_lines(copy_address(letter.holder)):
        return HOLDER
    until = letter.holder.mandate.valid_until
    return MANDATE_ENDED if until and until <= clock.today() else ""


def _holders_not_to_be_written_to(holders: Sequence[int]) -> set[int]:
    """Protected and deceased people among these holders, according to the register."""
    numbers = dict(MandateHolder.objects.filter(pk__in=holders).values_list("pk", "identity_number"))
    never = Person.objects.filter(protected() | Q(deceased_on__isnull=False), identity_number__in=set(numbers.values()))
    found = set(never.values_list("identity_number", flat=True))
    return {pk for pk, number in numbers.items() if number in found}
