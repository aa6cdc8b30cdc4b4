-- Relations of the current state, each defined once. facts.statements prefixes a statement with those that it names,
-- as common table expressions. Parameters: day (reference day), and those of the scope, which replaces {scope} and is
-- a condition on the row p of choices_person; known: the moment as of which people and choices are read (the end of
-- time: all that is known now). Amounts are minutes a month.

-- === People ===

-- relation: living
-- Alive, as far as is known, and not merged into another record. As of an earlier moment: alive on that day.
SELECT p.id AS person_id, p.reference, p.area_id, p.confidential OR p.protected_registration AS is_protected
FROM choices_person p
WHERE (p.deceased_on IS NULL OR p.deceased_on > %(known)s::timestamptz::date) AND p.merged_into_id IS NULL
    AND ({scope})

-- relation: in_care
-- Granted care that follows the choice, on the day (domain: granted minutes a month; an alarm alone is 0).
SELECT p.person_id, p.reference, p.area_id, p.is_protected, sum(d.minutes)::int AS minutes,
    min(d.decided_on) AS decided_on
FROM living p
JOIN choices_caredecision d ON d.person_id = p.person_id
    AND d.valid_from <= %(day)s AND (d.valid_until IS NULL OR d.valid_until > %(day)s)
JOIN providers_servicetype s ON s.id = d.service_type_id AND s.follows_choice
GROUP BY p.person_id, p.reference, p.area_id, p.is_protected

-- === Placements ===

-- relation: leaving
-- Contracts of leaving providers.
SELECT ec.contract_id, e.id AS exit_id
FROM allocation_providerexit e
JOIN allocation_providerexit_contracts ec ON ec.providerexit_id = e.id
WHERE e.status = 'open'

-- relation: placed
-- Placements on the day. Outside the person's area, or on a contract ended by the day, a placement does not count;
-- except at a leaving provider (exit_id): it continues until the client moves (ADR 8), also while the municipality
-- stands in (is_meanwhile).
SELECT c.person_id, c.area_id, c.minutes, k.provider_id, k.id AS contract_id,
    l.interim AND m.contract_id IS NULL AS interim, m.contract_id IS NOT NULL AS is_meanwhile, x.exit_id,
    l.valid_from AS since
FROM in_care c
JOIN allocation_placement l ON l.person_id = c.person_id
    AND l.valid_from <= %(day)s AND (l.valid_until IS NULL OR l.valid_until > %(day)s)
LEFT JOIN leaving m ON m.contract_id = l.meanwhile_for_id
JOIN providers_contract k ON k.id = coalesce(m.contract_id, l.contract_id) AND k.area_id = c.area_id
LEFT JOIN leaving x ON x.contract_id = k.id
WHERE k.valid_until IS NULL OR k.valid_until > %(day)s OR x.exit_id IS NOT NULL

-- relation: starts_later
-- Decided placements that begin after the day, with the minutes granted on their first day.
SELECT l.person_id, l.contract_id, l.valid_from, coalesce((
    SELECT sum(d.minutes)::int FROM choices_caredecision d
    JOIN providers_servicetype s ON s.id = d.service_type_id AND s.follows_choice
    WHERE d.person_id = l.person_id
        AND d.valid_from <= l.valid_from AND (d.valid_until IS NULL OR d.valid_until > l.valid_from)
), 0) AS minutes
FROM living p JOIN allocation_placement l ON l.person_id = p.person_id
WHERE l.valid_from > %(day)s AND (l.valid_until IS NULL OR l.valid_until > l.valid_from)

-- relation: unserved
-- People in care without a provider on the day. starts_on: the first day of a decided placement, null if none.
SELECT c.person_id, c.reference, c.area_id, c.decided_on, b.starts_on
FROM in_care c
LEFT JOIN placed l ON l.person_id = c.person_id
LEFT JOIN (
    SELECT person_id, min(valid_from) AS starts_on FROM starts_later GROUP BY person_id
) b ON b.person_id = c.person_id
WHERE l.person_id IS NULL

-- === Offers ===

-- relation: offered
-- Offers that take room: open, or accepted and not yet a placement.
SELECT o.person_id, o.contract_id, k.provider_id, o.minutes
FROM living p
JOIN allocation_offer o ON o.person_id = p.person_id
    AND (o.status = 'open' OR (o.status = 'accepted' AND o.placement_id IS NULL))
JOIN providers_contract k ON k.id = o.contract_id

