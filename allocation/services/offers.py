"""Answers to offers. A yes takes the place, a no ends only that wish, and silence is neither.

An answer counts from its day of receipt (``received_on``), whenever it is registered.
"""

import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.roles import Right
from allocation.locking import lock_room
from allocation.models import ContactTask, Offer
from allocation.services.room_check import check_room, start_placement
from allocation.services.together import ask_again, drop_calls, is_parted, is_untold, move_alone, same_offer
from allocation.services.wishes import end_wish
from audit.services import record
from choices.models import Choice, Mandate
from common import clock
from common.workdays import working_days_after

# Deadline in days for phoning people who did not answer.
PHONE_SILENT_WITHIN_DAYS = 7
# An answer of the last day may be in the post: it is opened and registered the next working day (FL 22 §).
POST_WORKING_DAYS = 1
# Stored with the person, so in Swedish, whatever the language of the page.
SAID_YES = "Tackade ja till ett erbjudande"


class ApartError(ValidationError):
    """The joint place is no longer available, and the person has not stated whether to take it alone."""


@transaction.atomic
def accept_offer(
    *,
    offer: Offer,
    actor: Actor,
    mandate: Mandate | None = None,
    received_on: datetime.date | None = None,
    alone: bool = False,
    channel: str = Choice.Channel.PHONE,
) -> Offer:
    """Accept. The placement begins when every member of the unit has accepted. Idempotent.

    ``alone``: also without the household, if the joint place is not available; ``channel``: of that statement. The yes
    of a person who is not told of the household (``is_untold``) is to the place as it is: asking again would tell.

    Raises:
        ApartError: it is not, and ``alone`` is not set.
        ValidationError: the offer is closed, or a ceiling or the share has sunk below the promised room.
    """
    actor.require(Right.REGISTER_CHOICE)
    lock_room(areas=[offer.contract.area])
    offer = _locked(offer)
    actor.require_person(offer.person.reference)
    if offer.status == Offer.Status.ACCEPTED:
        return offer
    kept_room = offer.status == Offer.Status.OPEN
    _check_in_time(offer, received_on or clock.today())
    parted = is_parted(offer)
    if parted and not (alone or is_untold(offer)):
        raise ApartError(_("Ni kan inte få platsen tillsammans. Säg om du vill ha den själv."))
    _answer(offer, Offer.Status.ACCEPTED, actor, mandate=mandate, received_on=received_on)
    if parted:
        move_alone(person=offer.person, channel=channel, actor=actor, mandate=mandate)
    unit = [offer] if parted else [each for each in same_offer(offer) if each.placement_id is None]
    if all(each.status == Offer.Status.ACCEPTED for each in unit):
        promised = [each for each in unit if kept_room or each.pk != offer.pk]
        start = max(offer.starts_on, clock.today())
        check_room(persons=[each.person for each in unit], contract=offer.contract, day=start, promised=promised)
        for each in unit:
            each.placement = start_placement(
                person=each.person,
                contract=each.contract,
                day=start,
                end_reason=SAID_YES,
                run=each.run,
                decided_by_id=actor.user_id,
            )
            each.save(update_fields=["placement"])
    offer.refresh_from_db()
    return offer


@transaction.atomic
def decline_offer(
    *,
    offer: Offer,
    channel: str,
    actor: Actor,
    mandate: Mandate | None = None,
    received_on: datetime.date | None = None,
) -> Offer:
    """Decline: the wish for that provider ends. The choice, other wishes and their dates are unchanged.

    Only the person's own wish ends: other household members are phoned.

    Raises:
        ValidationError: the offer is closed.
    """
    actor.require(Right.REGISTER_CHOICE)
    offer = _locked(offer)
    actor.require_person(offer.person.reference)
    if offer.status == Offer.Status.DECLINED:
        return offer
    _check_in_time(offer, received_on or clock.today())
    _answer(offer, Offer.Status.DECLINED, actor, mandate=mandate, received_on=received_on)
    drop_calls(offer.person)
    provider = offer.contract.provider
    end_wish(person=offer.person, provider=provider, channel=channel, said_on=received_on, actor=actor, mandate=mandate)
    ask_again(same_offer(offer), actor=actor)
    return offer


