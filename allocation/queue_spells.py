"""Queue spells: periods in a provider's queue, read from choices, runs and placements."""

import datetime
from typing import Any

from django.db import connection

from allocation.waiting_times import Spell
from allocation.whatif.result import HoursClass, hours_class
from providers.models import Contract

# Older queues had other ceilings and shares.
YEARS = 3

# A row per person and queue date. A spell starts on that date while the provider is in version after version of the
# choice; it ends when the provider begins (met), the wish is dropped, the person dies, or today. Only people informed
# by a run are included: a wish met immediately was never queued.
_SPELLS = """
WITH version AS (
    SELECT c.id, c.person_id, c.declines_to_choose,
        lead(c.received_on) OVER (PARTITION BY c.person_id ORDER BY c.received_on, c.id) AS until
    FROM choices_choice c WHERE NOT EXISTS (SELECT 1 FROM choices_choice x WHERE x.corrects_id = c.id)
), wished AS (
    SELECT v.person_id, w.queue_date AS since, max(coalesce(v.until, %(day)s)) AS until
    FROM version v JOIN choices_wish w ON w.choice_id = v.id AND w.provider_id = %(provider)s
    JOIN choices_person p ON p.id = v.person_id AND p.area_id = %(area)s AND p.merged_into_id IS NULL
    WHERE NOT v.declines_to_choose GROUP BY v.person_id, w.queue_date
), spell AS (
    SELECT w.person_id, w.since, least(w.until, p.deceased_on, %(day)s) AS until, t.minutes, (
        SELECT min(l.valid_from) FROM allocation_placement l
        WHERE l.person_id = w.person_id AND l.contract_id = %(contract)s AND NOT l.interim AND l.valid_from > w.since
            AND (l.valid_until IS NULL OR l.valid_until > l.valid_from)
            AND (l.registered_at AT TIME ZONE 'Europe/Stockholm')::date <= least(w.until, p.deceased_on, %(day)s)
    ) AS met
    FROM wished w JOIN choices_person p ON p.id = w.person_id
    JOIN LATERAL (
        SELECT o.minutes FROM allocation_outcomerow o JOIN allocation_allocationrun r ON r.id = o.run_id
        WHERE o.person_id = w.person_id AND r.status = 'applied' AND r.business_date >= w.since
            AND o.unmet @> jsonb_build_array(jsonb_build_object('provider', %(code)s::text))
        ORDER BY o.id LIMIT 1
    ) t ON true
)
SELECT minutes, coalesce(met, until) - since, met IS NOT NULL FROM spell
WHERE coalesce(met, until) >= greatest(since, %(from)s)
"""


def spells_of(*, contract: Contract, day: datetime.date) -> list[tuple[HoursClass, Spell]]:
    """Spells that ended in the last three years or are open, with each person's granted minutes."""
    parameters: dict[str, Any] = {
        "provider": contract.provider_id,
        "code": contract.provider.code,
        "area": contract.area_id,
        "contract": contract.pk,
        "day": day,
        "from": day.replace(year=day.year - YEARS, day=min(day.day, 28)),
    }
    with connection.cursor() as cursor:
        cursor.execute(_SPELLS, parameters)
        return [(hours_class(minutes), Spell(days, met)) for minutes, days, met in cursor.fetchall()]