-- relation: resting
-- Offers expired without an answer and not answered since: the wish rests, with its date (domain 3.5).
SELECT DISTINCT o.person_id, k.provider_id
FROM living p
JOIN allocation_offer o ON o.person_id = p.person_id AND o.status = 'expired' AND o.silence_broken_at IS NULL
JOIN providers_contract k ON k.id = o.contract_id
WHERE NOT EXISTS (
    SELECT 1 FROM choices_choice n WHERE n.person_id = o.person_id AND n.registered_at > o.answered_at
)

-- === Choices ===

-- relation: record
-- A person's own record and those that were merged into it.
SELECT p.person_id, p.person_id AS record_id FROM living p
UNION ALL
SELECT p.person_id, r.id FROM living p JOIN choices_person r ON r.merged_into_id = p.person_id

-- relation: stated
-- The current choice of each record: of those that nothing corrects the last received, then the last registered.
SELECT DISTINCT ON (r.record_id) r.person_id, r.record_id, c.id AS choice_id, c.received_on, c.registered_at,
    c.declines_to_choose, c.together, c.queue_if_full, c.channel, c.round_id
FROM record r JOIN choices_choice c ON c.person_id = r.record_id AND c.registered_at <= %(known)s::timestamptz
WHERE NOT EXISTS (
    SELECT 1 FROM choices_choice x WHERE x.corrects_id = c.id AND x.registered_at <= %(known)s::timestamptz
)
ORDER BY r.record_id, c.received_on DESC, c.id DESC

-- relation: chosen
-- The current choice of each person. leaves_queues: opted out of queueing, and an applied run has answered.
SELECT s.*, NOT s.queue_if_full AND EXISTS (
    SELECT 1 FROM allocation_outcomerow o JOIN allocation_allocationrun r ON r.id = o.run_id
    WHERE o.person_id = s.person_id AND r.status = 'applied' AND r.proposed_at >= s.registered_at
) AS leaves_queues
FROM (
    SELECT DISTINCT ON (person_id) * FROM stated ORDER BY person_id, received_on DESC, choice_id DESC
) s

-- relation: amended
-- Valid amendments of the current choice: an ended wish, or consent to move without the household.
SELECT DISTINCT h.person_id, m.kind, m.provider_id
FROM chosen h
JOIN record r ON r.person_id = h.person_id
JOIN choices_amendment m ON m.person_id = r.record_id AND m.undone_at IS NULL
    AND m.registered_at <= %(known)s::timestamptz
    AND (m.said_on > h.received_on OR (m.said_on = h.received_on AND m.registered_at >= h.registered_at))

-- relation: elder
-- Queue dates of a person's other records.
SELECT s.person_id, w.provider_id, min(w.queue_date) AS queue_date
FROM stated s
JOIN chosen h ON h.person_id = s.person_id AND h.choice_id <> s.choice_id
JOIN choices_wish w ON w.choice_id = s.choice_id
GROUP BY s.person_id, w.provider_id

-- relation: listed
-- Wishes of the current choice that have not ended. Of two records of one person the older queue date counts (domain
-- 3.12).
SELECT h.person_id, w.rank, w.provider_id, least(w.queue_date, e.queue_date) AS queue_date
FROM chosen h
JOIN choices_wish w ON w.choice_id = h.choice_id
LEFT JOIN elder e ON e.person_id = h.person_id AND e.provider_id = w.provider_id
LEFT JOIN amended m ON m.person_id = h.person_id AND m.kind = 'wish' AND m.provider_id = w.provider_id
WHERE m.person_id IS NULL

-- relation: round_wish
-- The round in whose window a wish was chosen that has its last day as queue date: among those the lottery decides, not
-- the day. A wish without a row has the day it was received.
SELECT l.person_id, l.provider_id, min(c.round_id) AS round_id
FROM listed l
JOIN record r ON r.person_id = l.person_id
JOIN choices_choice c ON c.person_id = r.record_id AND c.registered_at <= %(known)s::timestamptz
JOIN choices_choiceround g ON g.id = c.round_id AND g.closes_on = l.queue_date
JOIN choices_wish w ON w.choice_id = c.id AND w.provider_id = l.provider_id AND w.queue_date = l.queue_date
WHERE NOT EXISTS (
    SELECT 1 FROM choices_choice x WHERE x.corrects_id = c.id AND x.registered_at <= %(known)s::timestamptz
)
GROUP BY l.person_id, l.provider_id

