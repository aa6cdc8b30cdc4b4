"""People of the demo with a story of their own, for its sign-in."""

import datetime
from random import Random

from django.db import transaction

from choices.mandate_services import add_mandate
from choices.models import Mandate, Person
from choices.protection import PROTECTED
from common import clock
from demo import municipality
from demo.numbers import TestNumbers

BORN = datetime.date(1964, 3, 8)


@transaction.atomic
def add_daughter(*, seed: int) -> None:
    """A daughter with a power of attorney that staff have seen. Idempotent."""
    if Mandate.objects.filter(kind=Mandate.Kind.PROXY, evidence_seen_at__isnull=False).exists():
        return
    today = clock.today()
    alone = Person.objects.in_care(today).filter(household_memberships=None, mandates=None).exclude(PROTECTED)
    person = alone.filter(care_decisions__minutes__gt=0).order_by("identity_number").first()
    if person is None:
        return
    numbers = TestNumbers(Random(seed))
    number = numbers.personal(BORN, woman=True)
    while Person.objects.filter(identity_number=number).exists():
        number = numbers.personal(BORN, woman=True)
    add_mandate(
        person=person,
        kind=Mandate.Kind.PROXY,
        holder=f"Karin {person.family_name}",
        scope="Val av utförare av hemtjänst",
        evidence="Skriftlig fullmakt",
        evidence_seen=True,
        valid_from=today - datetime.timedelta(days=60),
        phone="070-174 06 21",
        identity_number=number,
        actor=municipality.actor("handlaggare"),
    )
