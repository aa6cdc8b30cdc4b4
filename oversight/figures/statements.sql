-- Counts of the figures: one pass over everybody per statement. The relations are those of allocation/facts;
-- facts.statements prefixes them. People with protected identity are excluded, so that no number, shown or hidden,
-- reveals one to a reader who can count all the others. Hours classes as in allocation.whatif: minutes a month, under
-- 15 hours, to 75, above.

-- statement: run
-- An applied run: area, provider, answer, met wish (1 the first, 2 a later one, 3 none), hours class, channel of the
-- answer to the round → persons, minutes.
SELECT a.code, v.code, o.answer, CASE WHEN o.wish_rank = 1 THEN 1 WHEN o.wish_rank > 1 THEN 2 ELSE 3 END,
    CASE WHEN o.minutes < 900 THEN 'under_15' WHEN o.minutes <= 4500 THEN '15_to_75' ELSE 'over_75' END,
    o.channel, count(*)::int, sum(o.minutes)::bigint
FROM run_person o
JOIN providers_area a ON a.id = o.area_id
JOIN providers_provider v ON v.id = o.provider_id
WHERE NOT o.is_protected
GROUP BY 1, 2, 3, 4, 5, 6

-- statement: now
-- People with a provider on the day. Area, provider, whether the current choice is one → persons, minutes. People
-- waiting for a first provider are only in the work list: few, they would hide the others' numbers.
SELECT a.code, v.code, coalesce(NOT h.declines_to_choose, false), count(*)::int, sum(l.minutes)::bigint
FROM placed l
JOIN in_care c ON c.person_id = l.person_id AND NOT c.is_protected
JOIN providers_area a ON a.id = l.area_id
JOIN providers_provider v ON v.id = l.provider_id
LEFT JOIN chosen h ON h.person_id = l.person_id
GROUP BY 1, 2, 3

-- statement: waits
-- Waiting people: person, area, provider, queue date, hours class. As in the queues, without units that have an offer
-- there or can never fit.
SELECT c.person_id, w.area_id, w.provider_id, w.queue_date,
    CASE WHEN c.minutes < 900 THEN 'under_15' WHEN c.minutes <= 4500 THEN '15_to_75' ELSE 'over_75' END
FROM waits w
JOIN unit u ON u.unit = w.unit
JOIN in_care c ON c.person_id = u.person_id AND NOT c.is_protected
WHERE NOT w.is_offered AND w.never IS NULL

-- statement: moves
-- People who got another provider from ``first`` to before ``next``, by their last move: area, month, why → persons.
SELECT a.code, extract(month FROM m.valid_from)::int, m.reason, count(*)::int
FROM moved m JOIN providers_area a ON a.id = m.area_id
WHERE NOT m.is_protected
GROUP BY 1, 2, 3

-- statement: met
-- Waits that ended from ``first`` to before ``next`` with the wished external provider. Area, hours class, each null
-- for all → persons, and days: median, 90th percentile, maximum.
SELECT area, class, count(DISTINCT person_id)::int,
    percentile_disc(ARRAY[0.5, 0.9, 1]) WITHIN GROUP (ORDER BY greatest(days, 0))
FROM (
    SELECT a.code AS area, m.person_id, m.valid_from - m.queue_date AS days,
        CASE WHEN m.minutes < 900 THEN 'under_15' WHEN m.minutes <= 4500 THEN '15_to_75' ELSE 'over_75' END AS class
    FROM met m JOIN providers_area a ON a.id = m.area_id
    WHERE NOT m.is_protected
) m
GROUP BY GROUPING SETS ((area), (class), ())

-- statement: months
-- As ``now``, on each of the days: day, area, provider → persons, minutes. From the days of help and of placements, so
-- that people who have died since, or moved, are counted where they were.
SELECT m.day, a.code, v.code, count(DISTINCT g.person_id)::int, sum(g.minutes)::bigint
FROM unnest(%(days)s::date[]) AS m (day)
JOIN granted_help g ON g.days @> m.day AND NOT g.is_protected
JOIN placed_span l ON l.person_id = g.person_id AND l.days @> m.day
JOIN providers_area a ON a.id = l.area_id
JOIN providers_provider v ON v.id = l.provider_id
GROUP BY 1, 2, 3
