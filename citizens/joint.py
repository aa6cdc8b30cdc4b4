"""Joint mandates: a choice counts when every holder has confirmed it, each signed in (FB 17 kap. 2 §).

On the page of a choice: check ``needs_consent_of(mandate, holder)``. Empty: register the choice. Otherwise call
``keep_waiting`` in place of ``register_choice``, and state that the others have to confirm. They do so at
``citizens:joint``, which shows ``waiting_for``.
"""

from collections.abc import Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from audit.services import record
from choices.mandates import check_faults
from choices.models import Choice, Mandate, MandateHolder
from choices.rounds import round_of
from choices.services import register_choice
from citizens.access import Citizen
from citizens.models import JointChoice, JointConsent
from common import clock
from letters import services as letters
from providers.models import Provider

Status = JointChoice.Status


def needs_consent_of(mandate: Mandate | None, holder: MandateHolder | None) -> list[MandateHolder]:
    """Other holders who have to confirm a choice by ``holder`` under ``mandate``. None: a person who chooses for
    themselves.
    """
    if mandate is None:
        return []
    holders = list(mandate.holders.order_by("pk"))
    jointly = mandate.joint or (mandate.kind == Mandate.Kind.RELATIVE and len(holders) > 1)
    return [other for other in holders if other != holder] if jointly else []


def waiting_for(citizen: Citizen) -> JointChoice | None:
    """Pending choice under the citizen's mandate, by any holder."""
    if citizen.mandate is None:
        return None
    waiting = JointChoice.objects.filter(mandate=citizen.mandate, person=citizen.person, status=Status.WAITING)
    return waiting.prefetch_related("consents__holder").first()


def has_confirmed(joint: JointChoice, citizen: Citizen) -> bool:
    return any(consent.holder_id == (citizen.holder and citizen.holder.pk) for consent in joint.consents.all())


@transaction.atomic
def keep_waiting(
    *,
    citizen: Citizen,
    ranking: Sequence[Provider],
    assured: Sequence[str],
    declines_to_choose: bool = False,
    together: bool = False,
    queue_if_full: bool = True,
    accepts_interim: bool = True,
    language_wish: str = "",
) -> JointChoice:
    """Store a choice until the others have confirmed it. It replaces a pending one under the same mandate.

    The arguments are those of ``register_choice``. The author has thereby confirmed it.

    Raises:
        ValidationError: the citizen does not act by a joint mandate, or has not confirmed all requirements.
    """
    mandate, holder = _mandate_and_holder(citizen)
    _require_steps(mandate, assured)
    # Serialised by a lock on the mandate.
    Mandate.objects.select_for_update().get(pk=mandate.pk)
    now = clock.now()
    JointChoice.objects.filter(mandate=mandate, status=Status.WAITING).update(status=Status.REPLACED, ended_at=now)
    joint = JointChoice.objects.create(
        person=citizen.person,
        mandate=mandate,
        made_at=now,
        wishes={
            "ranking": [provider.code for provider in ranking],
            "declines_to_choose": declines_to_choose,
            "together": together,
            "queue_if_full": queue_if_full,
            "accepts_interim": accepts_interim,
            "language_wish": language_wish,
        },
    )
    JointConsent.objects.create(joint=joint, holder=holder, assured=sorted(assured))
    _record(joint, citizen, "joint_choice.make", ranking=joint.wishes["ranking"])
    return joint


@transaction.atomic
def confirm(*, joint: JointChoice, citizen: Citizen, assured: Sequence[str]) -> Choice | None:
    """Confirm. The last confirmation registers the choice, received that day, in the round of that day; until then
    None.

    Raises:
        ValidationError: it is decided already, or by another mandate; not all requirements are confirmed; or the
            choice has become invalid.
    """
    mandate, holder = _mandate_and_holder(citizen)
    joint = _open(joint, mandate)
    _require_steps(mandate, assured)
    consent = JointConsent(joint=joint, holder=holder, assured=sorted(assured))
    consent.full_clean()
    consent.save()
    _record(joint, citizen, "joint_choice.confirm")
    given = list(joint.consents.all())
    if not {other.pk for other in mandate.holders.all()} <= {each.holder_id for each in given}:
        return None
    providers = {provider.code: provider for provider in Provider.objects.filter(code__in=joint.wishes["ranking"])}
    choice = register_choice(
        **_flags(joint),
        person=citizen.person,
        ranking=[providers[code] for code in joint.wishes["ranking"]],
        received_on=clock.today(),
        channel=Choice.Channel.WEB,
        actor=citizen.actor,
        round=round_of(person=citizen.person, received_on=clock.today()),
        mandate=mandate,
        assured=sorted({step for each in given for step in each.assured}),
    )
    joint.status, joint.choice, joint.ended_at = Status.REGISTERED, choice, clock.now()
    joint.save()
    # A letter informs the person of the choice made for them.
    letters.confirm(choice=choice, actor=citizen.actor)
    return choice


@transaction.atomic
def refuse(*, joint: JointChoice, citizen: Citizen) -> None:
    """Refuse, or withdraw one's own: nothing is registered."""
    mandate, _holder = _mandate_and_holder(citizen)
    joint = _open(joint, mandate)
    joint.status, joint.ended_at = Status.REFUSED, clock.now()
    joint.save()
    _record(joint, citizen, "joint_choice.refuse")


def _mandate_and_holder(citizen: Citizen) -> tuple[Mandate, MandateHolder]:
    if citizen.mandate is None or citizen.holder is None or not needs_consent_of(citizen.mandate, citizen.holder):
        raise ValidationError(_("Det här valet gör man inte tillsammans med andra."))
    return citizen.mandate, citizen.holder


def _require_steps(mandate: Mandate, assured: Sequence[str]) -> None:
    if faults := check_faults(mandate=mandate, assured=assured):
        raise ValidationError(faults)


def _open(joint: JointChoice, mandate: Mandate) -> JointChoice:
    found = JointChoice.objects.select_for_update(of=("self",)).filter(pk=joint.pk, mandate=mandate).first()
    if found is None or found.status != Status.WAITING:
        raise ValidationError(_("Det finns inget val att bekräfta längre."))
    return found


def _flags(joint: JointChoice) -> dict[str, Any]:
    return {name: value for name, value in joint.wishes.items() if name != "ranking"}


def _record(joint: JointChoice, citizen: Citizen, action: str, **data: Any) -> None:
    record(
        actor=citizen.actor,
        action=action,
        person_reference=citizen.person.reference,
        object_reference=joint.reference,
        acting_for=f"mandate:{joint.mandate_id}",
        data={"holder": citizen.holder and citizen.holder.pk, **data},
    )
