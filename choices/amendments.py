"""Amendments of the current choice, stated after its receipt. The choice itself is unchanged."""

import datetime
from collections.abc import Sequence

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.roles import Right
from audit.services import record
from choices.mandates import mandate_faults
from choices.models import Amendment, Mandate, Person
from common import clock
from providers.models import Provider

Kind = Amendment.Kind


@transaction.atomic
def amend(
    *,
    person: Person,
    kind: Kind,
    channel: str,
    actor: Actor,
    provider: Provider | None = None,
    said_on: datetime.date | None = None,
    mandate: Mandate | None = None,
    assured: Sequence[str] = (),
) -> Amendment:
    """Add an amendment. ``said_on``: day of receipt, default today; ``provider``: of the wish that ends.

    Raises:
        ValidationError: a future day, or a mandate that does not cover it.
    """
    actor.require(Right.REGISTER_CHOICE)
    actor.require_person(person.reference)
    said_on = said_on or clock.today()
    faults = mandate_faults(person=person, mandate=mandate, received_on=said_on)
    if said_on > clock.today():
        faults = [*faults, _("Svaret kan inte ha kommit in senare än i dag.")]
    if faults:
        raise ValidationError(faults)
    made = Amendment(
        person=person,
        kind=kind,
        provider=provider,
        said_on=said_on,
        channel=channel,
        mandate=mandate,
        registered_by_id=actor.user_id,
    )
    made.full_clean()
    made.save()
    record(
        actor=actor,
        action=f"choice.amend_{kind}",
        person_reference=person.reference,
        object_reference=provider.code if provider else "",
        acting_for=f"mandate:{mandate.pk}" if mandate else "",
        data={"said_on": str(said_on), "channel": channel, "assured": sorted(assured)},
    )
    return made


@transaction.atomic
def undo_amendments(
    *, person: Person, kind: Kind, since: datetime.datetime, actor: Actor, provider: Provider | None = None
) -> int:
    """Withdraw amendments registered at or after ``since``. Returns the number."""
    actor.require(Right.REGISTER_CHOICE)
    actor.require_person(person.reference)
    found = Amendment.objects.filter(
        person=person, kind=kind, provider=provider, undone_at=None, registered_at__gte=since
    )
    count = found.update(undone_at=clock.now())
    if count:
        record(
            actor=actor,
            action="choice.undo_amendment",
            person_reference=person.reference,
            object_reference=provider.code if provider else "",
        )
    return count