-- relation: wished
-- Active wishes: without people who decline to choose, or opted out of queueing and have an answer; down to the
-- offered one (is_offered), without resting ones.
SELECT l.person_id, l.rank, l.provider_id, l.queue_date, coalesce(a.rank = l.rank, false) AS is_offered
FROM listed l
JOIN chosen h ON h.person_id = l.person_id AND NOT h.declines_to_choose AND NOT h.leaves_queues
LEFT JOIN (
    SELECT f.person_id, i.rank FROM offered f
    JOIN listed i ON i.person_id = f.person_id AND i.provider_id = f.provider_id
) a ON a.person_id = l.person_id
LEFT JOIN resting q ON q.person_id = l.person_id AND q.provider_id = l.provider_id
WHERE (a.rank IS NULL OR l.rank <= a.rank) AND q.person_id IS NULL

-- === Rounds ===

-- relation: round_answer
-- Answer of each person to a round: the last received of its uncorrected choices, then the last registered. Declining
-- is an answer, and no choice. Includes people who have died or were merged since.
SELECT DISTINCT ON (coalesce(p.merged_into_id, p.id)) coalesce(p.merged_into_id, p.id) AS person_id,
    c.received_on, c.channel, c.declines_to_choose
FROM choices_choice c JOIN choices_person p ON p.id = c.person_id
WHERE c.round_id = %(round)s AND c.registered_at <= %(known)s::timestamptz AND NOT EXISTS (
    SELECT 1 FROM choices_choice x WHERE x.corrects_id = c.id AND x.registered_at <= %(known)s::timestamptz
)
ORDER BY coalesce(p.merged_into_id, p.id), c.received_on DESC, c.id DESC

-- relation: round_person
-- People of a round (in care on the day, its first): chose, declined, or without an answer earlier (an older choice is
-- still in force) or silent.
SELECT c.*, a.channel, a.received_on,
    CASE WHEN a.declines_to_choose THEN 'declined' WHEN a.person_id IS NOT NULL THEN 'chose'
         WHEN EXISTS (
             SELECT 1 FROM chosen h WHERE h.person_id = c.person_id AND NOT h.declines_to_choose
         ) THEN 'earlier' ELSE 'silent' END AS answer
FROM in_care c
LEFT JOIN round_answer a ON a.person_id = c.person_id

-- relation: run_person
-- The people of a run, as in round_person. wish_rank: rank of the wish met by the run's provider, placed or offered.
SELECT o.person_id, o.area_id, o.minutes, o.provider_id, o.provider_before_id, o.how, o.act, o.wish_rank,
    p.confidential OR p.protected_registration AS is_protected, a.channel,
    CASE WHEN NOT a.declines_to_choose THEN 'chose' WHEN o.answered THEN 'earlier'
         WHEN a.declines_to_choose THEN 'declined' ELSE 'silent' END AS answer
FROM allocation_outcomerow o
JOIN choices_person p ON p.id = o.person_id
LEFT JOIN round_answer a ON a.person_id = coalesce(p.merged_into_id, p.id)
WHERE o.run_id = %(run)s

-- === Moves ===

-- relation: held
-- Placements that covered some day, with the provider before each. Also of people who have died or are merged since.
SELECT l.id AS placement_id, l.person_id, l.valid_from, l.run_id, l.decided_by_id, k.area_id, k.provider_id,
    p.confidential OR p.protected_registration AS is_protected,
    lag(k.provider_id) OVER (PARTITION BY l.person_id ORDER BY l.valid_from) AS provider_before_id
FROM allocation_placement l
JOIN providers_contract k ON k.id = l.contract_id
JOIN choices_person p ON p.id = l.person_id
WHERE l.valid_until IS NULL OR l.valid_until > l.valid_from

-- relation: begun
-- The same with the reason why each placement began: as oversight.figures.labels has it.
SELECT h.*,
    CASE WHEN r.kind = 'exit' OR o.how = 'exit' THEN 'exit'
         WHEN o.how = 'wish' OR f.id IS NOT NULL THEN 'own_choice'
         WHEN o.how LIKE 'no_answer%%' THEN 'no_choice'
         WHEN o.how = 'fallback' THEN 'no_room'
         WHEN h.decided_by_id IS NOT NULL THEN 'by_hand'
         ELSE 'other' END AS reason
FROM held h
LEFT JOIN allocation_allocationrun r ON r.id = h.run_id
LEFT JOIN allocation_outcomerow o ON o.run_id = h.run_id AND o.person_id = h.person_id
LEFT JOIN allocation_offer f ON f.placement_id = h.placement_id

-- relation: moved
-- People whose provider became another from first to before next, by their last move: a new contract of the provider
-- that they had is none.
SELECT DISTINCT ON (h.person_id) h.person_id, h.area_id, h.valid_from, h.is_protected, h.reason
FROM begun h
WHERE h.valid_from >= %(first)s AND h.valid_from < %(next)s AND h.provider_before_id <> h.provider_id
ORDER BY h.person_id, h.valid_from DESC

