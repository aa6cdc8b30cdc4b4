"""Application of a run: placements, offers, waiting times, phone calls. One transaction, set-based."""

import datetime
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.roles import Right
from allocation.locking import lock_room
from allocation.models import AllocationRun, ContactTask, Offer, OutcomeRow
from allocation.services.review import check_fresh, locked
from allocation.snapshot import areas_of
from audit.services import record
from common import clock
from common.references import new_reference
from providers.models import Contract
from providers.notice import offer_dates
from providers.selectors import municipality

# Deadline in days for calling a person before the letter about a move arrives.
CALL_WITHIN_DAYS = 7

# A decided placement that has not begun is replaced, not followed: it covers no day, and the current placement
# continues until the new one begins. Except where it cannot continue that long: nobody is left without a provider.
_GOES_ON = """
CREATE TEMPORARY TABLE allocation_goes_on ON COMMIT DROP AS
SELECT n.id AS not_begun, b.id AS goes_on
FROM allocation_outcomerow o
JOIN allocation_placement n ON n.person_id = o.person_id AND n.run_id IS DISTINCT FROM %(run)s
    AND n.valid_from > %(today)s AND n.valid_from < %(day)s AND (n.valid_until IS NULL OR n.valid_until > %(day)s)
JOIN allocation_placement b ON b.person_id = n.person_id AND b.valid_until = n.valid_from
    AND b.valid_from < b.valid_until
JOIN providers_contract c ON c.id = b.contract_id AND (c.valid_until IS NULL OR c.valid_until >= %(day)s)
WHERE o.run_id = %(run)s AND o.act = 'place'
"""
_REPLACE = """
UPDATE allocation_placement l
SET valid_until = l.valid_from, end_reason = %(reason)s, end_was = l.valid_until, ended_by_id = %(run)s
FROM allocation_goes_on g WHERE l.id = g.not_begun
"""
_GO_ON = """
UPDATE allocation_placement l SET valid_until = %(day)s, end_reason = %(reason)s, ended_by_id = %(run)s
FROM allocation_goes_on g WHERE l.id = g.goes_on
"""

# A placement that would have begun the same day is undone: it ends on its first day.
_END_OLD = """
UPDATE allocation_placement l
SET valid_until = %(day)s, end_reason = %(reason)s, end_was = l.valid_until, ended_by_id = %(run)s
FROM allocation_outcomerow o
WHERE o.run_id = %(run)s AND o.act = 'place' AND o.person_id = l.person_id AND l.run_id IS DISTINCT FROM %(run)s
  AND l.valid_from <= %(day)s AND (l.valid_until IS NULL OR l.valid_until > %(day)s)
"""

_START_NEW = """
INSERT INTO allocation_placement
    (person_id, contract_id, valid_from, valid_until, interim, run_id, reason, end_reason, registered_at)
SELECT o.person_id, c.id, %(day)s, NULL, o.how = 'fallback', o.run_id, '', '', %(now)s
FROM allocation_outcomerow o
JOIN providers_contract c ON c.provider_id = o.provider_id AND c.area_id = o.area_id
    AND c.valid_from <= %(day)s AND (c.valid_until IS NULL OR c.valid_until > %(day)s)
WHERE o.run_id = %(run)s AND o.act = 'place'
"""

# A person who still waits, or has only an offer, keeps the date that the engine used; for all others the date is
# cleared. An unanswered offer, open or expired, does not end the wait. Nor does being held back from one list, with the
# household: the date and the lottery number are those of the night when the wait began.
_CLEAR_DATES = """
UPDATE allocation_areadate d SET cleared_by_id = %(run)s
FROM choices_person p
WHERE p.id = d.person_id AND p.area_id = ANY(%(areas)s) AND d.cleared_by_id IS NULL
  AND NOT EXISTS (
    SELECT 1 FROM allocation_outcomerow o
    WHERE o.run_id = %(run)s AND o.person_id = d.person_id AND (o.act = 'offer' OR o.unmet <> '[]')
  )
  AND NOT EXISTS (
    SELECT 1 FROM allocation_offer f WHERE f.person_id = d.person_id
      AND (f.status = 'open' OR (f.status = 'accepted' AND f.placement_id IS NULL)
           OR (f.status = 'expired' AND f.silence_broken_at IS NULL))
  )
  AND NOT EXISTS (
    SELECT 1 FROM allocation_heldback h
    LEFT JOIN choices_householdmember m ON m.person_id = h.person_id
    LEFT JOIN choices_householdmember o ON o.household_id = m.household_id
    WHERE %(is_night)s AND h.business_date = %(business_date)s AND d.person_id IN (h.person_id, o.person_id)
      AND NOT EXISTS (
        SELECT 1 FROM allocation_outcomerow w
        WHERE w.run_id = %(run)s AND w.person_id = d.person_id AND w.act = 'place'
      )
  )
"""

