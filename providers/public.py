"""What the public pages read. Nothing here is about a person."""

import datetime
import re

from django.db.models import QuerySet

from providers.models import Area, AreaPostcode, Contract, Provider, ServiceType


def areas() -> QuerySet[Area]:
    return Area.objects.all()


def area_of_postcode(text: str) -> AreaPostcode | None:
    """The area a postcode usually belongs to, however it is written: ``147 85``, ``14785``, ``SE-147 85``."""
    digits = re.sub(r"\D", "", text)
    return AreaPostcode.objects.select_related("area").filter(pk=digits).first()


def contracts_of(*, provider: Provider, day: datetime.date) -> list[Contract]:
    """Where the provider works that day."""
    return list(Contract.objects.on(day).filter(provider=provider).select_related("area").order_by("area__name"))


def service_types() -> tuple[list[ServiceType], list[ServiceType]]:
    """The services that follow the choice, and those that stay with the municipality whoever one chooses."""
    services = list(ServiceType.objects.all())
    return [s for s in services if s.follows_choice], [s for s in services if not s.follows_choice]
