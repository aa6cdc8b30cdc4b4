"""An offer as shown to an officer during a call."""

from dataclasses import dataclass

from django.db.models import QuerySet

from accounts.actors import Actor
from allocation.facts.people import now_and_next
from allocation.models import Offer, Placement
from allocation.services import may_be_undone
from allocation.services.together import is_parted
from choices.models import Person
from choices.selectors import visible_persons
from common import clock
from secrecy.protected import protected

_RELATED = ("person__area", "contract__provider", "contract__area", "run")


@dataclass(frozen=True)
class OfferPage:
    """``others``: offers to the rest of the household. The place is taken when all have accepted, or by one alone when
    ``parted``: the joint place is no longer available. ``missing``: members who have not accepted.
    """

    offer: Offer
    now: Placement | None
    then: Placement | None
    others: list[Offer]
    hidden_others: int
    missing: list[Offer]
    parted: bool
    undo: bool
    is_late: bool


def visible_offers(*, actor: Actor) -> QuerySet[Offer]:
    return Offer.objects.filter(person__in=visible_persons(actor=actor)).select_related(*_RELATED)


def offer_page(*, reference: str, actor: Actor) -> OfferPage:
    """Raises ``Offer.DoesNotExist`` also for an offer to a person the actor may not see."""
    offer: Offer = visible_offers(actor=actor).get(reference=reference)
    unit = Offer.objects.filter(run=offer.run_id, unit=offer.unit).exclude(pk=offer.pk)
    # No link from the rest of the household to a protected person.
    seen = visible_offers(actor=actor).exclude(person__in=Person.objects.filter(protected()))
    others = list(seen.filter(pk__in=unit.values("pk")))
    now, then = now_and_next(person=offer.person, day=clock.today())
    return OfferPage(
        offer=offer,
        now=now,
        then=then,
        others=others,
        hidden_others=unit.count() - len(others),
        missing=[each for each in (offer, *others) if each.status == Offer.Status.OPEN],
        parted=is_parted(offer),
        undo=may_be_undone(offer),
        is_late=offer.status == Offer.Status.OPEN and offer.answer_by < clock.today(),
    )
