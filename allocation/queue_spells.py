"""Queue spells: periods in a provider's queue, read from choices, runs and placements."""

import datetime
from dataclasses import dataclass
from typing import Any

from django.db import connection

from allocation.waiting_times import Spell
from allocation.whatif.result import HoursClass, hours_class
from providers.models import Contract
from secrecy.protected import protected_sql

# Older queues had other ceilings and shares.
YEARS = 3

# A row per person, queue and queue date. A spell starts on that date while the provider is in version after version of
# the choice; it ends when the provider begins (met), the wish is dropped, the person dies, or today. Only people
# informed by a run are included: a wish met immediately was never queued. A provider's contracts in an area share one
# queue. decided: the day the place was decided, or as ends_on; from then on nobody waits for it any more.
_SPELLS = """
WITH version AS (
    SELECT c.id, p.id AS person_id, c.declines_to_choose,
        lead(c.received_on) OVER (PARTITION BY p.id ORDER BY c.received_on, c.id) AS until
    FROM choices_choice c
    JOIN choices_person r ON r.id = c.person_id
    JOIN choices_person p ON p.id = coalesce(r.merged_into_id, r.id)
    WHERE NOT EXISTS (SELECT 1 FROM choices_choice x WHERE x.corrects_id = c.id)
), queue AS (
    SELECT DISTINCT k.provider_id, k.area_id, v.code, a.code AS area
    FROM providers_contract k
    JOIN providers_provider v ON v.id = k.provider_id
    JOIN providers_area a ON a.id = k.area_id
    WHERE {queues}
), wished AS (
    SELECT v.person_id, q.provider_id, q.area_id, q.code, q.area, w.queue_date AS since,
        max(coalesce(v.until, %(day)s)) AS until
    FROM queue q JOIN choices_wish w ON w.provider_id = q.provider_id JOIN version v ON v.id = w.choice_id
    JOIN choices_person p ON p.id = v.person_id AND p.area_id = q.area_id
    WHERE NOT v.declines_to_choose
    GROUP BY v.person_id, q.provider_id, q.area_id, q.code, q.area, w.queue_date
), spell AS (
    SELECT w.person_id, w.area, w.code, w.since, least(w.until, p.deceased_on, %(day)s) AS until, t.minutes,
        {is_protected} AS is_protected, m.met, m.decided
    FROM wished w JOIN choices_person p ON p.id = w.person_id
    JOIN LATERAL (
        SELECT o.minutes FROM allocation_outcomerow o JOIN allocation_allocationrun r ON r.id = o.run_id
        WHERE o.person_id = w.person_id AND r.status = 'applied' AND r.business_date >= w.since
            AND o.unmet @> jsonb_build_array(jsonb_build_object('provider', w.code))
        ORDER BY o.id LIMIT 1
    ) t ON true
    LEFT JOIN LATERAL (
        SELECT l.valid_from AS met, (l.registered_at AT TIME ZONE 'Europe/Stockholm')::date AS decided
        FROM allocation_placement l
        JOIN providers_contract k ON k.id = l.contract_id
            AND k.provider_id = w.provider_id AND k.area_id = w.area_id
        WHERE l.person_id = w.person_id AND NOT l.interim AND l.valid_from > w.since
            AND (l.valid_until IS NULL OR l.valid_until > l.valid_from)
            AND (l.registered_at AT TIME ZONE 'Europe/Stockholm')::date <= least(w.until, p.deceased_on, %(day)s)
        ORDER BY l.valid_from LIMIT 1
    ) m ON true
)
SELECT person_id, area, code, minutes, since, coalesce(met, until) AS ends_on, met IS NOT NULL AS is_met,
    least(decided, coalesce(met, until)) AS decided, is_protected
FROM spell
WHERE coalesce(met, until) >= greatest(since, %(from)s)
"""
_OF_A_CONTRACT = "k.id = %(contract)s"
_ALL = "v.kind <> 'municipal'"


@dataclass(frozen=True)
class QueueSpell:
    """``area``, ``provider``: codes. ``minutes``: granted when a run first tried the wish. ``ends_on``: the first day
    after it. ``decided_on``: the day from which the person has the place, or as ``ends_on``."""

    person_id: int
    area: str
    provider: str
    minutes: int
    since: datetime.date
    ends_on: datetime.date
    is_met: bool
    decided_on: datetime.date
    is_protected: bool


def spells_of(*, contract: Contract, day: datetime.date) -> list[tuple[HoursClass, Spell]]:
    """Spells that ended in the last three years or are open, with each person's granted minutes."""
    first = day.replace(year=day.year - YEARS, day=min(day.day, 28))
    found = _query(_OF_A_CONTRACT, {"contract": contract.pk, "day": day, "from": first})
    return [(hours_class(each.minutes), Spell((each.ends_on - each.since).days, each.is_met)) for each in found]


def all_spells(*, first: datetime.date, day: datetime.date) -> list[QueueSpell]:
    """Spells in all queues that ended on ``first`` or later, or are open on ``day``."""
    return _query(_ALL, {"day": day, "from": first})


def _query(queues: str, parameters: dict[str, Any]) -> list[QueueSpell]:
    with connection.cursor() as cursor:
        cursor.execute(_SPELLS.replace("{queues}", queues).replace("{is_protected}", protected_sql("p")), parameters)
        return [QueueSpell(*row) for row in cursor.fetchall()]
