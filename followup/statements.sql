-- Counts of the follow-up, from the stretches of help (allocation/facts/relations.sql). Parameters: first and next
-- are the first day of the period and the first day after it; day is today. Several periods are counted in one pass.
-- Nobody with protected identity is in the counts.

-- statement: not_executed
-- Gaps to be reported that were open in a period, or ended in it, as seen on the period's day (days; the last of
-- them is day). First day of the period before the gap. Day of the end: null while it is to come.
SELECT q.first, n.person_id, n.is_protected, n.service_type_id, n.since, n.is_start, n.starts_on, n.late_from,
    CASE WHEN n.ends_on <= q.day THEN n.ends_on END,
    CASE WHEN n.ends_on IS NULL OR n.ends_on > q.day THEN 'open'
         WHEN n.ends_on = n.deceased_on + 1 THEN 'died'
         WHEN EXISTS (
             SELECT 1 FROM placed_span l WHERE l.person_id = n.person_id AND l.days @> n.ends_on
         ) THEN 'executed'
         ELSE 'ended' END
FROM unnest(%(firsts)s::date[], %(nexts)s::date[], %(days)s::date[]) AS q (first, next, day)
JOIN not_executed n ON n.late_from < q.next AND n.late_from <= q.day AND (n.ends_on IS NULL OR n.ends_on >= q.first)
ORDER BY q.first, n.late_from, n.person_id, n.service_type_id

-- statement: to_execute
-- Gaps for the work list: those that are on the list for IVO on the day %(day)s, which is after %(today)s, as decided now.
-- They are open, or ended since %(first)s; three months are not over yet, or no reason is stated.
-- Person's reference, person, area, service (id, code), first day of the gap, late_from, since, is_start.
SELECT n.reference, n.person_id, n.area_id, t.id, t.code, n.starts_on, n.late_from, n.since, n.is_start
FROM not_executed n
JOIN providers_servicetype t ON t.id = n.service_type_id
WHERE (n.ends_on IS NULL OR n.ends_on >= %(first)s)
    AND (n.late_from > %(today)s OR NOT EXISTS (
        SELECT 1 FROM followup_delayreason r
        WHERE (r.person_id, r.service_type_id, r.starts_on) = (n.person_id, n.service_type_id, n.starts_on)
    ))

-- statement: performed
-- Clients with granted minutes in each of the months (their first days). Month, provider → persons, granted
-- minute-days (minutes a month times days); persons who are reported, their granted minute-days, their performed
-- minutes.
SELECT c.month, v.code, count(*)::int, sum(c.granted)::bigint, count(m.id)::int,
    coalesce(sum(c.granted) FILTER (WHERE m.id IS NOT NULL), 0)::bigint, coalesce(sum(m.minutes), 0)::bigint
FROM (
    SELECT t.month, l.provider_id, l.person_id, sum(g.minutes * (upper(x.days) - lower(x.days))) AS granted
    FROM placed_span l
    JOIN granted_help g ON g.person_id = l.person_id AND NOT g.is_protected AND g.minutes > 0
    CROSS JOIN unnest(%(months)s::date[]) AS t (month)
    CROSS JOIN LATERAL (
        SELECT l.days * g.days * daterange(t.month, (t.month + interval '1 month')::date) AS days
    ) x
    WHERE NOT isempty(x.days)
    GROUP BY t.month, l.provider_id, l.person_id
) c
JOIN providers_provider v ON v.id = c.provider_id
LEFT JOIN followup_performedmonth m
    ON m.provider_id = c.provider_id AND m.person_id = c.person_id AND m.month = c.month
GROUP BY c.month, v.code

-- statement: clients
-- Persons who were clients some day of the period, by provider.
SELECT v.code, count(DISTINCT l.person_id)::int
FROM placed_span l
JOIN granted_help g ON g.person_id = l.person_id AND NOT g.is_protected AND g.days && l.days
JOIN providers_provider v ON v.id = l.provider_id
WHERE NOT isempty(l.days * g.days * daterange(%(first)s, %(next)s))
GROUP BY v.code

