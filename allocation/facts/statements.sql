-- Statements on the relations. facts.statements prefixes each with the relations it names.

-- statement: snapshot_persons
-- One row for each person in care; listed: the providers of the current choice, best first, and the numbers of the
-- wishes.
SELECT c.person_id, c.reference, c.area_id, c.minutes, c.decided_on, u.unit, u.is_settled, b.person_id IS NOT NULL,
    v.code, l.interim, l.exit_id, coalesce(h.declines_to_choose, false),
    h.choice_id IS NOT NULL AND NOT h.declines_to_choose, i.listed, i.ranks
FROM in_care c
JOIN unit u ON u.person_id = c.person_id
LEFT JOIN (SELECT DISTINCT person_id FROM starts_later) b ON b.person_id = c.person_id
LEFT JOIN placed l ON l.person_id = c.person_id
LEFT JOIN providers_provider v ON v.id = l.provider_id
LEFT JOIN chosen h ON h.person_id = c.person_id
LEFT JOIN (
    SELECT w.person_id, array_agg(v.code ORDER BY w.rank) AS listed, array_agg(w.rank ORDER BY w.rank) AS ranks
    FROM listed w JOIN providers_provider v ON v.id = w.provider_id GROUP BY w.person_id
) i ON i.person_id = c.person_id
ORDER BY c.person_id

-- statement: snapshot_wishes
-- A person who has ended all their wishes stays: an interim municipal provider becomes their own.
SELECT w.unit, v.code, w.queue_date, v.kind = 'municipal', w.rank
FROM unit_wish w JOIN providers_provider v ON v.id = w.provider_id
WHERE NOT w.is_offered
UNION ALL
SELECT u.unit, min(v.code), max(h.received_on), true, 1
FROM unit u
JOIN chosen h ON h.person_id = u.person_id AND NOT h.declines_to_choose
JOIN placed l ON l.person_id = u.person_id AND l.interim
JOIN providers_provider v ON v.id = l.provider_id AND v.kind = 'municipal'
WHERE NOT u.is_settled AND NOT EXISTS (
    SELECT 1 FROM unit o JOIN listed i ON i.person_id = o.person_id WHERE o.unit = u.unit
)
GROUP BY u.unit
ORDER BY 1, 5

-- statement: snapshot_area_dates
SELECT unit, since, seed, label FROM area_date

-- statement: waiting
-- Sort keys of a provider's waiting units.
SELECT w.area_id, w.unit, w.provider_id, w.rank, w.queue_date, w.is_offered, w.since, w.lot, w.class, w.never, w.is_open
FROM waits w WHERE w.provider_id = %(provider)s

-- statement: heads
-- Units of a provider's queue with places first to last, preceded by those without a place. without_protected: units in
-- which all are protected are left out, also of the numbers.
SELECT unit, area_id, provider_id, rank, queue_date, is_offered, since, lot, class, never, is_open, place, same_day
FROM (
    SELECT q.*, row_number() OVER (PARTITION BY q.place IS NULL ORDER BY q.place) AS number FROM in_order q
    WHERE q.provider_id = %(provider)s AND (q.is_open OR NOT %(without_protected)s)
) q
WHERE place IS NULL OR number BETWEEN %(first)s AND %(last)s

-- statement: queue
-- Persons in a provider's queue, preceded by those without a place.
SELECT u.person_id, q.unit, q.place, i.rank, q.queue_date, q.since, q.lot IS NOT NULL, q.same_day, q.is_offered,
    c.minutes, coalesce(q.never, ''), t.unmet,
    q.class = 1, o.unit, o.since, o.is_kept, o.is_together, o.seed, o.label,
    g.name, g.code, g.opens_on, g.closes_on, g.closed_at IS NOT NULL
FROM in_order q
JOIN unit u ON u.unit = q.unit
JOIN in_care c ON c.person_id = u.person_id
JOIN listed i ON i.person_id = u.person_id AND i.provider_id = q.provider_id
JOIN origin o ON o.person_id = u.person_id AND o.provider_id = q.provider_id
LEFT JOIN choices_choiceround g ON g.id = o.round_id
LEFT JOIN last_tried t ON t.person_id = u.person_id
ORDER BY q.place NULLS FIRST, u.person_id

-- statement: all_places
-- Everybody with a place in a queue: person, provider, place.
SELECT u.person_id, v.code, q.place
FROM in_order q
JOIN unit u ON u.unit = q.unit
JOIN providers_provider v ON v.id = q.provider_id
WHERE q.place IS NOT NULL

-- statement: queue_sizes
SELECT * FROM queue_count

-- statement: area_tally
-- All counts of areas (facts.tally): of queues by provider, of room by contract, of the base of the share.
SELECT area_id, 'queue', provider_id, households, persons, minutes FROM queue_count
UNION ALL
SELECT area_id, 'open_queue', provider_id, open_households, open_persons, open_minutes FROM queue_count
UNION ALL
SELECT area_id, kind, contract_id, minutes, persons, NULL FROM load
UNION ALL
SELECT area_id, 'base', NULL, minutes, NULL, NULL FROM area_base

