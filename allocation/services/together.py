"""Households with a joint choice and different answers. Nobody moves alone without explicit consent.

A member's no ends only that member's wish: the others keep their offers and wishes, and all are phoned. Acceptance of a
joint place is requested again. To phone means here to create a call task (``ContactTask``) for each person.
"""

import datetime
from collections.abc import Iterable, Sequence

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.actors import Actor
from allocation.facts.days import next_start
from allocation.facts.scope import everybody, with_household
from allocation.facts.statements import query
from allocation.models import ContactTask, Offer
from audit.services import record
from choices.amendments import amend
from choices.households import is_hidden_from_household
from choices.models import Amendment, Mandate, Person
from common import clock
from common.workdays import working_days_after
from providers.models import Provider
from providers.notice import offer_dates
from providers.selectors import municipality
from secrecy.protected import protected

# Deadline in working days for phoning a household with different answers.
PHONE_WITHIN_WORKING_DAYS = 2

_PARTING = (Offer.Status.DECLINED, Offer.Status.EXPIRED)


def same_offer(offer: Offer) -> list[Offer]:
    """The offer with those of the same household from the same request, without withdrawn ones. Locked."""
    same = Offer.objects.select_for_update(of=("self",)).filter(run=offer.run, unit=offer.unit)
    live = same.exclude(status=Offer.Status.WITHDRAWN).order_by("pk")
    return list(live.select_related("person__area", "contract__area", "contract__provider", "run"))


def is_parted(offer: Offer) -> bool:
    """True if a member declined or did not answer in time, so that the household cannot move together."""
    same = Offer.objects.filter(run=offer.run_id, unit=offer.unit).exclude(pk=offer.pk)
    return same.filter(status__in=_PARTING).exists()


def is_untold(offer: Offer) -> bool:
    """Whether somebody of those who share the offer is protected: then none of them is told of another's answer, nor
    that there is one.
    """
    return Offer.objects.filter(protected("person"), run=offer.run_id, unit=offer.unit).exists()


def apart_as_told(person: Person) -> list[Provider]:
    """``apart_of`` for the person's own pages. Empty where one of the household is protected: an officer phones."""
    return [] if is_hidden_from_household(person=person, day=clock.today()) else apart_of(person)


def apart_of(person: Person) -> list[Provider]:
    """Providers that the person still wishes for, and another member of the joint choice does not."""
    rows = query("apart_of", scope=with_household(person.pk), day=next_start(clock.today()), person=person.pk)
    found = Provider.objects.in_bulk([provider for provider, _date in rows])
    return [found[provider] for provider, _date in rows]


def chose_alike(person: Person) -> bool | None:
    """Whether the person and the household have chosen together: all with consent, and the same list. None: one of them
    is protected, and the answer would tell of their choice.
    """
    if is_hidden_from_household(person=person, day=clock.today()):
        return None
    day = next_start(clock.today())
    return bool(query("household_of", scope=with_household(person.pk), day=day, person=person.pk))


def ask_household(*, person: Person, provider: Provider) -> int:
    """Phone every member of a joint choice after one has ended a wish that another keeps. Returns the number of
    calls.
    """
    day = next_start(clock.today())
    others = [other for (other,) in query("household_of", scope=with_household(person.pk), day=day, person=person.pk)]
    waiting = [other for other in Person.objects.filter(pk__in=others) if provider in apart_of(other)]
    return _phone([person, *waiting]) if waiting else 0


def ask_left_behind() -> int:
    """Phone members separated by another's new choice, once for each such choice. Returns the number."""
    rows = query("left_behind", scope=everybody(), day=next_start(clock.today()))
    tasks = ContactTask.objects.filter(kind=ContactTask.Kind.SPLIT, person__in=[person for person, _since in rows])
    asked: dict[int, list[datetime.datetime]] = {}
    for person, at in tasks.values_list("person_id", "created_at"):
        asked.setdefault(person, []).append(at)
    new = [person for person, since in rows if not any(at >= since for at in asked.get(person, []))]
    return _phone(Person.objects.filter(pk__in=new))


def ask_again(offers: Iterable[Offer], *, actor: Actor) -> int:
    """Reopen each acceptance among these of a joint place that is no longer available, with time to answer. Returns the
    number.
    """
    count = 0
    for offer in offers:
        if offer.status != Offer.Status.ACCEPTED or offer.placement_id is not None:
            continue
        if any(other.status == Offer.Status.OPEN for other in same_offer(offer)) and not is_parted(offer):
            continue
        _open_again(offer, actor)
        _phone([offer.person])
        count += 1
    return count


def ask_all_again(*, actor: Actor) -> int:
    """The same for every acceptance that has not become a placement: after deaths, moves, silence."""
    waiting = Offer.objects.filter(status=Offer.Status.ACCEPTED, placement__isnull=True).order_by("pk")
    return ask_again(list(waiting.select_related("person", "contract__area", "run")), actor=actor)


@transaction.atomic
def move_alone(
    *, person: Person, channel: str, actor: Actor, mandate: Mandate | None = None, assured: Sequence[str] = ()
) -> Amendment:
    """Consent to wait and move without the household: the person's wishes count again, with their dates.

    Raises:
        ValidationError: see ``choices.amendments.amend``.
    """
    Person.objects.select_for_update().get(pk=person.pk)
    said = amend(
        person=person, kind=Amendment.Kind.ALONE, channel=channel, actor=actor, mandate=mandate, assured=assured
    )
    drop_calls(person)
    return said


def drop_calls(person: Person) -> None:
    """Drop the household's calls that this answer settles."""
    ContactTask.objects.filter(person=person, kind=ContactTask.Kind.SPLIT, status=ContactTask.Status.TO_DO).update(
        status=ContactTask.Status.DROPPED, done_at=clock.now()
    )


def _open_again(offer: Offer, actor: Actor) -> None:
    dates = offer_dates(day=clock.today(), municipality=municipality(), not_before=offer.starts_on)
    offer.status, offer.answered_at = Offer.Status.OPEN, None
    offer.answer_by, offer.starts_on = max(offer.answer_by, dates.answer_by), max(offer.starts_on, dates.starts_on)
    offer.save(update_fields=["status", "answered_at", "answer_by", "starts_on"])
    record(
        actor=actor,
        action="offer.ask_again",
        person_reference=offer.person.reference,
        object_reference=offer.reference,
        reason=_("Hushållet kan inte få platsen tillsammans"),
        data={"answer_by": str(offer.answer_by), "starts_on": str(offer.starts_on)},
    )


def _phone(persons: Iterable[Person]) -> int:
    due_on = working_days_after(clock.today(), PHONE_WITHIN_WORKING_DAYS)
    to_do = {"kind": ContactTask.Kind.SPLIT, "status": ContactTask.Status.TO_DO}
    tasks = [
        ContactTask(person=person, due_on=due_on, **to_do)
        for person in persons
        if person.deceased_on is None and not ContactTask.objects.filter(person=person, **to_do).exists()
    ]
    return len(ContactTask.objects.bulk_create(tasks))
