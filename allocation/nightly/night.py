"""One night in one transaction: complete or not at all, and once per business date."""

import datetime

from django.db import IntegrityError, transaction

from accounts.actors import Actor
from accounts.roles import Right
from allocation.locking import lock_room
from allocation.models import AllocationRun, Night
from allocation.nightly import endings, interim, morning_counts
from allocation.nightly.schedule import missed_nights
from allocation.services.apply import RowCounts, write_run
from allocation.services.claim import night_run
from allocation.services.compute import compute
from allocation.services.decide_night import changes, replace_proposals
from allocation.services.offers import expire_offers
from allocation.services.store import store
from allocation.services.together import ask_all_again, ask_left_behind
from audit.services import record
from common import clock
from providers.models import Area, NightDecides
from providers.selectors import municipality


class NightDone(Exception):
    """Another worker has run this night, or is running it."""


class NightPassed(Exception):
    """A later night has been done: it did this one's work too, or a clock was wrong."""


@transaction.atomic
def run_night(*, business_date: datetime.date, actor: Actor, although_later: bool = False) -> Night:
    """Run the night of ``business_date``: ended placements free room, offers expire, interim providers are assigned,
    and the free room goes to the heads of the queues. The result is a proposal that an officer approves in the
    morning (``allocation.services.decide_night``), unless the municipality lets the night decide alone.

    Raises:
        NightDone: the night is claimed.
        NightPassed: a later night has been done, and not ``although_later``.
        AuditFailed: the outcome breaks a rule; nothing is changed.
    """
    actor.require(Right.APPROVE_RUN)
    night = _claim(business_date)
    if not although_later and Night.objects.filter(business_date__gt=business_date).exists():
        raise NightPassed(business_date)
    lock_room(areas=list(Area.objects.all()))
    run = night_run(business_date)
    replace_proposals(run, actor)
    run.save(force_insert=True)
    now = clock.now()
    done = {
        "died": endings.end_for_the_dead(run, now),
        "new_area": endings.end_in_other_areas(run),
        "help_ended": endings.end_without_decision(run),
        "contract_ended": endings.end_with_contract(run),
        "offers_withdrawn": endings.withdraw_void_offers(run, now),
        "offers_expired": expire_offers(day=business_date, actor=actor),
        "asked_again": ask_all_again(actor=actor) + ask_left_behind(),
        "interim": interim.place_interim(run),
        "without_provider": interim.count_unserved(run),
    }
    # Computed with tonight's endings applied, as of the day its placements begin.
    computed = compute(run)
    store(computed)
    written = RowCounts(placements=0, offers=0, calls=0)
    if municipality().night_decides == NightDecides.ALONE:
        run.status, run.approved_at = AllocationRun.Status.APPROVED, now
        written = write_run(run, actor)
    night.run = run
    night.report = {
        **done,
        **vars(written),
        "proposed": changes(run).count() if run.status == AllocationRun.Status.PROPOSED else 0,
        **morning_counts.taking_effect(business_date),
        **morning_counts.room(computed),
        "missed": [day.isoformat() for day in missed_nights(business_date)],
    }
    night.finished_at = clock.now()
    night.save()
    record(actor=actor, action="night.run", object_reference=run.reference, data=done | vars(written))
    return night


def _claim(business_date: datetime.date) -> Night:
    try:
        with transaction.atomic():
            # A second worker waits here until the first has committed or failed.
            return Night.objects.create(business_date=business_date)
    except IntegrityError as error:
        raise NightDone(business_date) from error
