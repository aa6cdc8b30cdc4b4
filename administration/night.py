"""The night from end to end: allocation first, then the letters that tell of it, in one transaction."""

import datetime

from django.db import transaction

from accounts.actors import Actor
from allocation import nightly
from allocation.models import AllocationRun, Night, NightStart, ProviderExit
from allocation.services.decide_night import approve_night
from allocation.services.failures import record_failure
from citizens.public.faults import forget_old_reports
from common import clock
from letters.services import create_exit_letters, create_expired_letters, create_letters
from letters.services.create import NEWS_DAYS


def do_night(*, business_date: datetime.date, actor: Actor) -> Night:
    """Do the night of ``business_date``. If anything fails yesterday stands, and the failure is told.

    Raises:
        NightDone: it has been done, or somebody does it now.
    """
    # Committed before the night begins: a night that kills its process is not tried for ever.
    start = NightStart.objects.create(business_date=business_date)
    try:
        with transaction.atomic():
            night = nightly.run_night(business_date=business_date, actor=actor)
            if night.run:
                letters = create_expired_letters(actor=actor)
                if night.run.status == AllocationRun.Status.APPLIED:
                    letters += create_letters(run=night.run, actor=actor)
                letters += _put_off(actor) + _exits(actor)
                night.report["letters"] = letters
                night.save(update_fields=["report"])
            forget_old_reports(day=business_date)
            return night
    except nightly.NightDone:
        start.delete()
        raise
    except Exception as error:
        record_failure(kind=AllocationRun.Kind.NIGHT, business_date=business_date, error=error)
        raise


@transaction.atomic
def approve_list(*, run: AllocationRun, actor: Actor) -> AllocationRun:
    """Approve what the night proposes, and write the letters that tell of it: they name who decided.

    Raises:
        StaleRun: it would be another list now; nothing is done.
        ValidationError: it is decided already.
    """
    done = approve_night(run=run, actor=actor)
    create_letters(run=done, actor=Actor.system("night"))
    return done


def _put_off(actor: Actor) -> int:
    """Decisions of rounds and exits whose letter waited for a phone call that has now been made, or was due."""
    since = clock.now() - datetime.timedelta(days=NEWS_DAYS)
    recent = AllocationRun.objects.filter(
        kind__in=[AllocationRun.Kind.ROUND, AllocationRun.Kind.EXIT],
        status=AllocationRun.Status.APPLIED,
        applied_at__gte=since,
        letters__isnull=False,
    )
    return sum(create_letters(run=run, actor=actor) for run in recent.distinct())


def _exits(actor: Actor) -> int:
    """Clients of leaving providers who have not been told."""
    leaving = ProviderExit.objects.filter(status=ProviderExit.Status.OPEN)
    return sum(create_exit_letters(exit=exit, actor=actor) for exit in leaving)
