"""The night from end to end: allocation, then its letters, in one transaction."""

import datetime

import structlog
from django.db import transaction

from accounts.actors import Actor
from allocation import nightly
from allocation.models import AllocationRun, Night, NightStart, ProviderExit
from allocation.services.decide_night import approve_night
from allocation.services.failures import record_failure
from citizens.login.letter_codes import offer_codes
from citizens.public.faults import forget_old_reports
from common import clock
from letters.services import correct_void_decisions, create_exit_letters, create_expired_letters, create_letters
from letters.services.create import NEWS_DAYS


def do_night(*, business_date: datetime.date, actor: Actor, although_later: bool = False) -> Night:
    """Do the night of ``business_date``. On failure nothing is changed, and the failure is recorded.

    Raises:
        NightDone: it has been done, or is in progress.
        NightPassed: a later night has been done, and not ``although_later``.
    """
    with structlog.contextvars.bound_contextvars(night=business_date.isoformat()):
        return _do_night(business_date, actor, although_later)


def _do_night(business_date: datetime.date, actor: Actor, although_later: bool) -> Night:
    # Committed before the night begins: a night that kills its process is not retried forever.
    start = NightStart.objects.create(business_date=business_date)
    try:
        with transaction.atomic():
            night = nightly.run_night(business_date=business_date, actor=actor, although_later=although_later)
            if night.run:
                letters = correct_void_decisions(actor=actor) + create_expired_letters(actor=actor)
                if night.run.status == AllocationRun.Status.APPLIED:
                    letters += create_letters(run=night.run, actor=actor, codes=offer_codes())
                letters += _postponed(actor) + _exits(actor)
                night.report["letters"] = letters
                night.save(update_fields=["report"])
            forget_old_reports(day=business_date)
            return night
    except (nightly.NightDone, nightly.NightPassed):
        start.delete()
        raise
    except Exception as error:
        record_failure(kind=AllocationRun.Kind.NIGHT, business_date=business_date, error=error)
        raise


@transaction.atomic
def approve_list(*, run: AllocationRun, actor: Actor) -> AllocationRun:
    """Approve the night's proposal, and create its letters: they name the person who decided.

    Raises:
        StaleRun: the proposal is outdated; nothing is done.
        ValidationError: it is decided already.
    """
    done = approve_night(run=run, actor=actor)
    create_letters(run=done, actor=Actor.system("night"), codes=offer_codes())
    return done


def _postponed(actor: Actor) -> int:
    """Decisions of rounds and exits whose letter was postponed for a phone call that is made now, or overdue."""
    since = clock.now() - datetime.timedelta(days=NEWS_DAYS)
    recent = AllocationRun.objects.filter(
        kind__in=[AllocationRun.Kind.ROUND, AllocationRun.Kind.EXIT],
        status=AllocationRun.Status.APPLIED,
        applied_at__gte=since,
        letters_at__isnull=False,
    )
    return sum(create_letters(run=run, actor=actor) for run in recent)


def _exits(actor: Actor) -> int:
    """Uninformed clients of leaving providers."""
    leaving = ProviderExit.objects.filter(status=ProviderExit.Status.OPEN)
    return sum(create_exit_letters(exit=exit, actor=actor) for exit in leaving)
