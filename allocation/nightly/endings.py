"""Placements ended by events: deaths, moves, ended decisions, ended contracts.

Late information takes effect from today; history is not rewritten. The functions return the number of people,
`withdraw_void_offers` that of offers.
"""

import datetime
from typing import Any

from django.db import connection
from django.utils.translation import gettext as _

from allocation.models import AllocationRun, ContactTask
from allocation.services.resume import resume_before
from providers.models import Contract

# A decision is often renewed some days late. The room is freed at once (the snapshot counts granted help only), but
# the place is kept this long for the person.
KEEP_AFTER_DECISION_DAYS = 30
PHONE_WITHIN_DAYS = 3

_END = """
UPDATE allocation_placement l SET valid_until = greatest(l.valid_from, %(day)s::date), end_reason = %(reason)s
FROM ({placements}) ended
WHERE l.id = ended.id
RETURNING l.person_id
"""

# A placement that has not ended, or ends later than today.
_NOT_ENDED = "(l.valid_until IS NULL OR l.valid_until > greatest(l.valid_from, %(day)s::date))"

_DEAD = f"""
SELECT l.id FROM allocation_placement l JOIN choices_person p ON p.id = l.person_id
WHERE p.deceased_on IS NOT NULL AND {_NOT_ENDED}
"""
_OTHER_AREA = f"""
SELECT l.id FROM allocation_placement l
JOIN choices_person p ON p.id = l.person_id AND p.deceased_on IS NULL AND p.merged_into_id IS NULL
JOIN providers_contract c ON c.id = l.contract_id AND c.area_id <> p.area_id
WHERE {_NOT_ENDED}
"""
_NO_DECISION = f"""
SELECT l.id FROM allocation_placement l
WHERE {_NOT_ENDED} AND l.valid_from <= %(day)s AND NOT EXISTS (
    SELECT 1 FROM choices_caredecision d JOIN providers_servicetype s ON s.id = d.service_type_id AND s.follows_choice
    WHERE d.person_id = l.person_id AND (d.valid_until IS NULL OR d.valid_until > %(kept_since)s)
)
"""
# Clients of a leaving provider stay until they move, at the latest on ``moved_by``.
_CONTRACT_ENDED = f"""
SELECT l.id FROM allocation_placement l
JOIN providers_contract c ON c.id = l.contract_id AND c.valid_until <= %(day)s
WHERE {_NOT_ENDED} AND NOT EXISTS (
    SELECT 1 FROM allocation_providerexit e JOIN allocation_providerexit_contracts ec ON ec.providerexit_id = e.id
    WHERE ec.contract_id = c.id AND e.status = 'open' AND e.moved_by > %(day)s
)
"""

_WITHDRAW_OFFERS = """
UPDATE allocation_offer o SET status = 'withdrawn', answered_at = %(now)s
FROM choices_person p, providers_contract c
WHERE p.id = o.person_id AND c.id = o.contract_id
    AND (o.status = 'open' OR (o.status = 'accepted' AND o.placement_id IS NULL))
    AND (p.deceased_on IS NOT NULL OR p.merged_into_id IS NOT NULL OR c.area_id <> p.area_id
        OR c.valid_until <= o.starts_on
        OR NOT EXISTS (
            SELECT 1 FROM choices_caredecision d
            JOIN providers_servicetype s ON s.id = d.service_type_id AND s.follows_choice
            WHERE d.person_id = p.id AND (d.valid_until IS NULL OR d.valid_until > %(day)s)
        ))
"""

_DROP_CALLS_TO_THE_DEAD = """
UPDATE allocation_contacttask t SET status = 'dropped', done_at = %(now)s
FROM choices_person p WHERE p.id = t.person_id AND p.deceased_on IS NOT NULL AND t.status = 'to_do'
"""
_CLEAR_DATES_OF_THE_DEAD = """
UPDATE allocation_areadate d SET cleared_by_id = %(run)s
FROM choices_person p WHERE p.id = d.person_id AND p.deceased_on IS NOT NULL AND d.cleared_by_id IS NULL
"""


def end_for_the_dead(run: AllocationRun, now: datetime.datetime) -> int:
    """End placements of people who have died, with the calls to them and their area dates."""
    ended = _end(_DEAD, run, _("Personen har avlidit"))
    _execute(_DROP_CALLS_TO_THE_DEAD, now=now)
    _execute(_CLEAR_DATES_OF_THE_DEAD, run=run.pk)
    return len(ended)


def end_in_other_areas(run: AllocationRun) -> int:
    """A person who has moved needs a provider in the new area: an officer gets a task the same morning."""
    return _add_calls(run, _end(_OTHER_AREA, run, _("Har flyttat till ett annat område")), ContactTask.Kind.NEW_AREA)


def end_without_decision(run: AllocationRun) -> int:
    """End placements whose granted help ended more than ``KEEP_AFTER_DECISION_DAYS`` days ago."""
    kept_since = run.business_date - datetime.timedelta(days=KEEP_AFTER_DECISION_DAYS)
    return len(_end(_NO_DECISION, run, _("Hjälpen har upphört"), kept_since=kept_since))


def end_with_contract(run: AllocationRun) -> int:
    """A gap: the contract has ended and no new provider has been found in time.

    No gap for people who would have begun there later: the provider they have goes on, and they are phoned about it.
    """
    reason = _("Utförarens avtal har upphört")
    ended = Contract.objects.filter(valid_until__isnull=False)
    resumed = resume_before(contracts=ended, since=run.business_date, reason=reason)
    _add_calls(run, set(resumed), ContactTask.Kind.EXIT)
    return _add_calls(run, _end(_CONTRACT_ENDED, run, reason), ContactTask.Kind.GAP)


def withdraw_void_offers(run: AllocationRun, now: datetime.datetime) -> int:
    """Withdraw offers to people who have died, moved or have no granted help, and of contracts that end first."""
    return _execute(_WITHDRAW_OFFERS, day=run.business_date, now=now)


def _end(placements: str, run: AllocationRun, reason: str, **more: Any) -> set[int]:
    """End placements. Returns the people (ids). ``placements``: query of ids, with parameters ``day`` and ``more``."""
    with connection.cursor() as cursor:
        cursor.execute(_END.format(placements=placements), {"day": run.business_date, "reason": reason, **more})
        return {person for (person,) in cursor.fetchall()}


def _execute(statement: str, **parameters: Any) -> int:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        count: int = cursor.rowcount
    return count


def _add_calls(run: AllocationRun, persons: set[int], kind: ContactTask.Kind) -> int:
    """Give officers a call to each person. Returns the number of calls."""
    due_on = run.business_date + datetime.timedelta(days=PHONE_WITHIN_DAYS)
    tasks = [ContactTask(person_id=person, run=run, kind=kind, due_on=due_on) for person in sorted(persons)]
    return len(ContactTask.objects.bulk_create(tasks))