-- relation: met
-- Waits that ended from first to before next: a run gave the external provider that was wished for, or an offer of it was
-- accepted. queue_date: of the last choice by then that has the provider. minutes: those granted when it was decided.
SELECT DISTINCT ON (h.placement_id) h.person_id, h.area_id, h.valid_from, w.queue_date, h.is_protected,
    coalesce(o.minutes, f.minutes) AS minutes
FROM held h
JOIN providers_provider v ON v.id = h.provider_id AND v.kind <> 'municipal'
LEFT JOIN allocation_outcomerow o ON o.run_id = h.run_id AND o.person_id = h.person_id AND o.how = 'wish'
LEFT JOIN allocation_offer f ON f.placement_id = h.placement_id
JOIN choices_choice c ON c.person_id = h.person_id AND c.received_on <= h.valid_from
    AND NOT EXISTS (SELECT 1 FROM choices_choice x WHERE x.corrects_id = c.id)
JOIN choices_wish w ON w.choice_id = c.id AND w.provider_id = h.provider_id
WHERE h.valid_from >= %(first)s AND h.valid_from < %(next)s AND (o.id IS NOT NULL OR f.id IS NOT NULL)
ORDER BY h.placement_id, c.received_on DESC, c.id DESC

-- === Households and units ===

-- relation: scattered
-- Households with members in several areas.
SELECT o.household_id
FROM (
    SELECT DISTINCT m.household_id FROM in_care c
    JOIN choices_householdmember m ON m.person_id = c.person_id
        AND m.valid_from <= %(day)s AND (m.valid_until IS NULL OR m.valid_until > %(day)s)
) m
JOIN choices_householdmember o ON o.household_id = m.household_id
    AND o.valid_from <= %(day)s AND (o.valid_until IS NULL OR o.valid_until > %(day)s)
JOIN choices_person q ON q.id = o.person_id AND q.deceased_on IS NULL AND q.merged_into_id IS NULL
GROUP BY o.household_id
HAVING count(DISTINCT q.area_id) > 1

-- relation: joint
-- Households with a joint choice: all in care of one area, all with the same choice and consent. A later amendment
-- does not separate them: only consent to move alone, or an individual choice, does.
SELECT m.household_id, g.reference
FROM in_care c
JOIN choices_householdmember m ON m.person_id = c.person_id
    AND m.valid_from <= %(day)s AND (m.valid_until IS NULL OR m.valid_until > %(day)s)
JOIN choices_household g ON g.id = m.household_id
LEFT JOIN scattered s ON s.household_id = m.household_id
LEFT JOIN chosen h ON h.person_id = c.person_id
LEFT JOIN (
    SELECT h.person_id, array_agg(w.provider_id ORDER BY w.rank) AS providers
    FROM chosen h JOIN choices_wish w ON w.choice_id = h.choice_id
    WHERE NOT h.declines_to_choose GROUP BY h.person_id
) w ON w.person_id = c.person_id
LEFT JOIN amended a ON a.person_id = c.person_id AND a.kind = 'alone'
WHERE s.household_id IS NULL
GROUP BY m.household_id, g.reference
HAVING count(*) > 1 AND bool_and(coalesce(h.together, false) AND w.providers IS NOT NULL AND a.person_id IS NULL)
    AND count(DISTINCT w.providers) = 1 AND count(DISTINCT c.area_id) = 1

-- relation: left_behind
-- Members left by a household member's individual choice (at since). Until they consent to move alone, or choose anew,
-- their wishes rest: nobody is separated without consent.
SELECT h.person_id, max(n.registered_at) AS since
FROM chosen h
JOIN (
    SELECT h.person_id, array_agg(w.provider_id ORDER BY w.rank) AS providers
    FROM chosen h JOIN choices_wish w ON w.choice_id = h.choice_id
    WHERE h.together AND NOT h.declines_to_choose GROUP BY h.person_id
) mine ON mine.person_id = h.person_id
JOIN choices_householdmember m ON m.person_id = h.person_id
    AND m.valid_from <= %(day)s AND (m.valid_until IS NULL OR m.valid_until > %(day)s)
JOIN choices_householdmember o ON o.household_id = m.household_id AND o.person_id <> m.person_id
    AND o.valid_from <= %(day)s AND (o.valid_until IS NULL OR o.valid_until > %(day)s)
