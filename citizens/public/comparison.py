"""The comparison: questions in order, each with the answers of all providers. Pages and their filters read it.

A missing answer or figure is shown as missing, in words, and never counts as the best value.
"""

import datetime
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from allocation.public_availability import Band, bands
from allocation.public_waits import PastWait, past_waits
from citizens.account.durations import at_most
from common.languages import comma_list
from followup.performed import Continuity, mean_continuity, public_continuity
from providers.languages import language_name
from providers.models import Area, Contract, SurveyResult
from providers.public import mean_of, published_figures
from providers.selectors import ProviderCard

FIGURES, ROOM, WORDS = "figures", "room", "words"
PARTS: dict[str, Promise] = {
    FIGURES: gettext_lazy("Siffror"),
    ROOM: gettext_lazy("Plats och kö"),
    WORDS: gettext_lazy("Så arbetar de"),
}
STAFF = "staff"
# Of the figures: the order of the page.
TITLES: dict[str, Promise] = {
    SurveyResult.Question.SATISFIED: gettext_lazy("Nöjda med hemtjänsten"),
    STAFF: gettext_lazy("Olika personer på 14 dagar"),
    SurveyResult.Question.CONTACT: gettext_lazy("Har en egen kontaktperson"),
    SurveyResult.Question.NURSES: gettext_lazy("Undersköterskor i personalen"),
    SurveyResult.Question.INFLUENCE: gettext_lazy("Kan påverka tiderna"),
    SurveyResult.Question.TREATED_WELL: gettext_lazy("Får ett bra bemötande"),
    SurveyResult.Question.SAFE: gettext_lazy("Känner sig trygga"),
    SurveyResult.Question.ON_TIME: gettext_lazy("Personalen kommer i tid"),
}


@dataclass(frozen=True)
class Answer:
    """``note``: the number behind a figure, or more of the same. ``missing``: ``words`` say that there is no answer.
    ``language`` of the words and ``note_language``: where a provider or the municipality wrote them."""

    card: ProviderCard
    words: str | Promise
    note: str | Promise = ""
    missing: bool = False
    language: str = ""
    note_language: str = ""


@dataclass(frozen=True)
class Question:
    """``mean``: of the municipality. ``sources``: of the figures, in Swedish, with their months."""

    code: str
    part: str
    title: str | Promise
    answers: list[Answer]
    mean: str = ""
    sources: list[tuple[str, datetime.date]] = field(default_factory=list)


@dataclass(frozen=True)
class Basis:
    """Of all providers of the municipality, by id; ``continuity`` by code (``followup.performed.public_continuity``).
    ``bands`` and ``waits``: of the area."""

    day: datetime.date
    figures: Mapping[int, Mapping[str, SurveyResult]]
    continuity: Mapping[str, Continuity | None]
    bands: Mapping[int, Band]
    waits: Mapping[int, PastWait]


def basis_of(area: Area, *, day: datetime.date) -> Basis:
    return Basis(
        day=day,
        figures=published_figures(day=day),
        continuity=public_continuity(day=day),
        bands=bands(area=area, day=day),
        waits=past_waits(area=area, day=day),
    )


def provider_page(
    card: ProviderCard,
    contracts: list[Contract],
    *,
    day: datetime.date,
    figures: Mapping[int, Mapping[str, SurveyResult]] | None = None,
) -> dict[str, Any]:
    """Context of the page of one provider, with its room in each area. ``figures``: for a preview."""
    if figures is None:
        figures = published_figures(day=day)
    basis = Basis(day=day, figures=figures, continuity=public_continuity(day=day), bands={}, waits={})
    places = []
    for contract in contracts:
        band = bands(area=contract.area, day=day).get(contract.provider_id)
        places.append((contract, room_words(contract, band, day), band))
    return {"card": card, "questions": questions([card], basis, parts=[FIGURES, WORDS]), "places": places}


def questions(cards: list[ProviderCard], basis: Basis, *, parts: Iterable[str] = PARTS) -> list[Question]:
    made = {
        FIGURES: lambda: [
            _continuity(cards, basis) if code == STAFF else _share(code, cards, basis) for code in TITLES
        ],
        ROOM: lambda: _room(cards, basis),
        WORDS: lambda: _words(cards),
    }
    return [question for part in parts for question in made[part]()]


@dataclass(frozen=True)
class Part:
    title: Promise
    questions: list[Question]

    @property
    def sources(self) -> list[tuple[str, datetime.date]]:
        """Each once."""
        return list(dict.fromkeys(source for question in self.questions for source in question.sources))


def by_part(found: list[Question]) -> list[Part]:
    return [Part(PARTS[part], list(those)) for part, those in groupby(found, key=lambda question: question.part)]


def _share(code: str, cards: list[ProviderCard], basis: Basis) -> Question:
    results = {card.provider.pk: basis.figures.get(card.provider.pk, {}).get(code) for card in cards}
    mean = mean_of(result for figures in basis.figures.values() if (result := figures.get(code)))
    sources = {(result.source, result.asked_on): None for result in results.values() if result}
    return Question(
        code,
        FIGURES,
        TITLES[code],
        [_share_of(card, results[card.provider.pk]) for card in cards],
        mean=_("%(percent)s av 100") % {"percent": mean[0]} if mean else "",
        sources=list(sources),
    )


