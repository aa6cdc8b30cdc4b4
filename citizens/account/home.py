"""Citizen's home page: current provider, next steps, choice, queues, letters."""

import datetime
from dataclasses import dataclass

from allocation.facts.ahead import Ahead, ahead_of
from allocation.facts.people import granted_minutes, open_offer_of, resting_offer_of, with_alarm_only
from allocation.facts.queues import Wait, waits_of
from allocation.models import AllocationRun, Offer, Placement
from allocation.services.together import apart_as_told, chose_alike
from allocation.wording import ahead_words
from choices.models import Amendment, Choice, Person, Wish
from choices.rounds import RoundNow, round_now
from choices.selectors import current_choice_of, ended_wishes, wishes_left
from citizens.access import Citizen
from citizens.account.letters import Sent, letters_for
from citizens.models import Draft
from handover.models import Order
from handover.selectors import start_order
from providers.models import Provider

# The rest are on a separate page.
LETTERS = 3


@dataclass(frozen=True)
class RoundForMe:
    """A round of the person's area, and whether they have chosen in it. ``earlier``: they have not, and an older choice
    counts in it (relation ``round_person``)."""

    now: RoundNow
    chose: bool
    earlier: Choice | None

    @property
    def is_over(self) -> bool:
        return self.now.phase == "closed"


@dataclass(frozen=True)
class Home:
    """``draft``: answers that are not sent, and so not received. ``minutes``: granted care a month; None for
    representatives, who may not see it. ``wishes``: valid wishes of the choice, ``ended``: ended ones; ``apart``:
    resting ones, which the household no longer shares. ``alike``: the household has chosen together; None: not asked
    for, or not told. ``alarm_only``: granted help without hours. ``start``: order to the coming provider, with
    the last day to phone and the agreed first visit.
    """

    person: Person
    ahead: Ahead
    minutes: int | None
    offer: Offer | None
    silent: Offer | None
    round: RoundForMe | None
    choice: Choice | None
    wishes: list[Wish]
    ended: list[Amendment]
    apart: list[Provider]
    draft: Draft | None
    queues: list[Wait]
    letters: list[Sent]
    more_letters: bool
    start: Order | None
    alike: bool | None
    alarm_only: bool

    @property
    def now(self) -> Placement | None:
        return self.ahead.now

    @property
    def then(self) -> Placement | None:
        return self.ahead.then

    @property
    def ahead_words(self) -> str:
        return ahead_words(self.ahead)

    @property
    def contract_until(self) -> datetime.date | None:
        """Last day of the current provider's contract, while it lies ahead."""
        end = self.now.contract.valid_until if self.now else None
        return end - datetime.timedelta(days=1) if end and end > self.ahead.day else None

    @property
    def help_until(self) -> datetime.date | None:
        """Last day of granted help, if an end is decided. Not for representatives."""
        end = self.ahead.help.ends
        return end - datetime.timedelta(days=1) if end and self.minutes is not None else None

    @property
    def is_being_decided(self) -> bool:
        """Wishes of a round are not in a queue until the round is decided."""
        return self.round is not None and self.round.chose

    @property
    def waits(self) -> bool:
        """Another provider is on its way: waited for, being decided, or decided."""
        return bool(self.queues) or self.is_being_decided or self.then is not None


def home_of(citizen: Citizen, *, day: datetime.date) -> Home:
    person = citizen.person
    choice = current_choice_of(person=person)
    letters = letters_for(citizen)
    ended = ended_wishes(choice) if choice else {}
    offer = open_offer_of(person, day)
    together = choice is not None and choice.together
    apart = apart_as_told(person) if together else []
    minutes = granted_minutes(person, day) if citizen.mandate is None else None
    ahead = ahead_of(person, day=day)
    return Home(
        person=person,
        ahead=ahead,
        minutes=minutes,
        offer=offer,
        silent=resting_offer_of(person, choice),
        # A round is for people with granted help.
        round=round_for(person, choice, day) if ahead.is_ever_helped else None,
        choice=choice,
        wishes=[wish for wish in choice.wishes.all() if wish.provider_id not in ended] if choice else [],
        ended=list(ended.values()),
        apart=[each for each in apart if offer is None or offer.contract.provider != each],
        draft=citizen.draft,
        queues=waits_of(person, today=day),
        letters=letters[:LETTERS],
        more_letters=len(letters) > LETTERS,
        start=start_order(placement=ahead.then) if ahead.then else None,
        alike=chose_alike(person) if together else None,
        alarm_only=minutes == 0 and bool(with_alarm_only([person.pk], day)),
    )


@dataclass(frozen=True)
class TakenBack:
    """Effects of a choice taken back. ``ahead``: what is decided is unchanged."""

    choice: Choice | None
    wishes: list[Wish]
    offer: Offer | None
    ahead: Ahead

    @property
    def now(self) -> Placement | None:
        return self.ahead.now

    @property
    def ahead_words(self) -> str:
        return ahead_words(self.ahead)


def taken_back_by(citizen: Citizen, *, day: datetime.date) -> TakenBack:
    person = citizen.person
    choice = current_choice_of(person=person)
    return TakenBack(
        choice=choice,
        wishes=wishes_left(choice) if choice else [],
        offer=open_offer_of(person, day),
        ahead=ahead_of(person, day=day),
    )


def round_for(person: Person, choice: Choice | None, day: datetime.date) -> RoundForMe | None:
    """The current round until its run is applied: from then on the person has been informed of the result."""
    now = round_now(day=day, area=person.area)
    if now is None or now.round.runs.filter(status=AllocationRun.Status.APPLIED).exists():
        return None
    chose = choice is not None and choice.round_id == now.round.pk
    earlier = choice if choice and not chose and not choice.declines_to_choose else None
    return RoundForMe(now, chose=chose, earlier=earlier)
