"""Provider exit: its contracts end, its clients are phoned, and all have another provider by a date."""

import datetime
from collections.abc import Collection

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.roles import Right
from allocation.locking import lock_room
from allocation.models import ContactTask, Offer, Placement, ProviderExit
from allocation.services.resume import resume_before
from audit.services import record
from choices.models import Person
from common import clock
from providers.contracts import ending_of
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
    meanwhile: str = ProviderExit.Meanwhile.LEAVING,
    areas: Collection[Area] | None = None,
    phone_first: bool = True,
) -> ProviderExit:
    """Register the end of a provider's contracts (default: in all areas). Another person approves it.

    ``ends_on``: the first day without a contract; it may be in the past, since a permit may be withdrawn immediately.

    Raises:
        ValidationError: the municipal provider, no contract there, or it is leaving already.
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
    if any(ends_on <= contract.valid_from for contract in contracts):
        raise ValidationError(_("Slutdatum måste ligga efter startdatum."))
    exit = ProviderExit(
        provider=provider,
        reason=reason,
        rule=rule,
        meanwhile=meanwhile,
        phone_first=phone_first,
        ends_on=ends_on,
        moved_by=moved_by,
        created_by_id=actor.user_id,
        created_at=clock.now(),
    )
    exit.full_clean()
    exit.save()
    exit.contracts.set(contracts)
    record(
        actor=actor,
        action="exit.propose",
        object_reference=exit.reference,
        data={"provider": provider.code, "ends_on": str(ends_on), "moved_by": str(moved_by), "meanwhile": meanwhile},
    )
    return exit


@transaction.atomic
def decide_exit(*, exit: ProviderExit, approve: bool, actor: Actor) -> ProviderExit:
    """Approve: end the contracts and list the clients to phone; or reject, which the author may do too.

    Nobody is moved yet: that needs a run (``propose_exit``). The intake stops, and offers are withdrawn. People with a
    placement that would begin without a contract keep the provider they have; they are phoned too. Interim care by the
    municipality, if chosen, begins when the contract has ended.

    Raises:
        ValidationError: decided already, or approval by the author.
    """
    actor.require(Right.APPROVE_QUOTAS)
    exit = ProviderExit.objects.select_for_update(of=("self",)).select_related("provider").get(pk=exit.pk)
    if exit.status != ProviderExit.Status.PROPOSED:
        raise ValidationError(_("Avslutet är redan avgjort."))
    if approve and actor.is_same_human(exit.created_by_id):
        raise ValidationError(_("Du har själv registrerat avslutet. En annan person måste besluta det."))
    exit.status = ProviderExit.Status.OPEN if approve else ProviderExit.Status.CANCELLED
    exit.decided_at, exit.decided_by_id = clock.now(), actor.user_id
    exit.save(update_fields=["status", "decided_at", "decided_by"])
    clients = _carry_out(exit, actor) if approve else 0
    record(
        actor=actor,
        action="exit.start" if approve else "exit.refuse",
        object_reference=exit.reference,
        data={"provider": exit.provider.code, "ends_on": str(exit.ends_on), "clients": clients},
    )
    return exit


def _carry_out(exit: ProviderExit, actor: Actor) -> int:
    contracts = list(exit.contracts.select_related("area").order_by("pk"))
    lock_room(areas=[contract.area for contract in contracts])
    exit.changed = {}
    for contract in contracts:
        ended = end_contract(
            contract=contract,
            ends_on=exit.ends_on,
            reason=exit.get_reason_display(),
            permit_withdrawn=exit.reason == ProviderExit.Reason.PERMIT,
            actor=actor,
        )
        was, became = ending_of(contract), ending_of(ended)
        exit.changed[str(contract.pk)] = {name: [was[name], became[name]] for name in was if was[name] != became[name]}
    exit.save(update_fields=["changed"])
    Offer.objects.unfinished().filter(contract__in=contracts).update(
        status=Offer.Status.WITHDRAWN, answered_at=clock.now()
    )
    day_after = clock.today() + datetime.timedelta(days=1)
    resumed = resume_before(contracts=contracts, since=day_after, reason=exit.get_reason_display())
    clients = clients_of(exit)
    # People whose decided start falls away are phoned in any case: nobody else tells them who comes.
    called = {*resumed, *(clients.values_list("pk", flat=True) if exit.phone_first else ())}
    ContactTask.objects.bulk_create(
        ContactTask(person_id=person, exit=exit, kind=ContactTask.Kind.EXIT, due_on=exit.moved_by)
        for person in sorted(called)
    )
    if exit.meanwhile == ProviderExit.Meanwhile.MUNICIPAL:
        _help_meanwhile(exit, actor)
    return clients.count()


def _help_meanwhile(exit: ProviderExit, actor: Actor) -> None:
    """Interim care by the municipality for each client, for the remaining period of the placement."""
    since = max(clock.today(), exit.ends_on)
    own = {
        contract.area_id: contract
        for contract in Contract.objects.on(since).filter(provider__kind=Provider.Kind.MUNICIPAL)
    }
    there = Placement.objects.covering_some_day().filter(contract__in=exit.contracts.all(), person__in=clients_of(exit))
    for placement in there.exclude(valid_until__lte=since).select_related("contract").order_by("pk"):
        municipal = own.get(placement.contract.area_id)
        if municipal is None:
            raise ValidationError(_("Kommunens hemtjänst finns inte i området den dagen."))
        day, until = max(since, placement.valid_from), placement.valid_until
        placement.end_was, placement.valid_until, placement.end_reason = until, day, exit.get_reason_display()
        placement.save(update_fields=["end_was", "valid_until", "end_reason"])
        Placement.objects.create(
            person_id=placement.person_id,
            contract=municipal,
            valid_from=day,
            valid_until=until,
            interim=True,
            meanwhile_for=placement.contract,
            decided_by_id=actor.user_id,
            reason=f"Tillfälligt, {exit.provider} slutar"[:200],
        )


@transaction.atomic
def finish_exit(*, exit: ProviderExit, actor: Actor) -> ProviderExit:
    """Close an exit when no client is left.

    Raises:
        ValidationError: the provider still has clients on the last day.
    """
    actor.require(Right.MANAGE_PROVIDERS)
    exit = ProviderExit.objects.select_for_update().get(pk=exit.pk)
    if left := clients_of(exit, day=exit.moved_by).count():
        raise ValidationError(_("Personer som inte har någon ny utförare än: %(count)d.") % {"count": left})
    if exit.status == ProviderExit.Status.OPEN:
        exit.status = ProviderExit.Status.DONE
        exit.save(update_fields=["status"])
        record(actor=actor, action="exit.finish", object_reference=exit.reference)
    return exit


def clients_of(exit: ProviderExit, *, day: datetime.date | None = None) -> QuerySet[Person]:
    """Clients of the leaving provider on ``day`` or later, alarm-only clients too, including those in interim care.

    Default: on the first day without the contract, or today if that has passed. Clients who leave before that day are
    excluded.
    """
    since = day or max(clock.today(), exit.ends_on)
    contracts = exit.contracts.all()
    at = Placement.objects.covering_some_day().filter(Q(contract__in=contracts) | Q(meanwhile_for__in=contracts))
    theirs = at.exclude(valid_until__lte=since)
    return Person.objects.filter(deceased_on__isnull=True, merged_into__isnull=True, placements__in=theirs).distinct()
