"""Available providers and current state, read once per page."""

import datetime
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import get_language

from allocation.facts.ahead import Ahead, Help, ahead_of, help_of
from allocation.facts.shared import Shared
from allocation.models import AllocationRun, Placement
from allocation.public_availability import Band, bands
from allocation.wording import ahead_words
from choices.households import lives_with_somebody
from choices.models import CareDecision, Choice, ChoiceRound
from choices.rounds import RoundNow, round_now, round_of
from choices.selectors import current_choice_of
from choices.wording import NOTHING_CHANGES
from citizens.access import Citizen
from citizens.choosing.models import Draft
from citizens.joint import waiting_for
from citizens.models import JointChoice
from citizens.public.comparison import room_words
from common import clock
from providers import public
from providers.languages import language_name
from providers.models import Provider
from providers.neutral_order import shuffled
from providers.selectors import ProviderCard, municipality
from providers.wording import IF_YOU_DO_NOTHING


class Offer(NamedTuple):
    """A selectable provider in the reader's words: plain values, for a part that is rendered once."""

    code: str
    name: str
    kind: str
    room: tuple[str, str]
    always_fits: bool


@dataclass(frozen=True)
class Option:
    """A selectable provider and its room; None: its contract has not begun."""

    card: ProviderCard
    band: Band | None
    day: datetime.date

    @property
    def provider(self) -> Provider:
        return self.card.provider

    @property
    def always_fits(self) -> bool:
        """A provider without a ceiling: wishes below it are never used."""
        return self.band is not None and self.band.room == "own"

    @cached_property
    def offer(self) -> Offer:
        words, ends = room_words(self.card.contract, self.band, self.day)
        provider = self.provider
        return Offer(provider.code, provider.name, provider.get_kind_display(), (str(words), ends), self.always_fits)


class Situation:
    """Situation of one person today, as seen by them or their representative. ``shared``: of the request. ``draft``: as
    read in the request, which knows about the household.
    """

    def __init__(self, citizen: Citizen, shared: Shared | None = None, draft: Draft | None = None) -> None:
        self.citizen, self.person, self.mandate = citizen, citizen.person, citizen.mandate
        self.shared, self.area = shared or Shared(), citizen.person.area
        self.day: datetime.date = clock.today()
        if draft is not None and draft.lives_with_somebody is not None:
            self.lives_with_somebody = draft.lives_with_somebody

    @cached_property
    def _granted(self) -> list[CareDecision]:
        """Decisions of the day, and later ones."""
        decisions = CareDecision.objects.exclude(valid_until__lte=self.day).filter(person=self.person)
        return list(decisions.select_related("service_type").order_by("service_type__name"))

    @cached_property
    def help(self) -> Help:
        return help_of(self._granted)

    @cached_property
    def ahead(self) -> Ahead:
        return ahead_of(self.person, day=self.day, help=self.help)

    @property
    def now(self) -> Placement | None:
        return self.ahead.now

    @property
    def next(self) -> Placement | None:
        return self.ahead.then

    @property
    def granted(self) -> list[CareDecision]:
        return [decision for decision in self._granted if decision.covers(self.day)]

    @cached_property
    def current(self) -> Choice | None:
        return current_choice_of(person=self.person)

    @cached_property
    def waits_for_consent(self) -> JointChoice | None:
        """A choice under a joint mandate that other holders have not confirmed."""
        return waiting_for(self.citizen)

    @cached_property
    def announced(self) -> RoundNow | None:
        """The announced round of the area."""
        return self.shared.get(("announced", self.area.pk, self.day), lambda: round_now(day=self.day, area=self.area))

    @cached_property
    def round(self) -> ChoiceRound | None:
        """Round of a choice sent today. None: outside rounds, which is always possible."""
        return self.shared.get(
            ("round", self.area.pk, self.day), lambda: round_of(person=self.person, received_on=self.day)
        )

    @cached_property
    def is_decided(self) -> bool:
        """The places of the announced round have been assigned: from then on the person has been informed."""
        announced = self.announced
        return announced is not None and self.shared.get(
            ("decided", announced.round.pk, self.day),
            lambda: announced.round.runs.filter(status=AllocationRun.Status.APPLIED).exists(),
        )

    @property
    def is_over(self) -> bool:
        """The announced round is closed."""
        return self.announced is not None and self.announced.phase == "closed"

    def decides(self, choice: Choice) -> bool:
        """Whether the announced round is that of the choice, and its places have not been assigned."""
        announced = self.announced
        return announced is not None and announced.round.pk == choice.round_id and not self.is_decided

    @property
    def if_you_do_nothing(self) -> Promise | str:
        """The default without an answer, with the same words in letter and web."""
        if self.help.starts is None:
            return ahead_words(self.ahead)
        if self.announced and not self.is_decided:
            return self.announced.if_you_do_nothing
        ahead = self.ahead
        if ahead.keeps:
            return NOTHING_CHANGES
        if ahead.then or ahead.now or not self.options:
            return ahead_words(ahead)
        return IF_YOU_DO_NOTHING[self.shared.get(("no answer",), lambda: municipality().no_answer_rule)]

    @cached_property
    def options(self) -> list[Option]:
        """In the order of the person's letters, which differs between people."""
        language = get_language()
        cards = self.shared.get(
            ("cards", self.area.pk, language, self.day),
            lambda: public.comparison(area=self.area, language=language, day=self.day),
        )
        found = bands(area=self.area, day=self.day, shared=self.shared)
        mine = shuffled(cards, seed=self.person.reference, key=lambda card: card.provider.code)
        return [self._option(card, found.get(card.provider.pk), language) for card in mine]

    def _option(self, card: ProviderCard, band: Band | None, language: str | None) -> Option:
        key = ("option", card.contract.pk, band, language, self.day)
        return self.shared.get(key, lambda: Option(card, band, self.day))

    @cached_property
    def offered(self) -> dict[str, Option]:
        return {option.provider.code: option for option in self.options}

    @cached_property
    def lives_with_somebody(self) -> bool:
        return lives_with_somebody(person=self.person, day=self.day)

    @cached_property
    def languages(self) -> dict[str, str]:
        """Code → name of the languages of any local provider's staff."""
        return self.shared.get(("languages", self.area.pk, get_language(), self.day), self._languages)

    def _languages(self) -> dict[str, str]:
        codes = {code for option in self.options for code in option.provider.staff_languages}
        return dict(sorted(((code, language_name(code)) for code in codes), key=lambda pair: pair[1]))
