"""Answer an offer, leave a queue. A representative makes sure of the same as when they choose (choices.mandates)."""

from collections.abc import Sequence

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from allocation.models import Offer
from allocation.services import accept_offer, break_silence, decline_offer, end_wish
from audit.services import record
from choices.mandates import check_faults
from choices.models import Choice
from choices.selectors import current_choice_of
from citizens.access import Citizen
from citizens.joint import needs_consent_of
from letters.services import confirm
from providers.models import Provider

YES, NO, STILL = "ja", "nej", "kvar"


class NotAssuredError(ValidationError):
    """A representative has not made sure of all that is asked."""


def acts_alone(citizen: Citizen) -> bool:
    """Who acts together with others answers by phone or paper: all of them must be heard."""
    return not needs_consent_of(citizen.mandate, citizen.holder)


@transaction.atomic
def answer_offer(*, offer: Offer, answer: str, citizen: Citizen, assured: Sequence[str]) -> None:
    """``answer``: ``YES``, ``NO``, or ``STILL`` (an offer passed over in silence, and the person still wants to wait).

    Raises:
        ValidationError: it is over, or there is no room any more. Nothing is changed.
        NotAssuredError: see there.
    """
    _check(citizen, assured, offer.reference)
    match answer:
        case "ja":
            accept_offer(offer=offer, actor=citizen.actor, mandate=citizen.mandate)
        case "nej":
            before = current_choice_of(person=citizen.person)
            channel = Choice.Channel.WEB
            decline_offer(offer=offer, channel=channel, actor=citizen.actor, mandate=citizen.mandate)
            after = current_choice_of(person=citizen.person)
            if after and after != before:
                confirm(choice=after, actor=citizen.actor)
        case "kvar":
            break_silence(offer=offer, actor=citizen.actor, mandate=citizen.mandate)
        case _:
            raise ValidationError(_("Välj ett svar."))


@transaction.atomic
def leave_queue(*, provider: Provider, citizen: Citizen, assured: Sequence[str]) -> bool:
    """Take back one wish. False: it was not there, or there is nothing else to stay with.

    Raises:
        ValidationError: see ``choices.services.register_choice``.
        NotAssuredError: see there.
    """
    _check(citizen, assured, provider.code)
    ended = end_wish(
        person=citizen.person,
        provider=provider,
        channel=Choice.Channel.WEB,
        actor=citizen.actor,
        mandate=citizen.mandate,
        assured=assured,
    )
    if ended:
        confirm(choice=ended, actor=citizen.actor)
    return ended is not None


def _check(citizen: Citizen, assured: Sequence[str], what: str) -> None:
    if citizen.mandate is None:
        return
    if not acts_alone(citizen):
        raise ValidationError(_("Ni företräder personen tillsammans. Ring oss."))
    if faults := check_faults(mandate=citizen.mandate, assured=assured):
        raise NotAssuredError(faults)
    record(
        actor=citizen.actor,
        action="mandate.assured",
        person_reference=citizen.person.reference,
        object_reference=what,
        acting_for=f"mandate:{citizen.mandate.pk}",
        data={"assured": sorted(assured), "holder": citizen.holder and citizen.holder.pk},
    )
