"""Queues as they stand today, in SQL. ``day``: today; ``run``: the last applied run."""

# Everybody whose current choice ranks the provider above the one they have. The engine's order: date, lottery, id. A
# person who has not been in a run has no lottery number and comes after those of the same date that have. Parameters:
# ``providers`` (ids) of an ``area``.
QUEUE = """
SELECT w.provider_id, p.id AS person_id, p.reference, w.rank, w.queue_date, d.since,
    encode(sha256(convert_to(r.seed || '|' || r.label || '|' || coalesce(o.unit, p.reference), 'UTF8')), 'hex') AS lot,
    coalesce(o.unmet, '[]') AS unmet,
    EXISTS (SELECT 1 FROM allocation_offer f JOIN providers_contract k ON k.id = f.contract_id
        WHERE f.person_id = p.id AND k.provider_id = w.provider_id AND k.area_id = %(area)s
        AND (f.status = 'open' OR (f.status = 'accepted' AND f.placement_id IS NULL))) AS offered
FROM choices_wish w
JOIN choices_choice c ON c.id = w.choice_id AND NOT c.declines_to_choose
JOIN choices_person p ON p.id = c.person_id AND p.area_id = %(area)s
    AND p.deceased_on IS NULL AND p.merged_into_id IS NULL
LEFT JOIN allocation_areadate d ON d.person_id = p.id AND d.cleared_by_id IS NULL
LEFT JOIN allocation_allocationrun r ON r.id = d.set_by_id
LEFT JOIN allocation_outcomerow o ON o.run_id = %(run)s AND o.person_id = p.id
WHERE w.provider_id = ANY(%(providers)s)
    AND NOT EXISTS (SELECT 1 FROM choices_choice x WHERE x.corrects_id = c.id)
    AND NOT EXISTS (
        SELECT 1 FROM choices_choice n WHERE n.person_id = c.person_id
            AND (n.received_on, n.id) > (c.received_on, c.id)
            AND NOT EXISTS (SELECT 1 FROM choices_choice x WHERE x.corrects_id = n.id)
    )
    AND EXISTS (
        SELECT 1 FROM choices_caredecision g JOIN providers_servicetype s ON s.id = g.service_type_id
        WHERE g.person_id = p.id AND s.follows_choice AND (g.valid_until IS NULL OR g.valid_until > %(day)s)
    )
    AND NOT EXISTS (
        SELECT 1 FROM allocation_placement l JOIN providers_contract k ON k.id = l.contract_id
        JOIN choices_wish b ON b.choice_id = c.id AND b.provider_id = k.provider_id
        WHERE l.person_id = p.id AND NOT l.interim AND b.rank <= w.rank
            AND (l.valid_until IS NULL OR l.valid_until > greatest(l.valid_from, %(day)s))
    )
    AND NOT (NOT c.queue_if_full AND o.id IS NOT NULL AND r.proposed_at >= c.registered_at)
    AND NOT EXISTS (
        SELECT 1 FROM allocation_offer f JOIN providers_contract k ON k.id = f.contract_id
        WHERE f.person_id = p.id AND k.provider_id = w.provider_id AND k.area_id = %(area)s
            AND f.status = 'expired' AND f.silence_broken_at IS NULL AND f.answered_at >= c.registered_at
    )
"""
# The same for many ``contracts`` (ids) of any areas: one pass over the people instead of one per contract.
WAITING_ROWS = """
WITH standing AS (
    SELECT DISTINCT ON (c.person_id) c.id, c.person_id, c.declines_to_choose, c.queue_if_full, c.registered_at
    FROM choices_choice c
    WHERE NOT EXISTS (SELECT 1 FROM choices_choice x WHERE x.corrects_id = c.id)
    ORDER BY c.person_id, c.received_on DESC, c.id DESC
), has AS (
    SELECT l.person_id, min(b.rank) AS rank
    FROM allocation_placement l
    JOIN providers_contract k ON k.id = l.contract_id
    JOIN standing c ON c.person_id = l.person_id
    JOIN choices_wish b ON b.choice_id = c.id AND b.provider_id = k.provider_id
    WHERE NOT l.interim AND (l.valid_until IS NULL OR l.valid_until > greatest(l.valid_from, %(day)s))
    GROUP BY l.person_id
)
SELECT k.id AS contract_id, c.person_id, w.queue_date
FROM standing c
JOIN choices_person p ON p.id = c.person_id AND p.deceased_on IS NULL AND p.merged_into_id IS NULL
JOIN choices_wish w ON w.choice_id = c.id
JOIN providers_contract k ON k.provider_id = w.provider_id AND k.area_id = p.area_id AND k.id = ANY(%(contracts)s)
LEFT JOIN has ON has.person_id = p.id
LEFT JOIN allocation_areadate d ON d.person_id = p.id AND d.cleared_by_id IS NULL
LEFT JOIN allocation_allocationrun r ON r.id = d.set_by_id
LEFT JOIN allocation_outcomerow o ON o.run_id = %(run)s AND o.person_id = p.id
WHERE NOT c.declines_to_choose AND (has.rank IS NULL OR has.rank > w.rank)
    AND EXISTS (
        SELECT 1 FROM choices_caredecision g JOIN providers_servicetype s ON s.id = g.service_type_id
        WHERE g.person_id = p.id AND s.follows_choice AND (g.valid_until IS NULL OR g.valid_until > %(day)s)
    )
    AND NOT (NOT c.queue_if_full AND o.id IS NOT NULL AND r.proposed_at >= c.registered_at)
    AND NOT EXISTS (
        SELECT 1 FROM allocation_offer f JOIN providers_contract z ON z.id = f.contract_id
        WHERE f.person_id = p.id AND z.provider_id = w.provider_id AND z.area_id = p.area_id
            AND f.status = 'expired' AND f.silence_broken_at IS NULL AND f.answered_at >= c.registered_at
    )
"""
WAITING = f"SELECT contract_id, count(*)::int FROM ({WAITING_ROWS}) w GROUP BY contract_id"  # noqa: S608
USED = """
SELECT l.contract_id, coalesce(sum(g.minutes), 0)::int, count(DISTINCT l.person_id)::int
FROM allocation_placement l
LEFT JOIN choices_caredecision g ON g.person_id = l.person_id
    AND g.valid_from <= %(day)s AND (g.valid_until IS NULL OR g.valid_until > %(day)s)
    AND g.service_type_id IN (SELECT id FROM providers_servicetype WHERE follows_choice)
WHERE l.contract_id = ANY(%(contracts)s)
    AND l.valid_from <= %(day)s AND (l.valid_until IS NULL OR l.valid_until > %(day)s)
GROUP BY l.contract_id
"""
PROMISED = """
SELECT contract_id, sum(minutes)::int, count(*)::int FROM allocation_offer
WHERE contract_id = ANY(%(contracts)s) AND (status = 'open' OR (status = 'accepted' AND placement_id IS NULL))
GROUP BY contract_id
"""
MINUTES = """
SELECT g.person_id, sum(g.minutes)::int FROM choices_caredecision g
JOIN providers_servicetype s ON s.id = g.service_type_id AND s.follows_choice
WHERE g.person_id = ANY(%(persons)s) AND g.valid_from <= %(day)s AND (g.valid_until IS NULL OR g.valid_until > %(day)s)
GROUP BY g.person_id
"""
# Used and promised room of an area's contracts, with everybody's minutes for the share.
HELD = """
SELECT l.contract_id, coalesce(sum(g.minutes), 0)::int, count(DISTINCT l.person_id)::int
FROM allocation_placement l
JOIN providers_contract k ON k.id = l.contract_id AND k.area_id = %(area)s
LEFT JOIN choices_caredecision g ON g.person_id = l.person_id
    AND g.valid_from <= %(day)s AND (g.valid_until IS NULL OR g.valid_until > %(day)s)
    AND g.service_type_id IN (SELECT id FROM providers_servicetype WHERE follows_choice)
WHERE l.valid_from <= %(day)s AND (l.valid_until IS NULL OR l.valid_until > %(day)s)
GROUP BY l.contract_id
"""
PROMISED_HERE = """
SELECT f.contract_id, coalesce(sum(f.minutes), 0)::int, count(*)::int FROM allocation_offer f
JOIN providers_contract k ON k.id = f.contract_id AND k.area_id = %(area)s
WHERE f.status = 'open' OR (f.status = 'accepted' AND f.placement_id IS NULL)
GROUP BY f.contract_id
"""
BASE = """
SELECT coalesce(sum(g.minutes), 0)::int FROM choices_caredecision g
JOIN providers_servicetype s ON s.id = g.service_type_id AND s.follows_choice
JOIN choices_person p ON p.id = g.person_id AND p.area_id = %(area)s
    AND p.deceased_on IS NULL AND p.merged_into_id IS NULL
WHERE g.valid_from <= %(day)s AND (g.valid_until IS NULL OR g.valid_until > %(day)s)
"""
