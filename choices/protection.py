"""Protected identity: setting and lifting it, and its consequences."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.roles import Right
from audit.services import record
from choices.models import Mandate, MandateHolder, Person, ProtectionChange
from choices.selectors import visible_persons
from choices.signals import announce
from common.four_eyes import decide
from secrecy.protected import protected
from secrecy.reasons import says_something

# With skyddad folkbokföring the person's home address is not stored.
_HOME = ("care_of", "street", "postal_code", "town")


@transaction.atomic
def set_protection(
    *, person: Person, confidential: bool, protected_registration: bool, reason: str, actor: Actor
) -> ProtectionChange | None:
    """Set the two flags, or propose the change. From then on all queries hide a protected person.

    Anybody who sees the person may protect them, with immediate effect: one flag too many does less harm than one too
    few. Changes that cannot be undone need a second person (``answer_change``): lifting a flag, and blanking the
    address, which skyddad folkbokföring does. Until the latter is approved the person has sekretessmarkering. The
    system itself (an import) applies the register at once.

    Returns the proposal, or None when everything is done.

    Raises:
        ValidationError: no reason, or a proposal is already open.
    """
    actor.require(Right.SEE_PERSONS)
    if not says_something(reason):
        raise ValidationError(_("Skriv varför."))
    person = Person.objects.select_for_update().get(pk=person.pk)
    wanted = {"confidential": confidential, "protected_registration": protected_registration}
    if _flags(person) == wanted:
        return None
    if person.is_protected:
        actor.require(Right.SEE_PROTECTED)
    lifts = any(before and not wanted[name] for name, before in _flags(person).items())
    blanks = protected_registration and any(getattr(person, name) for name in _HOME)
    if actor.user_id is None or not (lifts or blanks):
        _put(person, wanted, reason, actor)
        return None
    if not lifts and not person.confidential:
        _put(person, {**_flags(person), "confidential": True}, reason, actor)
    was = {f"was_{name}": value for name, value in _flags(person).items()}
    change = ProtectionChange(person=person, reason=reason.strip()[:200], proposed_by_id=actor.user_id, **wanted, **was)
    change.full_clean()
    change.save()
    record(
        actor=actor,
        action="person.protection.propose",
        person_reference=person.reference,
        object_reference=change.reference,
        reason=reason,
        before=_flags(person),
        after=wanted,
    )
    return change


@transaction.atomic
def answer_change(*, change: ProtectionChange, approve: bool, actor: Actor) -> None:
    """Approve a proposal, which applies it, or reject it. Rejecting one's own withdraws it.

    Raises:
        ValidationError: approval of one's own proposal, it is answered already, or the protection has changed since: a
            flag that has come from the register is not lifted unasked.
    """
    actor.require(Right.SEE_PROTECTED)
    person = Person.objects.select_for_update().get(pk=change.person_id)
    change = ProtectionChange.objects.select_for_update().get(pk=change.pk)
    decide(change, approve=approve, actor=actor)
    if approve:
        was = {name: getattr(change, f"was_{name}") for name in _flags(person)}
        if was != _flags(person) or person.merged_into_id is not None:
            raise ValidationError(_("Skyddet har ändrats sedan förslaget gjordes. Avslå det och gör ett nytt."))
        wanted = {"confidential": change.confidential, "protected_registration": change.protected_registration}
        _put(person, wanted, change.reason, actor)
    else:
        record(
            actor=actor,
            action="person.protection.refuse",
            person_reference=person.reference,
            object_reference=change.reference,
        )


def open_changes(*, actor: Actor) -> QuerySet[ProtectionChange]:
    """Proposals that ``actor`` may answer, and the actor's own open ones."""
    if not actor.may(Right.SEE_PROTECTED):
        return ProtectionChange.objects.none()
    waiting = ProtectionChange.objects.filter(
        state=ProtectionChange.State.PROPOSED, person__in=visible_persons(actor=actor)
    )
    return waiting.select_related("person", "proposed_by").order_by("proposed_at")


def _put(person: Person, flags: dict[str, bool], reason: str, actor: Actor) -> None:
    before = _flags(person)
    for name, value in flags.items():
        setattr(person, name, value)
    if person.protected_registration:
        for name in _HOME:
            setattr(person, name, "")
    person.save(update_fields=[*flags, *_HOME])
    record(
        actor=actor,
        action="person.protection",
        person_reference=person.reference,
        reason=reason,
        before=before,
        after=_flags(person),
    )
    announce(person_id=person.pk)


def _flags(person: Person) -> dict[str, bool]:
    return {"confidential": person.confidential, "protected_registration": person.protected_registration}


def without_cut_mandates(mandates: QuerySet[Mandate]) -> QuerySet[Mandate]:
    """Mandates usable in the e-service: none while the person or any holder is protected.

    The mandate itself stays valid: on paper and at the desk.
    """
    cut = MandateHolder.objects.protected().values("mandate")
    return mandates.exclude(protected("person")).exclude(pk__in=cut)