-- statement: waits_of
SELECT w.provider_id, i.rank, w.queue_date, w.is_offered, coalesce(w.never, ''), t.unmet,
    w.class = 1, o.unit, o.since, o.is_kept, o.is_together, o.seed, o.label,
    g.name, g.code, g.opens_on, g.closes_on, g.closed_at IS NOT NULL
FROM waits w
JOIN unit u ON u.unit = w.unit AND u.person_id = %(person)s
JOIN listed i ON i.person_id = u.person_id AND i.provider_id = w.provider_id
JOIN origin o ON o.person_id = u.person_id AND o.provider_id = w.provider_id
LEFT JOIN choices_choiceround g ON g.id = o.round_id
LEFT JOIN last_tried t ON t.person_id = u.person_id
ORDER BY i.rank

-- statement: positions_of
-- waits_of, each with the place of the person's unit.
SELECT w.provider_id, i.rank, w.queue_date, w.is_offered, coalesce(w.never, ''), t.unmet,
    w.class = 1, o.unit, o.since, o.is_kept, o.is_together, o.seed, o.label,
    g.name, g.code, g.opens_on, g.closes_on, g.closed_at IS NOT NULL, w.place
FROM in_order w
JOIN unit u ON u.unit = w.unit AND u.person_id = %(person)s
JOIN listed i ON i.person_id = u.person_id AND i.provider_id = w.provider_id
JOIN origin o ON o.person_id = u.person_id AND o.provider_id = w.provider_id
LEFT JOIN choices_choiceround g ON g.id = o.round_id
LEFT JOIN last_tried t ON t.person_id = u.person_id
ORDER BY i.rank

-- statement: population
-- Per area: people in care, people with hours, all their minutes, people with protected identity.
SELECT area_id, count(*)::int, (count(*) FILTER (WHERE minutes > 0))::int, sum(minutes)::int,
    (count(*) FILTER (WHERE is_protected))::int
FROM in_care GROUP BY area_id

-- statement: round_people
SELECT area_id, answer, channel, received_on, is_protected, count(*)::int, sum(minutes)::int
FROM round_person
GROUP BY area_id, answer, channel, received_on, is_protected

-- statement: round_answers
SELECT person_id, NOT declines_to_choose FROM round_answer

-- statement: run_people
SELECT answer, how, act = 'offer', wish_rank, count(*)::int, sum(minutes)::int
FROM run_person
GROUP BY answer, how, act = 'offer', wish_rank

-- statement: choosers
-- People whose current choice names a provider and has not ended.
SELECT DISTINCT l.person_id FROM listed l
JOIN chosen h ON h.person_id = l.person_id AND NOT h.declines_to_choose

-- statement: queue_dates
-- Queue dates of the wishes of the current choice.
SELECT l.person_id, v.code, l.queue_date FROM listed l JOIN providers_provider v ON v.id = l.provider_id

-- statement: load
SELECT kind, contract_id, sum(minutes)::int, sum(persons)::int FROM load GROUP BY kind, contract_id

-- statement: reserved
SELECT contract_id, sum(minutes)::int, count(*)::int
FROM (SELECT contract_id, minutes FROM starting UNION ALL SELECT contract_id, minutes FROM offered) r
GROUP BY contract_id

-- statement: share_base
SELECT area_id, minutes FROM area_base

-- statement: served
-- People in care, without a provider, of them with a decided start, with an interim provider, of them unexplained.
SELECT (SELECT count(*) FROM in_care), (SELECT count(*) FROM unserved),
    (SELECT count(*) FROM unserved WHERE starts_on IS NOT NULL),
    (SELECT count(*) FROM in_interim), (SELECT count(*) FROM in_interim WHERE NOT is_explained)

-- statement: unserved_ids
SELECT person_id FROM unserved

-- statement: unserved_items
-- Items of the work list: reference, person, area, first decision, day of a decided start.
SELECT reference, person_id, area_id, decided_on, starts_on FROM unserved

-- statement: unexplained_interim_ids
SELECT person_id FROM in_interim WHERE NOT is_explained

-- statement: unexplained_interim_items
-- Items of the work list: reference, person, area, first interim day.
SELECT reference, person_id, area_id, since, NULL::date FROM in_interim WHERE NOT is_explained

-- statement: household_of
-- The person's partners in a joint choice.
SELECT o.person_id FROM unit u JOIN unit o ON o.unit = u.unit AND o.person_id <> u.person_id
WHERE u.person_id = %(person)s

-- statement: apart_of
-- A person's wishes that rest because of the household.
SELECT provider_id, queue_date FROM apart WHERE person_id = %(person)s ORDER BY rank

-- statement: left_behind
SELECT person_id, since FROM left_behind

-- statement: origins
SELECT o.person_id, v.code, coalesce(w.class = 1, false), o.unit, o.since, o.is_kept, o.is_together, o.seed, o.label,
    g.name, g.code, g.opens_on, g.closes_on, g.closed_at IS NOT NULL
FROM origin o
JOIN providers_provider v ON v.id = o.provider_id
LEFT JOIN waits w ON w.unit = o.unit AND w.provider_id = o.provider_id
LEFT JOIN choices_choiceround g ON g.id = o.round_id