JOIN in_care c ON c.person_id = o.person_id
JOIN in_care s ON s.person_id = h.person_id AND s.area_id = c.area_id
JOIN chosen n ON n.person_id = o.person_id
JOIN choices_choice x ON x.person_id = o.person_id AND x.together AND x.id <> n.choice_id
    AND x.registered_at < n.registered_at
LEFT JOIN choices_choice y ON y.corrects_id = x.id AND y.correction = 'mistake'
LEFT JOIN amended a ON a.person_id = h.person_id AND a.kind = 'alone'
LEFT JOIN joint j ON j.household_id = m.household_id
WHERE y.id IS NULL AND a.person_id IS NULL AND j.household_id IS NULL AND h.registered_at <= n.registered_at
    AND mine.providers = (SELECT array_agg(w.provider_id ORDER BY w.rank) FROM choices_wish w WHERE w.choice_id = x.id)
GROUP BY h.person_id

-- relation: in_interim
-- People with an interim provider on the day. is_explained: another start is decided, a place is offered, a wish waits
-- (and does not rest because of the household), or the person is new (first decision after new_since) and has not
-- chosen yet; or the municipality stands in for a leaving provider, and the exit's last day has not come.
SELECT l.person_id, c.reference, l.area_id, l.since, (
        EXISTS (SELECT 1 FROM starts_later b WHERE b.person_id = l.person_id)
        OR EXISTS (
            SELECT 1 FROM wished w WHERE w.person_id = l.person_id
                AND (w.is_offered OR NOT EXISTS (SELECT 1 FROM left_behind b WHERE b.person_id = w.person_id))
        )
        OR c.decided_on >= %(new_since)s AND NOT EXISTS (SELECT 1 FROM chosen h WHERE h.person_id = l.person_id)
        OR l.is_meanwhile AND EXISTS (
            SELECT 1 FROM allocation_providerexit e WHERE e.id = l.exit_id AND e.moved_by > %(day)s
        )
    ) AS is_explained
FROM placed l JOIN in_care c ON c.person_id = l.person_id
WHERE l.interim OR l.is_meanwhile

-- relation: unit
-- Unit of each person: the household with a joint choice, or the person alone. is_settled: a member has a decided
-- placement that begins after the day, so the unit waits for nothing.
SELECT c.person_id, c.area_id, coalesce(j.reference, c.reference) AS unit,
    bool_or(b.person_id IS NOT NULL) OVER (PARTITION BY coalesce(j.reference, c.reference)) AS is_settled
FROM in_care c
LEFT JOIN (
    SELECT m.person_id, j.reference FROM joint j
    JOIN choices_householdmember m ON m.household_id = j.household_id
        AND m.valid_from <= %(day)s AND (m.valid_until IS NULL OR m.valid_until > %(day)s)
) j ON j.person_id = c.person_id
LEFT JOIN (SELECT DISTINCT person_id FROM starts_later) b ON b.person_id = c.person_id

-- relation: area_date
-- Waiting date of a unit for any external provider, with the lottery drawn for it. Of a household's members the latest
-- date counts; of equal dates the first that was drawn for, so that a run that adds the other members draws no new number.
SELECT DISTINCT ON (u.unit) u.unit, d.since, r.seed, r.label
FROM unit u
JOIN allocation_areadate d ON d.person_id = u.person_id AND d.cleared_by_id IS NULL
JOIN allocation_allocationrun r ON r.id = d.set_by_id
ORDER BY u.unit, d.since DESC, d.set_by_id, u.person_id

-- relation: unit_wish
-- Wishes of a unit in order: those that all members still have. A household's wish has the date of its last member.
SELECT w.unit, w.area_id, w.provider_id, w.rank, w.queue_date, w.is_offered
FROM (
    SELECT u.unit, u.area_id, w.provider_id, min(w.rank) AS rank, max(w.queue_date) AS queue_date,
        bool_or(w.is_offered) AS is_offered, count(*) AS persons
    FROM unit u JOIN wished w ON w.person_id = u.person_id
    LEFT JOIN left_behind b ON b.person_id = u.person_id
    WHERE NOT u.is_settled AND (b.person_id IS NULL OR w.is_offered)
    GROUP BY u.unit, u.area_id, w.provider_id
) w
JOIN (SELECT unit, count(*) AS persons FROM unit GROUP BY unit) z ON z.unit = w.unit AND z.persons = w.persons

-- relation: apart
-- Resting wishes of a joint choice: ended by another member, or of a member who was left. They keep their dates until
-- the member consents to move alone.
SELECT w.person_id, w.provider_id, w.rank, w.queue_date
FROM unit u
JOIN listed w ON w.person_id = u.person_id
WHERE EXISTS (
    SELECT 1 FROM unit o JOIN amended m ON m.person_id = o.person_id AND m.kind = 'wish'
    WHERE o.unit = u.unit AND o.person_id <> u.person_id AND m.provider_id = w.provider_id
)
UNION
SELECT w.person_id, w.provider_id, w.rank, w.queue_date
FROM left_behind b JOIN listed w ON w.person_id = b.person_id

