"""The questions a snapshot asks: a handful of set-based queries however many people there are.

``day`` is the effective date, ``areas`` the ids of the run's areas.
"""

from typing import Any

from django.db import connection


def rows(sql: str, **parameters: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        found: list[tuple[Any, ...]] = cursor.fetchall()
    return found


# One row per person in scope: alive, not merged, in one of the areas, with granted help that follows the choice.
PERSONS = """
SELECT p.id, p.reference, p.area_id, sum(d.minutes)::int, min(d.decided_on)
FROM choices_person p
JOIN choices_caredecision d ON d.person_id = p.id
    AND d.valid_from <= %(day)s AND (d.valid_until IS NULL OR d.valid_until > %(day)s)
JOIN providers_servicetype s ON s.id = d.service_type_id AND s.follows_choice
WHERE p.deceased_on IS NULL AND p.merged_into_id IS NULL AND p.area_id = ANY(%(areas)s)
GROUP BY p.id
ORDER BY p.id
"""

# Who they have that day. A placement outside the person's area, or on a contract that has ended by then, counts as
# nobody; except where a provider is leaving: there the old one goes on until the client moves.
CURRENT = """
SELECT l.person_id, v.code, l.interim, x.id
FROM allocation_placement l
JOIN choices_person p ON p.id = l.person_id
JOIN providers_contract c ON c.id = l.contract_id AND c.area_id = p.area_id
JOIN providers_provider v ON v.id = c.provider_id
LEFT JOIN (
    SELECT e.id, ec.contract_id FROM allocation_providerexit e
    JOIN allocation_providerexit_contracts ec ON ec.providerexit_id = e.id
    WHERE e.status = 'open'
) x ON x.contract_id = c.id
WHERE l.valid_from <= %(day)s AND (l.valid_until IS NULL OR l.valid_until > %(day)s) AND p.area_id = ANY(%(areas)s)
    AND (c.valid_until IS NULL OR c.valid_until > %(day)s OR x.id IS NOT NULL)
"""

# Placements that are decided and begin after the day: who has one is settled.
BEGINS_LATER = """
SELECT DISTINCT person_id FROM allocation_placement
WHERE valid_from > %(day)s AND (valid_until IS NULL OR valid_until > valid_from)
"""

# The wishes of each person's current choice: the last received, then the last registered, of those that no later
# version corrects. Choices of a record that was
# merged into another are that one's. `unqueued`: the person did not want to stand in queue, and a run has answered.
WISHES = """
SELECT c.owner, c.person_id, c.declines_to_choose, c.together, v.code, w.queue_date,
    NOT c.queue_if_full AND EXISTS (
        SELECT 1 FROM allocation_outcomerow o JOIN allocation_allocationrun r ON r.id = o.run_id
        WHERE o.person_id = c.owner AND r.status = 'applied' AND r.proposed_at >= c.registered_at
    ) AS unqueued
FROM (
    SELECT DISTINCT ON (c.person_id) c.*, coalesce(p.merged_into_id, p.id) AS owner
    FROM choices_choice c
    JOIN choices_person p ON p.id = c.person_id AND p.area_id = ANY(%(areas)s)
    WHERE NOT EXISTS (SELECT 1 FROM choices_choice n WHERE n.corrects_id = c.id)
    ORDER BY c.person_id, c.received_on DESC, c.id DESC
) c
LEFT JOIN choices_wish w ON w.choice_id = c.id
LEFT JOIN providers_provider v ON v.id = w.provider_id
ORDER BY c.owner, c.received_on DESC, c.id DESC, w.rank
"""

HOUSEHOLDS = """
SELECT h.reference, m.person_id
FROM choices_householdmember m
JOIN choices_household h ON h.id = m.household_id
WHERE m.valid_from <= %(day)s AND (m.valid_until IS NULL OR m.valid_until > %(day)s)
ORDER BY h.id, m.person_id
"""

# Since when they wait, and the lottery that was drawn for them then.
AREA_DATES = """
SELECT d.person_id, d.since, r.seed, r.label
FROM allocation_areadate d JOIN allocation_allocationrun r ON r.id = d.set_by_id
WHERE d.cleared_by_id IS NULL
"""

# Offers that stand in for a wish: waiting for an answer or a start, or passed over in silence and not yet broken.
OFFERS = """
SELECT o.person_id, v.code, o.status = 'expired'
FROM allocation_offer o
JOIN providers_contract c ON c.id = o.contract_id
JOIN providers_provider v ON v.id = c.provider_id
WHERE o.status = 'open' OR (o.status = 'accepted' AND o.placement_id IS NULL)
    OR (o.status = 'expired' AND o.silence_broken_at IS NULL AND NOT EXISTS (
        SELECT 1 FROM choices_choice n WHERE n.person_id = o.person_id AND n.registered_at > o.answered_at
    ))
"""

# Who has been asked by phone to help fill a guarantee is not asked again.
ASKED = """
SELECT DISTINCT person_id FROM allocation_contacttask WHERE kind = 'proposal' AND status <> 'dropped'
"""

# Room that is promised to people who do not have it yet: offers, and placements that begin after the day.
RESERVED = """
SELECT contract_id, sum(minutes)::int, count(*)::int
FROM (
    SELECT o.contract_id, o.minutes
    FROM allocation_offer o JOIN choices_person p ON p.id = o.person_id
    WHERE (o.status = 'open' OR (o.status = 'accepted' AND o.placement_id IS NULL))
        AND p.deceased_on IS NULL AND p.merged_into_id IS NULL
    UNION ALL
    SELECT l.contract_id, coalesce((
        SELECT sum(d.minutes) FROM choices_caredecision d
        JOIN providers_servicetype s ON s.id = d.service_type_id AND s.follows_choice
        WHERE d.person_id = l.person_id
          AND d.valid_from <= l.valid_from AND (d.valid_until IS NULL OR d.valid_until > l.valid_from)
    ), 0)
    FROM allocation_placement l JOIN choices_person p ON p.id = l.person_id
    WHERE l.valid_from > %(day)s AND (l.valid_until IS NULL OR l.valid_until > l.valid_from)
        AND p.deceased_on IS NULL AND p.merged_into_id IS NULL
) r
GROUP BY contract_id
"""
