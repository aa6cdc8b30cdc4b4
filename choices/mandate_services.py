"""Services for mandates: register and end them."""

import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.roles import Right
from audit.services import record
from choices.models import Mandate, MandateHolder, Person
from choices.registers.merging import number_now
from common import clock


@transaction.atomic
def add_mandate(
    *,
    person: Person,
    kind: str,
    holder: str,
    scope: str,
    evidence: str,
    evidence_seen: bool,
    valid_from: datetime.date,
    actor: Actor,
    valid_until: datetime.date | None = None,
    phone: str = "",
    others: tuple[str, ...] = (),
    identity_number: str = "",
) -> Mandate:
    """``valid_until``: first day it is no longer valid. ``others``: more holders, who act jointly with the first.

    ``identity_number``: the first holder's, used for sign-in.

    Raises:
        ValidationError: something is missing, or the person is dead.
    """
    actor.require(Right.REGISTER_CHOICE)
    if person.deceased_on:
        raise ValidationError(_("Personen är död. Ingen kan välja åt personen."))
    mandate = Mandate(
        person=person,
        kind=kind,
        scope=scope,
        evidence=evidence,
        joint=bool(others),
        valid_from=valid_from,
        valid_until=valid_until,
        evidence_seen_at=clock.now() if evidence_seen else None,
        evidence_seen_by_id=actor.user_id if evidence_seen else None,
    )
    mandate.full_clean()
    mandate.save()
    first = {"phone": phone, "identity_number": number_now(identity_number)}
    for name, known in ((holder, first), *((other, {}) for other in others)):
        row = MandateHolder(mandate=mandate, name=name, **known)
        row.full_clean()
        row.save()
    record(
        actor=actor,
        action="mandate.add",
        person_reference=person.reference,
        object_reference=str(mandate.pk),
        data={"kind": kind, "holders": 1 + len(others), "evidence_seen": evidence_seen},
    )
    return mandate


@transaction.atomic
def end_mandate(*, mandate: Mandate, ends_on: datetime.date, actor: Actor) -> Mandate:
    """``ends_on``: first day it is no longer valid.

    Raises:
        ValidationError: it would end before it began.
    """
    actor.require(Right.REGISTER_CHOICE)
    mandate = Mandate.objects.select_for_update(of=("self",)).select_related("person").get(pk=mandate.pk)
    was, mandate.valid_until = mandate.valid_until, ends_on
    mandate.full_clean()
    mandate.save(update_fields=["valid_until"])
    record(
        actor=actor,
        action="mandate.end",
        person_reference=mandate.person.reference,
        object_reference=str(mandate.pk),
        before={"valid_until": str(was) if was else None},
        after={"valid_until": str(ends_on)},
    )
    return mandate