-- relation: home
-- Current provider of a unit; the municipal one without a provider or with an interim one; null: several.
-- external_minutes: its current minutes at external providers. is_open: not every member is protected.
SELECT u.unit, CASE WHEN min(has.provider_id) = max(has.provider_id) THEN min(has.provider_id) END AS provider_id,
    sum(c.minutes)::int AS minutes, count(*)::int AS persons,
    coalesce(sum(c.minutes) FILTER (WHERE v.kind <> 'municipal'), 0)::int AS external_minutes,
    bool_or(NOT c.is_protected) AS is_open
FROM unit u
JOIN in_care c ON c.person_id = u.person_id
LEFT JOIN placed l ON l.person_id = u.person_id AND NOT l.interim
LEFT JOIN providers_provider v ON v.id = l.provider_id
CROSS JOIN LATERAL (
    SELECT coalesce(l.provider_id, (SELECT id FROM providers_provider WHERE kind = 'municipal')) AS provider_id
) has
GROUP BY u.unit

-- relation: area_base
-- Granted minutes of everybody in the areas of the scope, whatever their provider and choice (domain 3.1).
SELECT p.area_id, sum(d.minutes)::bigint AS minutes
FROM choices_person p
JOIN choices_caredecision d ON d.person_id = p.id
    AND d.valid_from <= %(day)s AND (d.valid_until IS NULL OR d.valid_until > %(day)s)
JOIN providers_servicetype s ON s.id = d.service_type_id AND s.follows_choice
WHERE p.deceased_on IS NULL AND p.merged_into_id IS NULL AND p.area_id IN (SELECT l.area_id FROM living l)
GROUP BY p.area_id

-- relation: fit
-- Largest unit that can ever fit a contract of the day; null: no limit. The tolerance requires a start below the
-- ceiling.
SELECT k.area_id, k.provider_id, c.minutes + CASE WHEN c.minutes > 0 THEN c.tolerance_minutes ELSE 0 END AS minutes,
    c.persons, s.share_bp * coalesce(b.minutes, 0) / 10000 AS share_minutes
FROM providers_contract k
LEFT JOIN providers_ceiling c ON c.contract_id = k.id
    AND c.valid_from <= %(day)s AND (c.valid_until IS NULL OR c.valid_until > %(day)s)
LEFT JOIN providers_sharestep s ON s.area_id = k.area_id
    AND s.valid_from <= %(day)s AND (s.valid_until IS NULL OR s.valid_until > %(day)s)
LEFT JOIN area_base b ON b.area_id = k.area_id
WHERE k.valid_from <= %(day)s AND (k.valid_until IS NULL OR k.valid_until > %(day)s)

-- relation: waits
-- Units in a provider's queue: wishes preferred to the current provider, down to the municipal one, which always has
-- room. Order (mechanism, section 2): class, date, lottery number (lot, null until a run has drawn it), id. never:
-- informed and without a place, since it would block the queue forever.
SELECT w.unit, w.area_id, w.provider_id, w.rank, w.queue_date, w.is_offered, d.since,
    encode(sha256(convert_to(d.seed || '|' || d.label || '|' || w.unit, 'UTF8')), 'hex') AS lot,
    CASE WHEN h.provider_id IS NULL AND a.unit IS NOT NULL THEN 1 ELSE 2 END AS class,
    CASE WHEN f.provider_id IS NULL THEN 'no_contract'
         WHEN h.minutes > f.minutes OR h.persons > f.persons
            OR (h.minutes > h.external_minutes AND h.minutes > f.share_minutes) THEN 'never_fits' END AS never,
    h.is_open
FROM unit_wish w
JOIN home h ON h.unit = w.unit
LEFT JOIN area_date d ON d.unit = w.unit
LEFT JOIN fit f ON f.area_id = w.area_id AND f.provider_id = w.provider_id
LEFT JOIN (
    SELECT DISTINCT u.unit, l.provider_id
    FROM providers_municipality m CROSS JOIN unit u JOIN placed l ON l.person_id = u.person_id AND NOT l.interim
    WHERE m.household_class
) a ON a.unit = w.unit AND a.provider_id = w.provider_id
WHERE NOT EXISTS (
    SELECT 1 FROM unit_wish b JOIN providers_provider v ON v.id = b.provider_id
    WHERE b.unit = w.unit AND b.rank <= w.rank AND (v.kind = 'municipal' OR b.provider_id = h.provider_id)
)

