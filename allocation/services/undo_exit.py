"""Undo of a decided provider exit before its contracts end: the provider goes on as before, and the history shows both
steps."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.roles import Right
from allocation.locking import lock_room
from allocation.models import AllocationRun, ContactTask, Placement, ProviderExit
from allocation.services.review import close_run
from audit.services import record
from choices.models import Person
from common import clock
from common.workdays import working_days_after
from providers.contracts import continue_contract

# People told by phone that the provider leaves are phoned again within so many working days.
PHONE_WITHIN_DAYS = 2


def undo_obstacle(exit: ProviderExit) -> str:
    """Reason why the exit itself cannot be undone; empty if it can. Its applied runs are found by ``undo_exit``."""
    if exit.status != ProviderExit.Status.OPEN:
        return _("Bara ett beslutat avslut som pågår kan ångras.")
    if exit.changed is None:
        return _("Avslutet beslutades innan det gick att ångra. Lägg till ett nytt avtal i stället.")
    if exit.ends_on <= clock.today():
        return _("Avtalet är redan slut. Avslutet kan inte ångras.")
    return ""


@transaction.atomic
def undo_exit(*, exit: ProviderExit, reason: str, actor: Actor) -> ProviderExit:
    """Undo a decided exit before the contracts end. Runs that wait for approval are cancelled, and calls dropped.

    The intake and the permit are again as they were. Interim care that has not begun is taken back. Withdrawn offers
    and placements that would have begun later are not restored: the wishes keep their dates, and the next night decides
    again. Letters:
    ``administration.exits.deciding.undo``.

    Raises:
        ValidationError: not decided, a contract has ended, clients have new providers by a run, no reason is given, or
            the exit was decided by a release that did not store the earlier values.
    """
    actor.require(Right.APPROVE_QUOTAS)
    exit = ProviderExit.objects.select_for_update(of=("self",)).select_related("provider").get(pk=exit.pk)
    if why_not := undo_obstacle(exit):
        raise ValidationError(why_not)
    if not reason.strip():
        raise ValidationError(_("Skriv varför avslutet ångras."))
    contracts = list(exit.contracts.select_related("area").order_by("pk"))
    lock_room(areas=[contract.area for contract in contracts])
    runs = list(exit.runs.exclude(status__in=AllocationRun.ENDED).select_for_update(of=("self",)).order_by("pk"))
    if any(run.status == AllocationRun.Status.APPLIED for run in runs):
        raise ValidationError(_("Klienterna har fått nya utförare genom en fördelning. Ångra den först."))
    for run in runs:
        close_run(run, status=AllocationRun.Status.CANCELLED, reason=_("Avslutet ångrades."), actor=actor)
    earlier = exit.changed or {}
    for contract in contracts:
        continue_contract(contract=contract, changed=earlier[str(contract.pk)], reason=reason, actor=actor)
    _take_back_interim_care(exit)
    _correct_calls(exit)
    exit.status, exit.undo_reason = ProviderExit.Status.UNDONE, reason.strip()
    exit.undone_at, exit.undone_by_id = clock.now(), actor.user_id
    exit.save(update_fields=["status", "undo_reason", "undone_at", "undone_by"])
    record(actor=actor, action="exit.undo", object_reference=exit.reference, reason=reason.strip())
    return exit


def _take_back_interim_care(exit: ProviderExit) -> None:
    """End interim placements that have not begun, and give each client's own placement their end date and reason."""
    interim = Placement.objects.covering_some_day().filter(
        meanwhile_for__in=exit.contracts.all(), valid_from__gt=clock.today()
    )
    for placement in interim.order_by("pk"):
        until, reason = placement.valid_until, placement.end_reason
        placement.valid_until, placement.end_reason = placement.valid_from, _("Avslutet ångrades.")
        placement.save(update_fields=["valid_until", "end_reason"])
        own = Placement.objects.covering_some_day().filter(
            person=placement.person_id, contract=placement.meanwhile_for_id, valid_until=placement.valid_from
        )
        own.update(valid_until=until, end_was=None, end_reason=reason)


def _correct_calls(exit: ProviderExit) -> None:
    """Drop calls not yet made; calls that were made are made again, to the living."""
    today = clock.today()
    calls = exit.contact_tasks.all()
    calls.filter(status=ContactTask.Status.TO_DO).update(status=ContactTask.Status.DROPPED, done_at=clock.now())
    calls.filter(status=ContactTask.Status.DONE, person__in=Person.objects.living()).update(
        status=ContactTask.Status.TO_DO, done_at=None, due_on=working_days_after(today, PHONE_WITHIN_DAYS)
    )
