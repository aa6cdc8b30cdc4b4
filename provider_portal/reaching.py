"""Address and phone number of a client, and of those who may be phoned for them, as a provider may read them."""

import datetime
from typing import NamedTuple

from allocation.models import Placement
from choices.models import Person


class Reached(NamedTuple):
    """Empty: missing, or not for the provider. ``is_over``: nothing is shown, because the placement has ended; nor
    are the representatives, whose phone numbers may be the person's own, or newer.
    """

    street: str = ""
    postal_code: str = ""
    town: str = ""
    phone: str = ""
    is_over: bool = False


def reached_at(person: Person, placement: Placement, *, today: datetime.date) -> Reached:
    """``placement``: the person's at the provider. Nothing once it has ended, or if it never begins: the person may
    have moved or changed their number since, and neither is for a former provider. No address of a protected person.
    """
    if placement.valid_until and placement.valid_until <= max(today, placement.valid_from):
        return Reached(is_over=True)
    if person.is_protected:
        return Reached(phone=person.phone)
    return Reached(person.street, person.postal_code, person.town, person.phone)