-- relation: origin
-- Origin of a person's place at a provider (facts.origins): the queue date of the household, or of the person alone;
-- the round, if the lottery of one decides among those with that date; is_kept: the choice has been changed since.
-- is_together: a household's place, and nobody in it is protected, so that its members may be told. seed and label: of the
-- lottery that was drawn for the unit, null before a run has drawn it.
SELECT l.person_id, l.provider_id, u.unit, coalesce(w.queue_date, l.queue_date) AS since, o.round_id,
    h.received_on > coalesce(w.queue_date, l.queue_date) AS is_kept, z.persons > 1 AND NOT z.is_hidden AS is_together,
    d.seed, d.label
FROM listed l
JOIN chosen h ON h.person_id = l.person_id
JOIN unit u ON u.person_id = l.person_id
JOIN (
    SELECT o.unit, count(*) AS persons, bool_or(c.is_protected) AS is_hidden
    FROM unit o JOIN in_care c ON c.person_id = o.person_id GROUP BY o.unit
) z ON z.unit = u.unit
LEFT JOIN unit_wish w ON w.unit = u.unit AND w.provider_id = l.provider_id
LEFT JOIN area_date d ON d.unit = u.unit
LEFT JOIN (
    SELECT u.unit, l.provider_id, l.queue_date, max(r.round_id) AS round_id
    FROM unit u
    JOIN listed l ON l.person_id = u.person_id
    JOIN round_wish r ON r.person_id = l.person_id AND r.provider_id = l.provider_id
    GROUP BY u.unit, l.provider_id, l.queue_date
) o ON o.unit = u.unit AND o.provider_id = l.provider_id AND o.queue_date = coalesce(w.queue_date, l.queue_date)

-- relation: last_tried
-- Reasons of the last applied run for the wishes of each current choice: unmet, as in OutcomeRow.
SELECT h.person_id, t.unmet
FROM chosen h
JOIN LATERAL (
    SELECT o.unmet FROM allocation_outcomerow o JOIN allocation_allocationrun r ON r.id = o.run_id
    WHERE o.person_id = h.person_id AND r.status = 'applied' AND r.proposed_at >= h.registered_at
    ORDER BY r.proposed_at DESC, r.id DESC LIMIT 1
) t ON true

-- relation: in_order
-- Queue of each provider in each area. Without a place: units with an offer, and units that can never fit.
SELECT w.*, row_number() OVER (
        PARTITION BY w.area_id, w.provider_id ORDER BY w.class, w.queue_date, w.lot NULLS LAST, w.unit COLLATE "C"
    ) AS place,
    count(*) OVER (PARTITION BY w.area_id, w.provider_id, w.queue_date) > 1 AS same_day
FROM waits w
WHERE NOT w.is_offered AND w.never IS NULL
UNION ALL
SELECT w.*, NULL, false
FROM waits w
WHERE w.is_offered OR w.never IS NOT NULL

-- === Counts ===

-- relation: queue_count
-- Size of each queue: households, persons, minutes. open_: the same for unprotected people.
SELECT w.area_id, w.provider_id, count(DISTINCT w.unit)::int AS households, count(*)::int AS persons,
    sum(c.minutes)::int AS minutes,
    (count(DISTINCT w.unit) FILTER (WHERE NOT c.is_protected))::int AS open_households,
    (count(*) FILTER (WHERE NOT c.is_protected))::int AS open_persons,
    coalesce(sum(c.minutes) FILTER (WHERE NOT c.is_protected), 0)::int AS open_minutes
FROM waits w
JOIN unit u ON u.unit = w.unit
JOIN in_care c ON c.person_id = u.person_id
WHERE NOT w.is_offered AND w.never IS NULL
GROUP BY w.area_id, w.provider_id

-- relation: uses
-- People whose placement takes room. Interim clients of an external provider do not: by the rules they have no provider
-- yet.
SELECT l.person_id, l.area_id, l.contract_id, l.minutes
FROM placed l JOIN providers_provider v ON v.id = l.provider_id
WHERE NOT l.interim OR v.kind = 'municipal'

-- relation: starting
-- Later starts that take room of their own: not those of people who go on with the provider they have.
SELECT b.person_id, b.contract_id, b.minutes FROM starts_later b
WHERE NOT EXISTS (SELECT FROM uses l WHERE l.person_id = b.person_id AND l.contract_id = b.contract_id)

