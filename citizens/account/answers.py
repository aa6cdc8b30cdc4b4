"""Answering an offer, leaving a queue. A representative confirms the same requirements as for a choice
(choices.mandates).
"""

import datetime
from collections.abc import Sequence

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from allocation.models import Offer
from allocation.services import accept_offer, break_silence, decline_offer, end_wish, move_alone, take_back, undo_answer
from audit.services import record
from choices.mandates import check_faults
from choices.models import Choice
from choices.selectors import amendments_of, current_choice_of
from citizens.access import CODE, Citizen
from citizens.joint import needs_consent_of
from common import clock
from letters.services import confirm_amendment, confirm_yes, hold_accepted
from providers.models import Provider

YES, NO, STILL, ALONE, UNDO = "ja", "nej", "kvar", "ensam", "angra"
# Stored with the person, so in Swedish, whatever the language of the page.
UNDONE_BY_PERSON = "Personen ångrade sitt svar"


class NotAssuredError(ValidationError):
    """A representative has not confirmed all requirements."""


def acts_alone(citizen: Citizen) -> bool:
    """Whether the citizen may answer alone. Joint representatives answer by phone or paper: all of them are needed.
    Nobody confirms their own evidence: before staff have seen it, a representative answers nothing.
    """
    if citizen.mandate and citizen.mandate.evidence_seen_at is None:
        return False
    return not needs_consent_of(citizen.mandate, citizen.holder)


@transaction.atomic
def answer_offer(*, offer: Offer, answer: str, citizen: Citizen, assured: Sequence[str]) -> None:
    """``answer``: ``YES``, ``NO``, ``ALONE`` (yes, also without the household), ``STILL`` (expired offer, and the
    person still wants to wait) or ``UNDO`` (of an answer of the same day).

    Raises:
        ValidationError: the offer is closed, or the room is gone. Nothing is changed.
        NotAssuredError: see there.
    """
    _check(citizen, assured, offer.reference)
    started = clock.now()
    actor, mandate, channel = citizen.actor, citizen.mandate, Choice.Channel.WEB
    match answer:
        case "ja" | "ensam":
            accepted = accept_offer(offer=offer, actor=actor, mandate=mandate, alone=answer == ALONE, channel=channel)
            confirm_yes(offer=accepted, actor=actor, mandate=mandate, wanted=citizen.how == CODE)
        case "nej":
            decline_offer(offer=offer, channel=channel, actor=actor, mandate=mandate)
            _confirm(citizen, since=started)
        case "kvar":
            break_silence(offer=offer, actor=actor, mandate=mandate)
        case "angra":
            placement = offer.placement
            undo_answer(offer=offer, reason=UNDONE_BY_PERSON, actor=actor, mandate=mandate)
            if placement:
                hold_accepted(placement=placement, actor=actor)
        case _:
            raise ValidationError(_("Välj ett svar."))


@transaction.atomic
def leave_queue(*, provider: Provider, citizen: Citizen, assured: Sequence[str]) -> bool:
    """Withdraw one wish. False: it did not exist, or there is no other provider to stay with.

    Raises:
        ValidationError: see ``choices.amendments.amend``.
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
        _confirm(citizen, since=ended.registered_at)
    return ended is not None


@transaction.atomic
def take_back_choice(*, citizen: Citizen, assured: Sequence[str]) -> bool:
    """Take all wishes of the choice back. False: none is left, or there is no provider to stay with.

    Raises:
        ValidationError: see ``choices.amendments.amend``.
        NotAssuredError: see there.
    """
    _check(citizen, assured, "choice")
    ended = take_back(
        person=citizen.person,
        channel=Choice.Channel.WEB,
        actor=citizen.actor,
        mandate=citizen.mandate,
        assured=assured,
    )
    if ended:
        _confirm(citizen, since=ended[0].registered_at)
    return bool(ended)


@transaction.atomic
def go_alone(*, citizen: Citizen, assured: Sequence[str]) -> None:
    """Wait and move without the household.

    Raises:
        NotAssuredError: see there.
    """
    _check(citizen, assured, "alone")
    said = move_alone(
        person=citizen.person,
        channel=Choice.Channel.WEB,
        actor=citizen.actor,
        mandate=citizen.mandate,
        assured=assured,
    )
    _confirm(citizen, since=said.registered_at)


def _confirm(citizen: Citizen, *, since: datetime.datetime) -> None:
    """Notify the person of an answer given by a representative, or by the code in a letter."""
    choice = current_choice_of(person=citizen.person)
    said = amendments_of(choice).filter(registered_at__gte=since).last() if choice else None
    if choice and said:
        confirm_amendment(amendment=said, choice=choice, actor=citizen.actor, wanted=citizen.how == CODE)


def _check(citizen: Citizen, assured: Sequence[str], what: str) -> None:
    if citizen.mandate is None:
        return
    if citizen.mandate.evidence_seen_at is None:
        raise ValidationError(_("Vi måste först se ett papper som visar att du får välja. Ring oss."))
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
