"""Proposals: computed, audited and stored; nobody is moved yet."""

import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.roles import Right
from allocation.locking import lock_room
from allocation.models import AllocationRun, ProviderExit
from allocation.services.claim import claim, exit_run, round_run
from allocation.services.compute import compute
from allocation.services.review import close_run, is_fresh, locked
from allocation.services.store import store
from allocation.snapshot import areas_of, areas_without_municipality
from audit.services import record
from choices.models import ChoiceRound
from common import clock


@transaction.atomic
def propose_round(*, round: ChoiceRound, actor: Actor) -> AllocationRun:
    """Compute the round's allocation and store it as a proposal. No placement changes.

    An existing proposal is superseded if its input has changed.

    Raises:
        ValidationError: the round is not closed, is already applied, has a proposal that is still valid, or the
            municipality has no contract in an area.
        AuditFailed: the outcome breaks a rule; nothing is stored.
    """
    actor.require(Right.PROPOSE_RUN)
    round = ChoiceRound.objects.select_for_update().get(pk=round.pk)
    if round.closed_at is None:
        raise ValidationError(_("Stäng valomgången först. Sedan kan du göra ett förslag."))
    return _propose(round_run(round, actor), list(round.runs.exclude(status__in=AllocationRun.ENDED)), actor)


@transaction.atomic
def propose_exit(*, exit: ProviderExit, starts_on: datetime.date, actor: Actor) -> AllocationRun:
    """Compute new providers for the leaving provider's clients from ``starts_on``. Nobody moves until it is applied.

    Raises:
        ValidationError: the exit is closed, the day is past or too late, a proposal is still valid, or the
            municipality has no contract in an area.
        AuditFailed: the outcome breaks a rule; nothing is stored.
    """
    actor.require(Right.PROPOSE_RUN)
    exit = ProviderExit.objects.select_for_update(of=("self",)).select_related("provider").get(pk=exit.pk)
    if exit.status != ProviderExit.Status.OPEN:
        raise ValidationError(_("Avtalsupphörandet är redan klart eller avbrutet."))
    if starts_on < clock.today():
        raise ValidationError(_("Dagen har redan varit. Välj i dag eller senare."))
    if starts_on > exit.moved_by:
        raise ValidationError(_("Alla ska ha flyttat senast den %(day)s.") % {"day": exit.moved_by})
    live = exit.runs.exclude(status__in=[*AllocationRun.ENDED, AllocationRun.Status.APPLIED])
    return _propose(exit_run(exit, starts_on, actor), list(live), actor)


def _propose(run: AllocationRun, live: list[AllocationRun], actor: Actor) -> AllocationRun:
    areas = list(areas_of(run))
    lock_room(areas=areas)
    without = areas_without_municipality(run.effective_date).filter(pk__in=[area.pk for area in areas])
    if without:
        words = {"areas": ", ".join(area.name for area in without), "day": date_format(run.effective_date)}
        raise ValidationError(
            _("Kommunens hemtjänst har inget avtal i %(areas)s den %(day)s. Lägg till avtalet först.") % words
        )
    for before in live:
        _supersede(locked(before), run, actor)
    claim(run)
    store(compute(run))
    record(
        actor=actor,
        action="run.propose",
        object_reference=run.reference,
        data={"kind": run.kind, "problem_sha256": run.problem_sha256, "outcome_sha256": run.outcome_sha256},
    )
    return run


def _supersede(before: AllocationRun, run: AllocationRun, actor: Actor) -> None:
    if before.status == AllocationRun.Status.APPLIED:
        raise ValidationError(_("Valomgången är redan genomförd."))
    if before.effective_date == run.effective_date and is_fresh(before):
        raise ValidationError(_("Det finns redan ett förslag, och inget har ändrats sedan dess."))
    close_run(
        before,
        status=AllocationRun.Status.SUPERSEDED,
        reason="Något ändrades, och ett nytt förslag gjordes.",
        actor=actor,
    )
