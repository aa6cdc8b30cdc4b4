"""Make an approved run real: placements, waiting times, people to phone. One transaction, set-based."""

import datetime
import gzip
import json
from typing import Any

from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.roles import Right
from allocation.locking import lock_room
from allocation.models import AllocationRun, AreaDate, ContactTask, OutcomeRow, RunDocument
from allocation.services.review import check_fresh, locked, round_of
from audit.services import record
from botkyrka_hemtjanst import clock
from choices.models import Person

# People who are moved are phoned before their letter comes: within this many days.
CALL_WITHIN_DAYS = 7

_END_OLD = """
UPDATE allocation_placement l SET valid_until = %(day)s, end_reason = %(reason)s
FROM allocation_outcomerow o
WHERE o.run_id = %(run)s AND o.person_id = l.person_id AND o.provider_id IS DISTINCT FROM o.provider_before_id
  AND l.valid_from < %(day)s AND (l.valid_until IS NULL OR l.valid_until > %(day)s)
"""

_START_NEW = """
INSERT INTO allocation_placement
    (person_id, contract_id, valid_from, valid_until, interim, run_id, reason, end_reason, registered_at)
SELECT o.person_id, c.id, %(day)s, NULL, o.how = 'fallback' AND jsonb_array_length(o.unmet) > 0, o.run_id, '', '',
    %(now)s
FROM allocation_outcomerow o
JOIN providers_contract c ON c.provider_id = o.provider_id AND c.area_id = o.area_id
    AND c.valid_from <= %(day)s AND (c.valid_until IS NULL OR c.valid_until > %(day)s)
WHERE o.run_id = %(run)s AND o.provider_id IS DISTINCT FROM o.provider_before_id
"""


@transaction.atomic
def apply_run(*, run: AllocationRun, actor: Actor) -> AllocationRun:
    """Write the placements of an approved run. Applying twice changes nothing.

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
    lock_room(areas=list(round_of(run).areas.all()))
    check_fresh(run)
    _place(run)
    _store_area_dates(run)
    calls = _make_calls(run)
    run.status = AllocationRun.Status.APPLIED
    run.applied_at = clock.now()
    run.save(update_fields=["status", "applied_at"])
    record(actor=actor, action="run.apply", object_reference=run.reference, data={"calls": calls})
    return run


def _place(run: AllocationRun) -> None:
    parameters: dict[str, Any] = {
        "run": run.pk,
        "day": run.effective_date,
        "now": clock.now(),
        "reason": f"{run.get_kind_display()} {run.reference}",
    }
    with connection.cursor() as cursor:
        cursor.execute(_END_OLD, parameters)
        cursor.execute(_START_NEW, parameters)
        started = cursor.rowcount
    moving = [
        row for row in run.rows.only("provider_id", "provider_before_id") if row.provider_id != row.provider_before_id
    ]
    if started != len(moving):
        raise RuntimeError(
            f"run {run.reference}: {len(moving)} people get a new provider, {started} placements written"
        )


def document(run: AllocationRun, kind: RunDocument.Kind) -> dict[str, Any]:
    """The archived problem or outcome of a run, as plain data."""
    content: dict[str, Any] = json.loads(gzip.decompress(run.documents.get(kind=kind).content_gzip))
    return content


def _store_area_dates(run: AllocationRun) -> None:
    """Who still waits for an external provider waits since the date the engine used; who does not, waits no more."""
    problem = document(run, RunDocument.Kind.PROBLEM)
    since = {
        member["id"]: datetime.date.fromisoformat(unit["area_date"])
        for unit in problem["units"]
        if unit["area_date"]
        for member in unit["members"]
    }
    waiting = dict(run.rows.exclude(unmet=[]).values_list("person_id", "person__reference"))
    AreaDate.objects.filter(person__outcome_rows__run=run).exclude(person__in=waiting).delete()
    AreaDate.objects.bulk_create(
        (AreaDate(person_id=person, since=since[reference]) for person, reference in waiting.items()),
        ignore_conflicts=True,
        batch_size=5000,
    )


def _make_calls(run: AllocationRun) -> int:
    """A task for everybody moved against their choice, and for those the engine proposes to ask."""
    moved = run.rows.filter(answered=True, how=OutcomeRow.How.FALLBACK).values_list("person_id", flat=True)
    references = [call["person"] for call in document(run, RunDocument.Kind.OUTCOME)["calls"]]
    asked = Person.objects.filter(reference__in=references).values_list("pk", flat=True)
    due_on = clock.today() + datetime.timedelta(days=CALL_WITHIN_DAYS)
    tasks = [
        ContactTask(person_id=person, run=run, kind=kind, due_on=due_on)
        for kind, persons in ((ContactTask.Kind.MOVED, moved), (ContactTask.Kind.PROPOSAL, asked))
        for person in persons
    ]
    return len(ContactTask.objects.bulk_create(tasks, ignore_conflicts=True))
