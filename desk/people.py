"""List of people, based on ``visible_persons``."""

import datetime
from dataclasses import replace

from django.db.models import Exists, OuterRef, Prefetch, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from accounts.actors import Actor
from allocation.models import Placement
from choices.models import CareDecision, Person
from choices.selectors import visible_persons
from choices.swedish_order import sort_key
from letters.address import Address, address_lines
from letters.facts.common import mail_address
from providers.models import Area, Provider
from secrecy.protected import protected


def people(
    *, actor: Actor, day: datetime.date, name: str = "", area: Area | None = None, provider: Provider | None = None
) -> QuerySet[Person]:
    """People ``actor`` may see, with their data on ``day``. ``PEOPLE_IN_ORDER`` is their Swedish order.

    Each carries ``minutes`` (granted, following the choice) and ``placements_that_day``.
    """
    persons = visible_persons(actor=actor)
    if name or area or provider:
        # A match would confirm the searched value. Protected people are found by number or reference only.
        persons = persons.exclude(protected())
    for word in name.split():
        persons = persons.filter(sort_name__contains=sort_key(word))
    if area:
        persons = persons.filter(area=area)
    if provider:
        served = Placement.objects.on(day).filter(person=OuterRef("pk"), contract__provider=provider)
        persons = persons.filter(Exists(served))
    that_day = Placement.objects.on(day).select_related("contract__provider")
    granted = (
        CareDecision.objects.following_choice(day)
        .filter(person=OuterRef("pk"))
        .values("person")
        .values_list(Sum("minutes"))
    )
    return (
        persons.select_related("area")
        .annotate(minutes=Coalesce(Subquery(granted), 0))
        .prefetch_related(Prefetch("placements", that_day, to_attr="placements_that_day"))
    )


def mail_lines(person: Person) -> list[str]:
    """Lines of the address that letters are sent to, without the name. None where it is the home, or protected."""
    if person.is_protected:
        return []
    nameless = {"given_name": "", "family_name": ""}
    home = Address(**nameless, street=person.street, postal_code=person.postal_code, town=person.town)
    lines = address_lines(replace(mail_address(person), **nameless))
    return [] if lines == address_lines(home) else lines
