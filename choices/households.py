"""Households: their members, and leaving one."""

import datetime

from django.db import connection, transaction

from accounts.actors import Actor
from accounts.roles import Right
from audit.services import record
from choices.models import HouseholdMember, Person
from secrecy.protected import protected_sql

_OTHERS = """
    FROM choices_householdmember own
    JOIN choices_householdmember other ON other.household_id = own.household_id AND other.person_id <> own.person_id
    JOIN choices_person p ON p.id = other.person_id
    JOIN choices_person self ON self.id = own.person_id
    WHERE own.person_id = %(person)s AND p.deceased_on IS NULL
        AND own.valid_from <= %(day)s AND (own.valid_until IS NULL OR own.valid_until > %(day)s)
        AND other.valid_from <= %(day)s AND (other.valid_until IS NULL OR other.valid_until > %(day)s)
"""
_PROTECTED = f"({protected_sql('p')} OR {protected_sql('self')})"
# On every page of a choice: composing it by the ORM takes six times as long as running it.
LIVES_WITH_SOMEBODY = f"EXISTS (SELECT 1 {_OTHERS} AND NOT {_PROTECTED})"
_WITH_SOMEBODY_PROTECTED = f"SELECT EXISTS (SELECT 1 {_OTHERS} AND {_PROTECTED})"


def lives_with_somebody(*, person: Person, day: datetime.date) -> bool:
    """Whether another person in the home has care, without identifying them. Nothing is told to or of a protected
    person: somebody who has fled is a member until the care system says otherwise.
    """
    return _exists(f"SELECT {LIVES_WITH_SOMEBODY}", person, day)


def is_hidden_from_household(*, person: Person, day: datetime.date) -> bool:
    """Whether the person or another in the home is protected, so that neither is told of the other's choice."""
    return _exists(_WITH_SOMEBODY_PROTECTED, person, day)


def _exists(statement: str, person: Person, day: datetime.date) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(statement, {"person": person.pk, "day": day})
        return bool(cursor.fetchone()[0])


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
