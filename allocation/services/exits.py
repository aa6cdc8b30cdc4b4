"""Provider exit: its contracts end, its clients are phoned, and by a given date all have another provider."""

import datetime
from collections.abc import Collection

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.roles import Right
from allocation.locking import lock_room
from allocation.models import ContactTask, Offer, Placement, ProviderExit
from audit.services import record
from choices.models import Person
from common import clock
from providers.models import Area, Contract, Provider
from providers.services import end_contract


@transaction.atomic
def start_exit(
    *,
    provider: Provider,
    ends_on: datetime.date,
    moved_by: datetime.date,
    reason: str,
    actor: Actor,
    rule: str = ProviderExit.Rule.EXTERNAL,
    areas: Collection[Area] | None = None,
    phone_first: bool = True,
) -> ProviderExit:
    """End the provider's contracts (in all areas unless some are named) and list its clients to be phoned.

    ``ends_on``: the first day without a contract; may be in the past, since a permit can be withdrawn at once. Nobody
    is moved yet; a run does that (``propose_exit``). From now on nobody is admitted there, and offers are withdrawn.

    Raises:
        ValidationError: the municipal provider, no contract there, or it is already leaving.
    """
    actor.require(Right.MANAGE_PROVIDERS)
    if provider.is_municipal:
        raise ValidationError(_("Kommunens egen hemtjänst kan inte lämna."))
    contracts = list(
        Contract.objects.filter(provider=provider, area__in=Area.objects.all() if areas is None else areas)
        .exclude(valid_until__lt=ends_on)
        .order_by("pk")
    )
    if not contracts:
        raise ValidationError(_("Utföraren har inget avtal där den dagen."))
    lock_room(areas=[contract.area for contract in contracts])
    exit = ProviderExit(
        provider=provider,
        reason=reason,
        rule=rule,
        phone_first=phone_first,
        ends_on=ends_on,
        moved_by=moved_by,
        created_by_id=actor.user_id,
        created_at=clock.now(),
    )
    exit.full_clean()
    exit.save()
    exit.contracts.set(contracts)
    for contract in contracts:
        end_contract(
            contract=contract,
            ends_on=ends_on,
            reason=exit.get_reason_display(),
            permit_withdrawn=reason == ProviderExit.Reason.PERMIT,
            actor=actor,
        )
    Offer.objects.unfinished().filter(contract__in=contracts).update(
        status=Offer.Status.WITHDRAWN, answered_at=clock.now()
    )
    clients = clients_of(exit)
    ContactTask.objects.bulk_create(
        ContactTask(person_id=person, exit=exit, kind=ContactTask.Kind.EXIT, due_on=moved_by)
        for person in (clients.values_list("pk", flat=True) if phone_first else [])
    )
    record(
        actor=actor,
        action="exit.start",
        object_reference=exit.reference,
        data={"provider": provider.code, "ends_on": str(ends_on), "clients": clients.count()},
    )
    return exit


@transaction.atomic
def finish_exit(*, exit: ProviderExit, actor: Actor) -> ProviderExit:
    """Close an exit without remaining clients.

    Raises:
        ValidationError: a person still has the provider on the last day.
    """
    actor.require(Right.MANAGE_PROVIDERS)
    exit = ProviderExit.objects.select_for_update().get(pk=exit.pk)
    if left := clients_of(exit, day=exit.moved_by).count():
        raise ValidationError(_("%(count)d personer har ingen ny utförare än.") % {"count": left})
    if exit.status == ProviderExit.Status.OPEN:
        exit.status = ProviderExit.Status.DONE
        exit.save(update_fields=["status"])
        record(actor=actor, action="exit.finish", object_reference=exit.reference)
    return exit


def clients_of(exit: ProviderExit, *, day: datetime.date | None = None) -> QuerySet[Person]:
    """Everybody, alarm-only clients included, who has the leaving provider on ``day`` or gets it later.

    Default day: the first day without the contract, or today if that has passed. People who leave the provider before
    that day are not included.
    """
    since = day or max(clock.today(), exit.ends_on)
    at = Placement.objects.covering_some_day().filter(contract__in=exit.contracts.all())
    theirs = at.exclude(valid_until__lte=since)
    return Person.objects.filter(deceased_on__isnull=True, merged_into__isnull=True, placements__in=theirs).distinct()