_SET_DATES = """
INSERT INTO allocation_areadate (person_id, since, set_by_id)
SELECT o.person_id, o.area_date, o.run_id FROM allocation_outcomerow o
WHERE o.run_id = %(run)s AND (o.act = 'offer' OR o.unmet <> '[]') AND o.area_date IS NOT NULL
ON CONFLICT (person_id) WHERE cleared_by_id IS NULL DO NOTHING
"""


@dataclass(frozen=True)
class RowCounts:
    """Counts of the rows written."""

    placements: int
    offers: int
    calls: int


@transaction.atomic
def apply_run(*, run: AllocationRun, actor: Actor) -> AllocationRun:
    """Write the placements of an approved run. Idempotent.

    Raises:
        ValidationError: the run is not approved.
        StaleRun: the state has changed since the proposal was computed.
    """
    actor.require(Right.APPROVE_RUN)
    run = locked(run)
    if run.status == AllocationRun.Status.APPLIED:
        return run
    if run.status != AllocationRun.Status.APPROVED:
        raise ValidationError(_("Fördelningen måste godkännas innan den kan genomföras."))
    lock_room(areas=list(areas_of(run)))
    check_fresh(run)
    write_run(run, actor)
    return run


def write_run(run: AllocationRun, actor: Actor) -> RowCounts:
    """Apply a locked, fresh run inside the caller's transaction."""
    written = RowCounts(placements=_place(run), offers=_offer(run), calls=_make_calls(run))
    parameters: dict[str, Any] = {
        "run": run.pk,
        "areas": list(areas_of(run).values_list("pk", flat=True)),
        "business_date": run.business_date,
        "is_night": run.kind == AllocationRun.Kind.NIGHT,
    }
    with connection.cursor() as cursor:
        cursor.execute(_CLEAR_DATES, parameters)
        cursor.execute(_SET_DATES, parameters)
    run.status = AllocationRun.Status.APPLIED
    run.applied_at = clock.now()
    run.save(update_fields=["status", "approved_at", "applied_at"])
    record(actor=actor, action="run.apply", object_reference=run.reference, data=vars(written))
    return written


def _place(run: AllocationRun) -> int:
    parameters: dict[str, Any] = {
        "run": run.pk,
        "day": run.effective_date,
        "today": run.business_date,
        "now": clock.now(),
        "reason": f"{run.get_kind_display()} {run.reference}",
    }
    with connection.cursor() as cursor:
        for statement in (_GOES_ON, _REPLACE, _GO_ON, "DROP TABLE allocation_goes_on", _END_OLD):
            cursor.execute(statement, parameters)
        cursor.execute(_START_NEW, parameters)
        started: int = cursor.rowcount
    moving = run.rows.filter(act=OutcomeRow.Act.PLACE).count()
    if started != moving:
        raise RuntimeError(f"run {run.reference}: {moving} people get a new provider, {started} placements written")
    return started


def _offer(run: AllocationRun) -> int:
    rows = list(run.rows.filter(act=OutcomeRow.Act.OFFER).select_related("person"))
    if not rows:
        return 0
    dates = offer_dates(day=run.business_date, municipality=municipality(), not_before=run.effective_date)
    contracts = {(c.area_id, c.provider_id): c for c in Contract.objects.on(run.effective_date)}
    # A better place is offered instead; declining it must not cost the person the lower-ranked wish.
    Offer.objects.unfinished().filter(person__in=[row.person_id for row in rows]).update(
        status=Offer.Status.WITHDRAWN, answered_at=clock.now()
    )
    made = Offer.objects.bulk_create(
        Offer(
            reference=new_reference(),
            person=row.person,
            contract=contracts[row.area_id, row.provider_id],
            run=run,
            unit=row.unit,
            minutes=row.minutes,
            starts_on=dates.starts_on,
            answer_by=dates.answer_by,
        )
        for row in rows
    )
    return len(made)


def _make_calls(run: AllocationRun) -> int:
    """A call task for everybody moved against their choice, and for those proposed by the engine's call list."""
    moved = run.rows.filter(answered=True, how=OutcomeRow.How.FALLBACK, act=OutcomeRow.Act.PLACE)
    asked = run.rows.filter(call_for__isnull=False)
    due_on = clock.today() + datetime.timedelta(days=CALL_WITHIN_DAYS)
    tasks = [
        ContactTask(person_id=person, run=run, kind=kind, due_on=due_on)
        for kind, rows in ((ContactTask.Kind.MOVED, moved), (ContactTask.Kind.PROPOSAL, asked))
        for person in rows.values_list("person_id", flat=True)
    ]
    return len(ContactTask.objects.bulk_create(tasks, ignore_conflicts=True))