@transaction.atomic
def expire_offers(*, day: datetime.date, actor: Actor) -> int:
    """Close offers without an answer on ``day``, after the working day on which the last post is registered.

    The wish rests, with its date, until the person is heard from.
    """
    late = Offer.objects.select_for_update(of=("self",)).filter(status=Offer.Status.OPEN, answer_by__lt=day)
    found = late.select_related("person", "run", "contract__area", "contract__provider").order_by("pk")
    over = [offer for offer in found if working_days_after(offer.answer_by, POST_WORKING_DAYS) < day]
    for offer in over:
        _answer(offer, Offer.Status.EXPIRED, actor)
        due_on = day + datetime.timedelta(days=PHONE_SILENT_WITHIN_DAYS)
        task = ContactTask(run=offer.run, person=offer.person, kind=ContactTask.Kind.SILENT, due_on=due_on)
        # Two offers of one run are one call; an offer by an officer has no run, and a separate call.
        ContactTask.objects.bulk_create([task], ignore_conflicts=True)
    for offer in over:
        ask_again(same_offer(offer), actor=actor)
    return len(over)


@transaction.atomic
def break_silence(*, offer: Offer, actor: Actor, mandate: Mandate | None = None) -> Offer:
    """The person has been heard from and still wants the place: the wish counts again, with its old date.

    Raises:
        ValidationError: the offer did not expire without an answer.
    """
    actor.require(Right.REGISTER_CHOICE)
    offer = _locked(offer)
    actor.require_person(offer.person.reference)
    if offer.status != Offer.Status.EXPIRED:
        raise ValidationError(_("Personen har svarat på erbjudandet, eller har tid kvar att svara."))
    if offer.silence_broken_at is None:
        offer.silence_broken_at = clock.now()
        offer.save(update_fields=["silence_broken_at"])
        _record(offer, "offer.silence_broken", actor, mandate=mandate)
    return offer


@transaction.atomic
def withdraw_offer(*, offer: Offer, reason: str, actor: Actor) -> Offer:
    """Withdraw an offer by the municipality, with those of the same unit."""
    actor.require(Right.APPROVE_RUN)
    offer = _locked(offer)
    if offer.status != Offer.Status.OPEN:
        raise _over(offer)
    _answer(offer, Offer.Status.WITHDRAWN, actor, reason=reason)
    for other in same_offer(offer):
        if other.placement_id is None and other.status in (Offer.Status.OPEN, Offer.Status.ACCEPTED):
            _answer(other, Offer.Status.WITHDRAWN, actor)
    return offer


def _locked(offer: Offer) -> Offer:
    related = ("person__area", "contract__area", "contract__provider", "run")
    return Offer.objects.select_for_update(of=("self",)).select_related(*related).get(pk=offer.pk)


def _check_in_time(offer: Offer, received_on: datetime.date) -> None:
    """An answer received in time counts, also if the offer has been closed since."""
    was_silent = offer.status == Offer.Status.EXPIRED and offer.silence_broken_at is None
    if received_on > clock.today():
        raise ValidationError(_("Svaret kan inte ha kommit in senare än i dag."))
    if received_on < offer.made_at.astimezone(clock.STOCKHOLM).date():
        raise ValidationError(_("Svaret kan inte ha kommit in innan erbjudandet lämnades."))
    if offer.status != Offer.Status.OPEN and not (was_silent and received_on <= offer.answer_by):
        raise _over(offer)
    if received_on > offer.answer_by:
        raise ValidationError(_("Tiden att svara gick ut den %(day)s.") % {"day": date_format(offer.answer_by)})
    if was_silent and Offer.objects.unfinished().filter(person=offer.person).exists():
        raise ValidationError(_("Personen har ett nyare erbjudande. Svara på det."))


def _over(offer: Offer) -> ValidationError:
    return ValidationError(_("Erbjudandet är inte längre öppet: %(status)s.") % {"status": offer.get_status_display()})


def _answer(
    offer: Offer,
    status: Offer.Status,
    actor: Actor,
    *,
    reason: str = "",
    mandate: Mandate | None = None,
    received_on: datetime.date | None = None,
) -> None:
    offer.status, offer.answered_at, offer.received_on = status, clock.now(), received_on
    offer.save(update_fields=["status", "answered_at", "received_on"])
    _record(offer, f"offer.{status}", actor, reason=reason, mandate=mandate)


def _record(offer: Offer, action: str, actor: Actor, *, reason: str = "", mandate: Mandate | None = None) -> None:
    record(
        actor=actor,
        action=action,
        person_reference=offer.person.reference,
        object_reference=offer.reference,
        acting_for=f"mandate:{mandate.pk}" if mandate else "",
        reason=reason,
        data={"received_on": str(offer.received_on)} if offer.received_on else {},
    )
