"""Queries of the public pages. No personal data."""

import datetime
import re
from collections.abc import Iterable

from django.db.models import QuerySet

from common.rounding import half_up
from providers.models import Area, AreaPostcode, Contract, Provider, ServiceType, SurveyResult
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


def published_figures(*, day: datetime.date) -> dict[int, dict[str, SurveyResult]]:
    """Provider id → question → latest figure, of all providers with a current or future contract. Includes those of too
    few answers (``SurveyResult.may_be_shown``)."""
    providers = current_or_coming(day=day).values("provider")
    return latest_figures(SurveyResult.objects.filter(provider__in=providers))


def latest_figures(results: Iterable[SurveyResult]) -> dict[int, dict[str, SurveyResult]]:
    """``results``: the latest first, as the table is ordered."""
    found: dict[int, dict[str, SurveyResult]] = {}
    for result in results:
        found.setdefault(result.provider_id, {}).setdefault(result.question, result)
    return found


def mean_of(results: Iterable[SurveyResult]) -> tuple[int, int] | None:
    """Percent, weighted by the answers, and the answers behind it. None: fewer than two providers have a figure that
    may be shown."""
    shown = [result for result in results if result.may_be_shown]
    answers = sum(result.answers for result in shown)
    if len(shown) < 2:
        return None
    weighted = sum(result.positive_percent * result.answers for result in shown)
    return half_up(weighted, answers), answers


def service_types() -> tuple[list[ServiceType], list[ServiceType]]:
    """Services that follow the choice, and those that stay with the municipality."""
    services = list(ServiceType.objects.all())
    return [s for s in services if s.follows_choice], [s for s in services if not s.follows_choice]