-- relation: load
-- Used room of each contract, by the area where the people live: a start or an offer may belong to an area they have
-- left.
SELECT l.area_id, 'used' AS kind, l.contract_id, sum(l.minutes)::int AS minutes, count(*)::int AS persons
FROM uses l GROUP BY l.area_id, l.contract_id
UNION ALL
SELECT p.area_id, 'starting', b.contract_id, sum(b.minutes)::int, count(*)::int
FROM starting b JOIN living p ON p.person_id = b.person_id
GROUP BY p.area_id, b.contract_id
UNION ALL
SELECT p.area_id, 'offered', o.contract_id, sum(o.minutes)::int, count(*)::int
FROM offered o JOIN living p ON p.person_id = o.person_id
GROUP BY p.area_id, o.contract_id

-- === Stretches of help ===

-- relation: granted_help
-- Granted help that follows the choice, of the living and the dead: the days of each decision, to the day of death.
SELECT p.id AS person_id, p.reference, p.area_id, p.confidential OR p.protected_registration AS is_protected,
    p.deceased_on, d.service_type_id, d.minutes, d.decided_on,
    daterange(d.valid_from, least(d.valid_until, p.deceased_on + 1)) AS days
FROM choices_person p
JOIN choices_caredecision d ON d.person_id = p.id AND (p.deceased_on IS NULL OR d.valid_from <= p.deceased_on)
JOIN providers_servicetype s ON s.id = d.service_type_id AND s.follows_choice
WHERE p.merged_into_id IS NULL AND ({scope})

-- relation: placed_span
-- The days of each placement. As in placed, a contract that has ended serves nobody, except at a provider that is
-- leaving.
SELECT l.id AS placement_id, l.person_id, l.run_id, l.contract_id, k.provider_id, k.area_id,
    daterange(l.valid_from, least(l.valid_until, CASE WHEN x.exit_id IS NULL THEN k.valid_until END)) AS days
FROM choices_person p
JOIN allocation_placement l ON l.person_id = p.id AND (l.valid_until IS NULL OR l.valid_until > l.valid_from)
JOIN providers_contract k ON k.id = l.contract_id
LEFT JOIN leaving x ON x.contract_id = k.id
WHERE ({scope}) AND (k.valid_until IS NULL OR k.valid_until > l.valid_from OR x.exit_id IS NOT NULL)

-- relation: granted_span
-- Help of one service type granted without a break: decisions that follow on each other are one. decided_on: the day
-- on which its beginning was decided.
SELECT g.person_id, g.reference, g.area_id, g.is_protected, g.deceased_on, g.service_type_id, s.days, b.decided_on
FROM (
    SELECT person_id, reference, area_id, is_protected, deceased_on, service_type_id, range_agg(days) AS days,
        array_agg(lower(days)) AS starts, array_agg(decided_on) AS decided
    FROM granted_help
    GROUP BY person_id, reference, area_id, is_protected, deceased_on, service_type_id
) g
CROSS JOIN LATERAL unnest(g.days) AS s(days)
CROSS JOIN LATERAL (
    SELECT min(d.decided_on) AS decided_on FROM unnest(g.starts, g.decided) AS d(starts_on, decided_on)
    WHERE d.starts_on = lower(s.days)
) b

-- relation: service_gap
-- Days of a granted span that no provider served. since: where the span begins with the gap the day it was decided,
-- otherwise the first day without help. ends_on: the first day after the gap, null while no end is known.
SELECT g.person_id, g.reference, g.area_id, g.is_protected, g.deceased_on, g.service_type_id,
    lower(u.gap) AS starts_on, upper(u.gap) AS ends_on, lower(u.gap) = lower(g.days) AS is_start,
    CASE WHEN lower(u.gap) = lower(g.days) THEN g.decided_on ELSE lower(u.gap) END AS since
FROM granted_span g
LEFT JOIN (
    SELECT person_id, range_agg(days) AS days FROM placed_span GROUP BY person_id
) l ON l.person_id = g.person_id
CROSS JOIN LATERAL unnest(datemultirange(g.days) - coalesce(l.days, '{}'::datemultirange)) AS u(gap)

-- relation: not_executed
-- Gaps that are to be reported (docs/domain.md: socialtjänstlagen 2025:400, 34 kap.): not executed within three months
-- of the decision, or interrupted as long. late_from: the first day after the three months.
SELECT s.* FROM (
    SELECT g.*, greatest((g.since + interval '3 months')::date + 1, g.starts_on) AS late_from FROM service_gap g
) s
WHERE s.late_from <= %(day)s AND (s.ends_on IS NULL OR s.ends_on > s.late_from)
