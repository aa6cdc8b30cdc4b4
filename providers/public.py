"""What the public pages read. Nothing here is about a person."""

import datetime
import re

from django.db.models import QuerySet

from providers.models import Area, AreaPostcode, Contract, Provider, ServiceType
from providers.selectors import ProviderCard, current_or_coming, public_comparison


def areas() -> QuerySet[Area]:
    return Area.objects.all()


def area_of_postcode(text: str) -> AreaPostcode | None:
    """The area a postcode usually belongs to, however it is written: ``147 85``, ``14785``, ``SE-147 85``."""
    digits = re.sub(r"\D", "", text)
    return AreaPostcode.objects.select_related("area").filter(pk=digits).first()


def comparison(*, area: Area, language: str, day: datetime.date) -> list[ProviderCard]:
    """Whom one may choose in the area: those of today, and those who have signed and begin later.

    Before a round's placements begin, the new ones are what the choice is about.
    """
    starts = current_or_coming(day=day).filter(area=area, valid_from__gt=day).values_list("valid_from", flat=True)
    cards: dict[int, ProviderCard] = {}
    for each in [day, *sorted(set(starts))]:
        for card in public_comparison(area=area, language=language, day=each):
            cards.setdefault(card.provider.pk, card)
    return list(cards.values())


def contracts_of(*, provider: Provider, day: datetime.date) -> list[Contract]:
    """Where the provider works that day, or will."""
    return list(current_or_coming(day=day).filter(provider=provider).select_related("area").order_by("area__name"))


def service_types() -> tuple[list[ServiceType], list[ServiceType]]:
    """The services that follow the choice, and those that stay with the municipality whoever one chooses."""
    services = list(ServiceType.objects.all())
    return [s for s in services if s.follows_choice], [s for s in services if not s.follows_choice]
