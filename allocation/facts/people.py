"""A person's current placement, next placement and open offer."""

import datetime
from collections.abc import Collection

from django.db.models import Q, Sum

from allocation.facts.scope import people
from allocation.facts.statements import query
from allocation.models import Offer, Placement
from choices.models import CareDecision, Choice, Person
from choices.selectors import wishes_left

_PLACE = ("contract__provider", "contract__area")


def placement_on(*, person: Person, day: datetime.date) -> Placement | None:
    """The placement that covers the day."""
    return Placement.objects.on(day).filter(person=person).select_related(*_PLACE).first()


def now_and_next(*, person: Person, day: datetime.date) -> tuple[Placement | None, Placement | None]:
    """``placement_on``, and the first decided placement that begins after it. An undone placement covers no day."""
    not_over = Placement.objects.covering_some_day().filter(Q(valid_until=None) | Q(valid_until__gt=day), person=person)
    found = list(not_over.select_related(*_PLACE).order_by("valid_from"))
    now = next((each for each in found if each.valid_from <= day), None)
    return now, next((each for each in found if each.valid_from > day), None)


def granted_minutes(person: Person, day: datetime.date) -> int:
    """Minutes a month that follow the choice."""
    decisions = CareDecision.objects.following_choice(day).filter(person=person)
    minutes: int | None = decisions.aggregate(minutes=Sum("minutes"))["minutes"]
    return minutes or 0


def open_offer_of(person: Person, day: datetime.date) -> Offer | None:
    """Unanswered and not closed. The night closes offers after their last day; until then nobody can answer an expired
    one.
    """
    open_now = person.offers.filter(status=Offer.Status.OPEN, answer_by__gte=day)
    offer: Offer | None = open_now.select_related("contract__provider").first()
    return offer


def resting_offer_of(person: Person, choice: Choice | None) -> Offer | None:
    """Offer without an answer: its wish rests until the person is heard from, for example by a newer choice."""
    if choice is None:
        return None
    silent = person.offers.filter(status=Offer.Status.EXPIRED, silence_broken_at__isnull=True).exclude(
        answered_at__lt=choice.registered_at
    )
    found = list(silent.select_related("contract__provider").order_by("-answered_at"))
    wished = {wish.provider_id for wish in wishes_left(choice)} if found else set()
    return next((offer for offer in found if offer.contract.provider_id in wished), None)


def choosers(persons: Collection[int]) -> set[int]:
    """Of these persons (ids), those with a current choice of a provider that has not ended."""
    return {person for (person,) in query("choosers", scope=people(persons))}


def with_alarm_only(persons: Collection[int], day: datetime.date) -> set[int]:
    """Of these persons (ids), those whose granted help on the day has no hours: an alarm alone."""
    granted = CareDecision.objects.following_choice(day).filter(person__in=persons)
    hours = granted.values("person").annotate(hours=Sum("minutes")).filter(hours=0)
    return set(hours.values_list("person", flat=True))
