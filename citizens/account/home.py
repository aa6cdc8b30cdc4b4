"""What somebody sees first: what I have, what happens next, what I have chosen, where I wait, my letters."""

import datetime
from dataclasses import dataclass

from django.db.models import Sum

from allocation.models import AllocationRun, Offer, Placement
from allocation.person_queue import Waiting, waiting_of
from allocation.selectors import next_placement, placement_on
from choices.models import CareDecision, Choice, Person
from choices.rounds import RoundNow, round_now
from choices.selectors import current_choice_of
from citizens.access import Citizen
from citizens.account.letters import Sent, letters_for
from citizens.models import Draft
from providers.models import Provider

# The rest stand on a page of their own.
LETTERS = 3


@dataclass(frozen=True)
class RoundForMe:
    """A round of the person's area, and whether they have chosen in it."""

    now: RoundNow
    chose: bool


@dataclass(frozen=True)
class Queue:
    provider: Provider
    waiting: Waiting


@dataclass(frozen=True)
class Home:
    """``draft``: answers that are not sent, and so not received. ``minutes``: granted help a month; None for a
    representative, whom it does not concern.
    """

    person: Person
    now: Placement | None
    then: Placement | None
    minutes: int | None
    offer: Offer | None
    silent: Offer | None
    round: RoundForMe | None
    choice: Choice | None
    draft: Draft | None
    queues: list[Queue]
    letters: list[Sent]
    more_letters: bool

    @property
    def is_being_decided(self) -> bool:
        """What was wished for in a round does not wait in a queue until the round is decided."""
        return self.round is not None and self.round.chose


def home_of(citizen: Citizen, *, day: datetime.date) -> Home:
    person = citizen.person
    choice = current_choice_of(person=person)
    letters = letters_for(citizen)
    return Home(
        person=person,
        now=placement_on(person=person, day=day),
        then=next_placement(person=person, day=day),
        minutes=granted_minutes(person, day) if citizen.mandate is None else None,
        offer=open_offer_of(person, day),
        silent=silent_offer_of(person, choice),
        round=round_for(person, choice, day),
        choice=choice,
        draft=Draft.objects.filter(person=person, mandate=citizen.mandate).first(),
        queues=queues_of(person, choice, day),
        letters=letters[:LETTERS],
        more_letters=len(letters) > LETTERS,
    )


def granted_minutes(person: Person, day: datetime.date) -> int:
    decisions = CareDecision.objects.on(day).filter(person=person, service_type__follows_choice=True)
    minutes: int | None = decisions.aggregate(minutes=Sum("minutes"))["minutes"]
    return minutes or 0


def open_offer_of(person: Person, day: datetime.date) -> Offer | None:
    """Still to be answered. The night closes those whose last day has passed; until then nobody can answer them."""
    open_now = person.offers.filter(status=Offer.Status.OPEN, answer_by__gte=day)
    offer: Offer | None = open_now.select_related("contract__provider").first()
    return offer


def silent_offer_of(person: Person, choice: Choice | None) -> Offer | None:
    """Passed over in silence: that wish rests until the person is heard from. A newer choice is to be heard from."""
    if choice is None:
        return None
    silent = person.offers.filter(
        status=Offer.Status.EXPIRED, silence_broken_at__isnull=True, answered_at__gte=choice.registered_at
    ).filter(contract__provider__in=[wish.provider_id for wish in choice.wishes.all()])
    offer: Offer | None = silent.select_related("contract__provider").order_by("-answered_at").first()
    return offer


def round_for(person: Person, choice: Choice | None, day: datetime.date) -> RoundForMe | None:
    """Until the round's places are given out: from then on the person has been told what it gave."""
    now = round_now(day=day, area=person.area)
    if now is None or now.round.runs.filter(status=AllocationRun.Status.APPLIED).exists():
        return None
    return RoundForMe(now, chose=choice is not None and choice.round_id == now.round.pk)


def queues_of(person: Person, choice: Choice | None, day: datetime.date, *, with_place: bool = False) -> list[Queue]:
    providers = {wish.provider_id: wish.provider for wish in choice.wishes.all()} if choice else {}
    waiting = waiting_of(person=person, choice=choice, day=day, with_place=with_place)
    return [Queue(providers[each.provider_id], each) for each in waiting]
