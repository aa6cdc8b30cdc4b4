"""What the figures are counted from: one pass over everybody for each question, however many people there are.

Nobody with protected identity is in any of it. So no number, shown or hidden, says that there is such a person, also
to somebody who can count all the others.
"""

from typing import Any

from django.db import connection

from allocation import queue_sql

_ORDINARY = "NOT p.confidential AND NOT p.protected_registration"
# As in allocation.whatif: minutes a month, under 15 hours, to 75, above.
HOURS_CLASS = "CASE WHEN {0} < 900 THEN 'under_15' WHEN {0} <= 4500 THEN '15_to_75' ELSE 'over_75' END"
_FOLLOWS_CHOICE = "g.service_type_id IN (SELECT id FROM providers_servicetype WHERE follows_choice)"
_STANDING = "NOT EXISTS (SELECT 1 FROM choices_choice x WHERE x.corrects_id = c.id)"

# A round that is carried out (``run``): area, provider, answered, which wish, hours class, channel of the choice that
# held then → persons, minutes. ``got``: 1 the first wish, 2 a later one, 3 none.
ROUND = f"""
SELECT a.code, v.code, o.answered,
    CASE WHEN o.wish_rank = 1 OR (o.wish_rank IS NULL AND o.how = 'kept' AND o.unmet = '[]') THEN 1
         WHEN o.wish_rank > 1 THEN 2 ELSE 3 END,
    {HOURS_CLASS.format("o.minutes")},
    CASE WHEN o.answered THEN coalesce(c.channel, 'paper') END,
    count(*)::int, sum(o.minutes)::bigint
FROM allocation_outcomerow o
JOIN allocation_allocationrun r ON r.id = o.run_id
JOIN choices_person p ON p.id = o.person_id AND {_ORDINARY}
JOIN providers_area a ON a.id = o.area_id
JOIN providers_provider v ON v.id = o.provider_id
LEFT JOIN (
    SELECT DISTINCT ON (c.person_id) c.person_id, c.channel
    FROM choices_choice c JOIN allocation_allocationrun r ON r.id = %(run)s
    WHERE c.registered_at <= r.proposed_at AND {_STANDING}
    ORDER BY c.person_id, c.received_on DESC, c.id DESC
) c ON c.person_id = o.person_id
WHERE o.run_id = %(run)s
GROUP BY 1, 2, 3, 4, 5, 6
"""  # noqa: S608  (only our own words)

# Everybody with granted help on a ``day``.
_PEOPLE = f"""
people AS MATERIALIZED (
    SELECT p.id, p.area_id, sum(g.minutes)::int AS minutes
    FROM choices_person p
    JOIN choices_caredecision g ON g.person_id = p.id AND {_FOLLOWS_CHOICE}
        AND g.valid_from <= %(day)s AND (g.valid_until IS NULL OR g.valid_until > %(day)s)
    WHERE p.deceased_on IS NULL AND p.merged_into_id IS NULL AND {_ORDINARY}
    GROUP BY p.id
)"""  # noqa: S608

# Those who have a provider that day. Area, provider, the channel of the choice that holds (null: none) → persons,
# minutes. Who waits for a first provider is for the work list: they are few, and would hide the others' numbers.
NOW = f"""
WITH {_PEOPLE}, standing AS (
    SELECT DISTINCT ON (c.person_id) c.person_id, c.channel, c.declines_to_choose
    FROM choices_choice c WHERE {_STANDING}
    ORDER BY c.person_id, c.received_on DESC, c.id DESC
)
SELECT a.code, v.code, CASE WHEN NOT c.declines_to_choose THEN c.channel END, count(*)::int, sum(p.minutes)::bigint
FROM people p
JOIN providers_area a ON a.id = p.area_id
JOIN allocation_placement l ON l.person_id = p.id
    AND l.valid_from <= %(day)s AND (l.valid_until IS NULL OR l.valid_until > %(day)s)
JOIN providers_contract k ON k.id = l.contract_id
JOIN providers_provider v ON v.id = k.provider_id
LEFT JOIN standing c ON c.person_id = p.id
GROUP BY 1, 2, 3
"""  # noqa: S608

# Before a round's places are given out: area, channel of the round's own choice (null: none) → persons.
ANSWERS = f"""
WITH {_PEOPLE}, standing AS (
    SELECT DISTINCT ON (c.person_id) c.person_id, c.channel, c.declines_to_choose
    FROM choices_choice c WHERE c.round_id = %(round)s AND {_STANDING}
    ORDER BY c.person_id, c.received_on DESC, c.id DESC
)
SELECT a.code, CASE WHEN NOT c.declines_to_choose THEN c.channel END, count(*)::int, sum(p.minutes)::bigint
FROM people p
JOIN providers_area a ON a.id = p.area_id AND a.id = ANY(%(areas)s)
LEFT JOIN standing c ON c.person_id = p.id
GROUP BY 1, 2
"""  # noqa: S608

