"""Answers to offers: an acceptance takes the place, a refusal ends that wish only, silence does neither."""

import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.roles import Right
from allocation.locking import lock_room
from allocation.models import ContactTask, Offer
from allocation.services.room_check import check_room, start_placement
from allocation.services.wishes import end_wish
from audit.services import record
from choices.models import Mandate
from common import clock

# Deadline in days for phoning a person who did not answer.
PHONE_SILENT_WITHIN_DAYS = 7


@transaction.atomic
def accept_offer(*, offer: Offer, actor: Actor, mandate: Mandate | None = None) -> Offer:
    """Accept an offer. The placement begins when all members of the unit have accepted. Idempotent.

    Raises:
        ValidationError: the offer is closed, or a ceiling or the share has fallen below what was promised.
    """
    actor.require(Right.REGISTER_CHOICE)
    lock_room(areas=[offer.contract.area])
    offer = _locked(offer)
    actor.require_person(offer.person.reference)
    if offer.status == Offer.Status.ACCEPTED:
        return offer
    _check_open(offer)
    _answer(offer, Offer.Status.ACCEPTED, actor, mandate=mandate)
    unit = _unit(offer)
    if all(each.status == Offer.Status.ACCEPTED for each in unit):
        check_room(persons=[each.person for each in unit], contract=offer.contract, day=offer.starts_on, promised=unit)
        for each in unit:
            each.placement = start_placement(
                person=each.person,
                contract=each.contract,
                day=each.starts_on,
                # Stored with the person, so in Swedish whatever the language of the page.
                end_reason="Tackade ja till ett erbjudande",
                run=each.run,
                decided_by_id=actor.user_id,
            )
            each.save(update_fields=["placement"])
    offer.refresh_from_db()
    return offer


@transaction.atomic
def decline_offer(*, offer: Offer, channel: str, actor: Actor, mandate: Mandate | None = None) -> Offer:
    """Decline an offer: a new version of the choice without that wish. Other wishes keep their dates.

    Raises:
        ValidationError: the offer is closed.
    """
    actor.require(Right.REGISTER_CHOICE)
    offer = _locked(offer)
    actor.require_person(offer.person.reference)
    if offer.status == Offer.Status.DECLINED:
        return offer
    _check_open(offer)
    _answer(offer, Offer.Status.DECLINED, actor, mandate=mandate)
    _withdraw_others(offer, actor)
    end_wish(person=offer.person, provider=offer.contract.provider, channel=channel, actor=actor, mandate=mandate)
    return offer


@transaction.atomic
def expire_offers(*, day: datetime.date, actor: Actor) -> int:
    """Expire offers past their last day. The wish rests, with its date, until the person is heard from."""
    late = Offer.objects.select_for_update(of=("self",)).filter(status=Offer.Status.OPEN, answer_by__lt=day)
    count = 0
    for offer in late.select_related("person", "run").order_by("pk"):
        if offer.status != Offer.Status.OPEN:
            continue
        _answer(offer, Offer.Status.EXPIRED, actor)
        _withdraw_others(offer, actor)
        due_on = day + datetime.timedelta(days=PHONE_SILENT_WITHIN_DAYS)
        task = ContactTask(run=offer.run, person=offer.person, kind=ContactTask.Kind.SILENT, due_on=due_on)
        # Two offers of one run share a call; an officer's offer has no run and gets its own call.
        ContactTask.objects.bulk_create([task], ignore_conflicts=True)
        count += 1
    return count


@transaction.atomic
def break_silence(*, offer: Offer, actor: Actor, mandate: Mandate | None = None) -> Offer:
    """Reactivate a resting wish, with its old date: the person has been heard from and still wants the place.

    Raises:
        ValidationError: the offer has not expired unanswered.
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
    _check_open(offer)
    _answer(offer, Offer.Status.WITHDRAWN, actor, reason=reason)
    _withdraw_others(offer, actor)
    return offer


def _locked(offer: Offer) -> Offer:
    related = ("person__area", "contract__area", "contract__provider", "run")
    return Offer.objects.select_for_update(of=("self",)).select_related(*related).get(pk=offer.pk)


def _check_open(offer: Offer) -> None:
    if offer.status != Offer.Status.OPEN:
        raise ValidationError(
            _("Erbjudandet är inte längre öppet: %(status)s.") % {"status": offer.get_status_display()}
        )
    if offer.answer_by < clock.today():
        raise ValidationError(_("Tiden att svara gick ut den %(day)s.") % {"day": offer.answer_by})


def _unit(offer: Offer) -> list[Offer]:
    """The offer with those of the same household from the same run."""
    same = Offer.objects.select_for_update(of=("self",)).filter(run=offer.run, unit=offer.unit)
    live = same.exclude(status=Offer.Status.WITHDRAWN).order_by("pk")
    return list(live.select_related("person__area", "contract__area", "contract__provider", "run"))


def _withdraw_others(offer: Offer, actor: Actor) -> None:
    """A household moves together or not at all."""
    for other in _unit(offer):
        if other.pk != offer.pk and other.placement_id is None and other.status in ("open", "accepted"):
            _answer(other, Offer.Status.WITHDRAWN, actor)


def _answer(
    offer: Offer, status: Offer.Status, actor: Actor, *, reason: str = "", mandate: Mandate | None = None
) -> None:
    offer.status, offer.answered_at = status, clock.now()
    offer.save(update_fields=["status", "answered_at"])
    _record(offer, f"offer.{status}", actor, reason=reason, mandate=mandate)


def _record(offer: Offer, action: str, actor: Actor, *, reason: str = "", mandate: Mandate | None = None) -> None:
    record(
        actor=actor,
        action=action,
        person_reference=offer.person.reference,
        object_reference=offer.reference,
        acting_for=f"mandate:{mandate.pk}" if mandate else "",
        reason=reason,
    )
