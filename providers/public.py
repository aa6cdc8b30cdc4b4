"""Queries of the public pages. No personal data."""

import datetime
import re

from django.db.models import QuerySet

from providers.models import Area, AreaPostcode, Contract, Provider, ServiceType
from providers.selectors import ProviderCard, current_or_coming, public_comparison


def areas() -> QuerySet[Area]:
    return Area.objects.all()


def area_of_postcode(text: str) -> AreaPostcode | None:
    """Usual area of a postcode in any notation: ``147 85``, ``14785``, ``SE-147 85``."""
    digits = re.sub(r"\D", "", text)
    return AreaPostcode.objects.select_related("area").filter(pk=digits).first()


def comparison(*, area: Area, language: str, day: datetime.date) -> list[ProviderCard]:
    """Providers that can be chosen in the area: current ones, and those whose contract begins later.

    Before a round's placements begin, the new ones are the subject of the choice.
    """
    starts = current_or_coming(day=day).filter(area=area, valid_from__gt=day).values_list("valid_from", flat=True)
    cards: dict[int, ProviderCard] = {}
    for each in [day, *sorted(set(starts))]:
        for card in public_comparison(area=area, language=language, day=each):
            cards.setdefault(card.provider.pk, card)
    return list(cards.values())


def contracts_of(*, provider: Provider, day: datetime.date) -> list[Contract]:
    """Current or future contracts of the provider on that day."""
    return list(current_or_coming(day=day).filter(provider=provider).select_related("area").order_by("area__name"))


def service_types() -> tuple[list[ServiceType], list[ServiceType]]:
    """Services that follow the choice, and those that stay with the municipality."""
    services = list(ServiceType.objects.all())
    return [s for s in services if s.follows_choice], [s for s in services if not s.follows_choice]