# Who waits today and since when. Area, provider, hours class, each null: of all → persons, and days: half waited at
# most, nine of ten, the longest. ``contracts``, ``run``: as in queue_sql.
WAITS = f"""
WITH granted AS (
    SELECT g.person_id, sum(g.minutes)::int AS minutes
    FROM choices_caredecision g
    WHERE {_FOLLOWS_CHOICE} AND g.valid_from <= %(day)s AND (g.valid_until IS NULL OR g.valid_until > %(day)s)
    GROUP BY g.person_id
), waits AS (
    SELECT a.code AS area, v.code AS provider, w.person_id, %(day)s - w.queue_date AS days,
        {HOURS_CLASS.format("coalesce(g.minutes, 0)")} AS class
    FROM ({queue_sql.WAITING_ROWS}) w
    JOIN choices_person p ON p.id = w.person_id AND {_ORDINARY}
    JOIN providers_contract k ON k.id = w.contract_id
    JOIN providers_area a ON a.id = k.area_id
    JOIN providers_provider v ON v.id = k.provider_id
    LEFT JOIN granted g ON g.person_id = w.person_id
)
SELECT area, provider, class, count(DISTINCT person_id)::int,
    percentile_disc(ARRAY[0.5, 0.9, 1]) WITHIN GROUP (ORDER BY greatest(days, 0))
FROM waits
GROUP BY GROUPING SETS ((area, provider), (class), ())
"""  # noqa: S608

# Who got another provider from ``first`` to before ``next``, counted by their last move: area, month, why → persons.
MOVES = f"""
WITH moved AS (
    SELECT DISTINCT ON (l.person_id) l.id, l.person_id, l.valid_from, l.run_id, l.decided_by_id, k.area_id,
        k.provider_id
    FROM allocation_placement l
    JOIN providers_contract k ON k.id = l.contract_id
    JOIN choices_person p ON p.id = l.person_id AND {_ORDINARY}
    WHERE l.valid_from >= %(first)s AND l.valid_from < %(next)s
        AND (l.valid_until IS NULL OR l.valid_until > l.valid_from)
        AND EXISTS (
            SELECT 1 FROM allocation_placement b
            WHERE b.person_id = l.person_id AND b.valid_from < l.valid_from
                AND (b.valid_until IS NULL OR b.valid_until > b.valid_from)
        )
    ORDER BY l.person_id, l.valid_from DESC
)
SELECT a.code, extract(month FROM m.valid_from)::int,
    CASE WHEN r.kind = 'exit' OR o.how = 'exit' THEN 'exit'
         WHEN o.how = 'wish' OR f.id IS NOT NULL THEN 'own_choice'
         WHEN o.how LIKE 'no_answer%%' THEN 'no_choice'
         WHEN o.how = 'fallback' THEN 'no_room'
         WHEN m.decided_by_id IS NOT NULL THEN 'by_hand'
         ELSE 'other' END,
    count(*)::int
FROM moved m
JOIN providers_area a ON a.id = m.area_id
JOIN LATERAL (
    SELECT k.provider_id FROM allocation_placement b JOIN providers_contract k ON k.id = b.contract_id
    WHERE b.person_id = m.person_id AND b.valid_from < m.valid_from
        AND (b.valid_until IS NULL OR b.valid_until > b.valid_from)
    ORDER BY b.valid_from DESC LIMIT 1
) b ON b.provider_id <> m.provider_id
LEFT JOIN allocation_allocationrun r ON r.id = m.run_id
LEFT JOIN allocation_outcomerow o ON o.run_id = m.run_id AND o.person_id = m.person_id
LEFT JOIN allocation_offer f ON f.placement_id = m.id
GROUP BY 1, 2, 3
"""  # noqa: S608

# The waits that ended from ``first`` to before ``next`` with the external provider one had wished for. Area, hours
# class, each null: of all → persons, and days as in WAITS.
MET = f"""
WITH met AS (
    SELECT a.code AS area, l.person_id, l.valid_from - w.queue_date AS days,
        {HOURS_CLASS.format("coalesce(o.minutes, f.minutes)")} AS class
    FROM allocation_placement l
    JOIN providers_contract k ON k.id = l.contract_id
    JOIN providers_provider v ON v.id = k.provider_id AND v.kind <> 'municipal'
    JOIN providers_area a ON a.id = k.area_id
    JOIN choices_person p ON p.id = l.person_id AND {_ORDINARY}
    LEFT JOIN allocation_outcomerow o ON o.run_id = l.run_id AND o.person_id = l.person_id AND o.how = 'wish'
    LEFT JOIN allocation_offer f ON f.placement_id = l.id
    JOIN LATERAL (
        SELECT w.queue_date FROM choices_choice c
        JOIN choices_wish w ON w.choice_id = c.id AND w.provider_id = k.provider_id
        WHERE c.person_id = l.person_id AND c.received_on <= l.valid_from AND {_STANDING}
        ORDER BY c.received_on DESC, c.id DESC LIMIT 1
    ) w ON true
    WHERE l.valid_from >= %(first)s AND l.valid_from < %(next)s
        AND (l.valid_until IS NULL OR l.valid_until > l.valid_from)
        AND (o.id IS NOT NULL OR f.id IS NOT NULL)
)
SELECT area, class, count(DISTINCT person_id)::int,
    percentile_disc(ARRAY[0.5, 0.9, 1]) WITHIN GROUP (ORDER BY greatest(days, 0))
FROM met
GROUP BY GROUPING SETS ((area), (class), ())
"""  # noqa: S608


def rows(sql: str, **parameters: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return list(cursor.fetchall())