-- statement: leavers
-- Persons who left a provider, by provider and why: clients whose last day there is in the period, each once, by the last
-- time. ends_on: the day after it. A stretch with a provider is unbroken, whatever the contract; where the placement
-- outlasts the granted help, the person left with the help. dissatisfied: by own choice, after a complaint in which they
-- said that this was why.
SELECT v.code, CASE
        WHEN s.ends_on = p.deceased_on + 1 THEN 'died'
        WHEN NOT EXISTS (
            SELECT 1 FROM granted_help g WHERE g.person_id = s.person_id AND g.days @> s.ends_on
        ) THEN 'ended'
        WHEN b.is_exit THEN 'exit'
        WHEN n.placement_id IS NULL THEN 'interrupted'
        WHEN n.area_id <> b.area_id THEN 'moved'
        WHEN e.reason <> 'own_choice' THEN 'other'
        WHEN EXISTS (
            SELECT 1 FROM followup_complaint c
            WHERE c.person_id = s.person_id AND c.provider_id = s.provider_id AND c.wants_change
                AND c.received_on >= lower(s.days) AND c.received_on <= s.ends_on
        ) THEN 'dissatisfied'
        ELSE 'own_choice' END,
    count(*)::int
FROM (
    SELECT DISTINCT ON (c.person_id, c.provider_id) c.*
    FROM (
        SELECT t.person_id, t.provider_id, t.days, max(upper(t.days * g.days)) AS ends_on
        FROM (
            SELECT l.person_id, l.provider_id, unnest(range_agg(l.days)) AS days
            FROM placed_span l GROUP BY l.person_id, l.provider_id
        ) t
        JOIN granted_help g ON g.person_id = t.person_id AND NOT g.is_protected AND g.days && t.days
        WHERE least(upper(t.days), g.deceased_on + 1) <= %(day)s
        GROUP BY t.person_id, t.provider_id, t.days
    ) c
    WHERE c.ends_on > %(first)s AND c.ends_on <= %(next)s
    ORDER BY c.person_id, c.provider_id, c.ends_on DESC
) s
JOIN choices_person p ON p.id = s.person_id
JOIN providers_provider v ON v.id = s.provider_id
JOIN LATERAL (
    SELECT l.area_id, EXISTS (
        SELECT 1 FROM allocation_providerexit e
        JOIN allocation_providerexit_contracts ec ON ec.providerexit_id = e.id AND ec.contract_id = l.contract_id
        WHERE e.status IN ('open', 'done') AND e.ends_on <= s.ends_on
    ) AS is_exit
    FROM placed_span l
    WHERE l.person_id = s.person_id AND l.provider_id = s.provider_id AND l.days <@ s.days
    ORDER BY lower(l.days) DESC LIMIT 1
) b ON true
LEFT JOIN LATERAL (
    SELECT l.placement_id, l.area_id FROM placed_span l WHERE l.person_id = s.person_id AND l.days @> s.ends_on LIMIT 1
) n ON true
LEFT JOIN begun e ON e.placement_id = n.placement_id
GROUP BY 1, 2

-- statement: unserved
-- Days on which granted help was served by nobody, to today: by area and the provider before (null: none yet) → persons
-- and days.
SELECT a.code, v.code, count(DISTINCT u.person_id)::int, sum(upper(u.days) - lower(u.days))::int
FROM (
    SELECT t.person_id, t.area_id, lower(t.gap) AS starts_on, t.gap * daterange(%(first)s, least(%(next)s, %(day)s + 1)) AS days
    FROM (
        SELECT g.person_id, g.area_id, unnest(range_agg(daterange(g.starts_on, g.ends_on))) AS gap
        FROM service_gap g WHERE NOT g.is_protected GROUP BY g.person_id, g.area_id
    ) t
) u
JOIN providers_area a ON a.id = u.area_id
LEFT JOIN LATERAL (
    SELECT l.provider_id FROM placed_span l
    WHERE l.person_id = u.person_id AND upper(l.days) <= u.starts_on
    ORDER BY upper(l.days) DESC LIMIT 1
) b ON true
LEFT JOIN providers_provider v ON v.id = b.provider_id
WHERE NOT isempty(u.days)
GROUP BY a.code, v.code

-- statement: survey_people
-- People asked by the survey, with the provider that they have on the day. Without protected people.
SELECT l.person_id, l.provider_id, l.area_id
FROM placed l
JOIN in_care c ON c.person_id = l.person_id AND NOT c.is_protected
ORDER BY l.person_id
