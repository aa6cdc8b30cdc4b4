"""Withdrawal of a mistaken answer to an offer on the same day: the earlier state is restored."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.roles import Right
from allocation.locking import lock_room
from allocation.models import Offer, Placement
from allocation.services.offers import SAID_YES
from allocation.services.room_check import check_room
from allocation.services.together import same_offer
from audit.services import record
from choices.amendments import undo_amendments
from choices.models import Amendment, Mandate
from common import clock

UNDONE = "Svaret på erbjudandet togs tillbaka"
BEGAN = "En annan utförare börjar"


def may_be_undone(offer: Offer) -> bool:
    """Answered today, and without effect so far."""
    answered = offer.status in (Offer.Status.ACCEPTED, Offer.Status.DECLINED) and offer.answered_at is not None
    today = clock.today()
    if not answered or offer.answered_at.astimezone(clock.STOCKHOLM).date() != today:  # type: ignore[union-attr]
        return False
    placement = offer.placement
    return placement is None or (placement.valid_from > today and placement.valid_until is None)


@transaction.atomic
def undo_answer(*, offer: Offer, reason: str, actor: Actor, mandate: Mandate | None = None) -> Offer:
    """Reopen the offer. Other household members keep their answers.

    Raises:
        ValidationError: answered another day, begun or changed since, no reason, or the place is taken.
    """
    actor.require(Right.REGISTER_CHOICE)
    lock_room(areas=[offer.contract.area])
    offer = Offer.objects.select_for_update(of=("self",)).get(pk=offer.pk)
    actor.require_person(offer.person.reference)
    if not reason.strip():
        raise ValidationError(_("Skriv varför svaret tas tillbaka."))
    if not may_be_undone(offer):
        raise ValidationError(_("Ett svar kan tas tillbaka samma dag, innan något har börjat gälla."))
    since = offer.answered_at
    if since is None:
        raise ValidationError(_("Erbjudandet är inte besvarat."))
    if offer.status == Offer.Status.DECLINED:
        if Offer.objects.unfinished().filter(person=offer.person).exists():
            raise ValidationError(_("Personen har ett nyare erbjudande. Svara på det."))
        check_room(persons=[offer.person], contract=offer.contract, day=offer.starts_on)
    for each in same_offer(offer):
        if each.placement is not None and each.placement_id and offer.placement_id:
            _unplace(each, each.placement)
    offer.refresh_from_db()
    kinds = {
        Offer.Status.ACCEPTED: (Amendment.Kind.ALONE, None),
        Offer.Status.DECLINED: (Amendment.Kind.ENDS_WISH, offer.contract.provider),
    }
    kind, provider = kinds[Offer.Status(offer.status)]
    undo_amendments(person=offer.person, kind=kind, provider=provider, since=since, actor=actor)
    offer.status, offer.answered_at, offer.received_on = Offer.Status.OPEN, None, None
    offer.save(update_fields=["status", "answered_at", "received_on"])
    record(
        actor=actor,
        action="offer.undo_answer",
        person_reference=offer.person.reference,
        object_reference=offer.reference,
        acting_for=f"mandate:{mandate.pk}" if mandate else "",
        reason=reason,
    )
    return offer


def _unplace(offer: Offer, placement: Placement) -> None:
    """The placement then covers no day; the earlier one, or the one it had replaced, continues."""
    offer.placement = None
    offer.save(update_fields=["placement"])
    replaced = _replaced_by(placement)
    placement.valid_until, placement.end_reason = placement.valid_from, UNDONE
    placement.save(update_fields=["valid_until", "end_reason"])
    ended = Placement.objects.filter(person=offer.person, valid_until=placement.valid_from, end_reason=SAID_YES)
    for before in ended.exclude(pk=placement.pk):
        if replaced is not None:
            before.valid_until, before.end_reason = replaced.valid_from, BEGAN
        else:
            before.valid_until, before.end_was, before.end_reason = before.end_was, None, ""
        before.save(update_fields=["valid_until", "end_was", "end_reason"])
    if replaced is not None:
        replaced.valid_until, replaced.end_was, replaced.end_reason = replaced.end_was, None, ""
        replaced.save(update_fields=["valid_until", "end_was", "end_reason"])


def _replaced_by(placement: Placement) -> Placement | None:
    """The placement that ``placement`` replaced before it began."""
    later = Placement.objects.filter(
        person=OuterRef("person"), pk__gt=OuterRef("pk"), valid_from__gte=OuterRef("valid_from")
    ).exclude(Q(pk=placement.pk) | Q(end_reason=UNDONE))
    not_begun = Placement.objects.void().filter(
        person=placement.person_id,
        pk__lt=placement.pk,
        valid_from__lt=placement.valid_from,
        end_reason=SAID_YES,
    )
    return not_begun.exclude(Exists(later)).order_by("pk").last()
