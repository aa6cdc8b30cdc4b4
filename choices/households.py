"""Households: their members, and leaving one."""

import datetime

from django.db import transaction

from accounts.actors import Actor
from accounts.roles import Right
from audit.services import record
from choices.models import HouseholdMember, Person


def lives_with_somebody(*, person: Person, day: datetime.date) -> bool:
    """Whether another person in the home has care, without identifying them."""
    own = HouseholdMember.objects.on(day).filter(person=person).values("household")
    others = HouseholdMember.objects.on(day).filter(household__in=own, person__deceased_on=None).exclude(person=person)
    return others.exists()


@transaction.atomic
def leave_household(*, person: Person, on: datetime.date, actor: Actor) -> int:
    """End the person's membership: ``on`` is the first day outside.

    Returns the number of memberships ended; idempotent.
    """
    actor.require(Right.REGISTER_CHOICE)
    open_ones = HouseholdMember.objects.select_for_update().filter(person=person, valid_until__isnull=True)
    count = 0
    for member in open_ones:
        if member.valid_from >= on:
            member.valid_until = member.valid_from + datetime.timedelta(days=1)
        else:
            member.valid_until = on
        member.save(update_fields=["valid_until"])
        count += 1
    if count:
        record(
            actor=actor,
            action="household.leave",
            person_reference=person.reference,
            after={"valid_until": str(on)},
        )
    return count
