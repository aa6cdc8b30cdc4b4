"""Filters of the comparison: by language of the staff, meals, and non-profit."""

from dataclasses import dataclass
from typing import Any

from providers.languages import language_name
from providers.models import Provider
from providers.selectors import ProviderCard


@dataclass(frozen=True)
class Filtered:
    """``fit``: the cards that fit. ``unanswered``: those that have not answered, which is neither yes nor no."""

    fit: list[ProviderCard]
    unanswered: list[ProviderCard]


def filtered(cards: list[ProviderCard], asked: dict[str, Any]) -> Filtered:
    fit, unanswered = [], []
    for card in cards:
        answers = [
            _has(card.provider.staff_languages, asked["sprak"]),
            _has(card.provider.meals, asked["mat"]),
            not asked["ideell"] or card.provider.kind == Provider.Kind.NON_PROFIT,
        ]
        if all(answers):
            fit.append(card)
        elif False not in answers:
            unanswered.append(card)
    return Filtered(fit, unanswered)


def _has(answers: list[str], asked: str) -> bool | None:
    """None: the provider has not answered."""
    if not asked:
        return True
    return asked in answers if answers else None


def offered_languages(cards: list[ProviderCard]) -> list[tuple[str, str]]:
    """Code and name of the languages of any provider's staff, by name."""
    codes = {code for card in cards for code in card.provider.staff_languages}
    return sorted(((code, language_name(code)) for code in codes), key=lambda pair: pair[1])


def offered_meals(cards: list[ProviderCard]) -> list[tuple[str, str]]:
    codes = {code for card in cards for code in card.provider.meals}
    return [(str(code), str(label)) for code, label in Provider.Meals.choices if code in codes]