def _share_of(card: ProviderCard, result: SurveyResult | None) -> Answer:
    if result is None:
        return Answer(card, _("Ingen siffra än"), missing=True)
    if not result.may_be_shown:
        return Answer(card, _("För få för en siffra"), missing=True)
    if result.question == SurveyResult.Question.NURSES:
        behind = ngettext("%(count)s anställd", "%(count)s anställda", result.answers)
    else:
        behind = ngettext("%(count)s svar", "%(count)s svar", result.answers)
    return Answer(
        card, _("%(percent)s av 100") % {"percent": result.positive_percent}, behind % {"count": result.answers}
    )


def _continuity(cards: list[ProviderCard], basis: Basis) -> Question:
    mean = mean_continuity(basis.continuity)
    return Question(
        STAFF,
        FIGURES,
        TITLES[STAFF],
        [_continuity_of(card, basis) for card in cards],
        mean=mean,
    )


def _continuity_of(card: ProviderCard, basis: Basis) -> Answer:
    if card.provider.code not in basis.continuity:
        return Answer(card, _("Har inte redovisat"), missing=True)
    measured = basis.continuity[card.provider.code]
    if measured is None:
        return Answer(card, _("För få för en siffra"), missing=True)
    behind = ngettext("%(count)s person, %(month)s", "%(count)s personer, %(month)s", measured.persons)
    month = date_format(measured.month, "YEAR_MONTH_FORMAT")
    return Answer(card, measured.mean, behind % {"count": measured.persons, "month": month})


def _room(cards: list[ProviderCard], basis: Basis) -> list[Question]:
    found = []
    for code, title, answer in (
        ("room", _("Finns det plats nu?"), room_of),
        ("queue", _("Hur många står i kö?"), _queue_of),
        ("wait", _("Hur länge har andra väntat?"), _wait_of),
    ):
        found.append(Question(code, ROOM, title, [answer(card, basis) for card in cards]))
    return found


def room_of(card: ProviderCard, basis: Basis) -> Answer:
    band = basis.bands.get(card.provider.pk)
    return Answer(card, *room_words(card.contract, band, basis.day))


def room_words(contract: Contract, band: Band | None, day: datetime.date) -> tuple[str | Promise, str]:
    """Room in an area, and the last day of a contract that ends."""
    ends = ""
    if contract.valid_until:
        last = contract.valid_until - datetime.timedelta(days=1)
        ends = _("Deras avtal med kommunen gäller till och med %(day)s.") % {"day": date_format(last)}
    if contract.valid_from > day:
        words = _("De börjar %(day)s. Om det är fullt då kan du ställa dig i kö.")
        return words % {"day": date_format(contract.valid_from)}, ends
    return band.room_words if band else _("Det vet vi inte än."), ends


def _queue_of(card: ProviderCard, basis: Basis) -> Answer:
    band = basis.bands.get(card.provider.pk)
    if band is None or band.queue_words is None:
        return Answer(card, _("Det vet vi inte än."), missing=True)
    return Answer(card, band.queue_words)


def _wait_of(card: ProviderCard, basis: Basis) -> Answer:
    wait = basis.waits.get(card.provider.pk)
    if wait is None:
        return Answer(card, _("Ingen siffra än"), missing=True)
    behind = ngettext("%(count)s person har fått plats", "%(count)s personer har fått plats", wait.persons)
    words = _("Hälften har fått plats inom %(time)s.") % {"time": at_most(wait.days)}
    return Answer(card, words, behind % {"count": wait.persons})


def _words(cards: list[ProviderCard]) -> list[Question]:
    told = [
        ("kind", _("Vem driver?"), [_kind(c) for c in cards]),
        ("about", _("Vilka är de?"), [_own(c, "about") for c in cards]),
        ("languages", _("Vilka språk talar personalen?"), [_known(c, _spoken(c)) for c in cards]),
        ("meals", _("Hur blir det med maten?"), [_own(c, "meals") for c in cards]),
        ("continuity", _("Hur många kommer hem till dig?"), [_own(c, "continuity") for c in cards]),
        ("education", _("Vilken utbildning har personalen?"), [_own(c, "education") for c in cards]),
        ("specialisms", _("Vad kan de särskilt bra?"), [_own(c, "specialisms") for c in cards]),
        ("permit", _("Har de tillstånd?"), [Answer(c, _permit(c)) for c in cards]),
        ("reach", _("Så når du dem"), [Answer(c, c.provider.phone) for c in cards]),
    ]
    return [Question(code, WORDS, title, answers) for code, title, answers in told]


def _own(card: ProviderCard, name: str) -> Answer:
    """In the provider's own words."""
    return _known(card, getattr(card.profile, name, ""), card.language)


def _kind(card: ProviderCard) -> Answer:
    return Answer(card, card.provider.get_kind_display(), card.provider.owner, note_language="sv")


def _known(card: ProviderCard, words: str, language: str = "") -> Answer:
    return Answer(card, words, language=language) if words else Answer(card, _("Inget svar"), missing=True)


def _spoken(card: ProviderCard) -> str:
    text = comma_list(language_name(code) for code in card.provider.staff_languages)
    return text[:1].upper() + text[1:]


def _permit(card: ProviderCard) -> str:
    if card.contract.permit == Contract.Permit.UNSTATED and card.provider.is_municipal:
        return _("Kommunens egen hemtjänst behöver inget tillstånd.")
    return f"{card.contract.get_permit_display()}."
