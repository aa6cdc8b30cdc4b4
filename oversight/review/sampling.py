"""Sampling of the access log: random rows, and those most likely to be curiosity. A single query for any number of
rows.
"""

import datetime
from typing import Any

from django.db import connection

from common.clock import STOCKHOLM
from oversight.review.models import LogReview, ReviewItem
from secrecy.protected import protected_sql

# Limit per kind of targeted case, drawn by the seed like the random ones.
MOST_OF_A_KIND = 15
# Office hours, Monday to Friday.
FIRST_HOUR, LAST_HOUR = 6, 20
# A day with so many persons, and three times the user's own average, is unusual.
MANY, TIMES = 40, 3

# Every row of the period with its kinds. Rows of a destroyed file have no person.
_SQL = f"""
WITH looks AS (
    SELECT r.id, r.user_id, r.person_reference, (r.at AT TIME ZONE 'Europe/Stockholm') AS local
    FROM audit_read r WHERE r.at >= %(start)s AND r.at < %(end)s AND r.id <= %(last)s
), staff AS (
    SELECT id, lower(first_name) AS given, lower(last_name) AS family FROM accounts_user WHERE last_name <> ''
), days AS (
    SELECT user_id, local::date AS day, count(DISTINCT person_reference) AS persons, min(id) AS first
    FROM looks WHERE person_reference <> '' GROUP BY user_id, local::date
), ordinary AS (
    SELECT user_id, percentile_disc(0.5) WITHIN GROUP (ORDER BY persons) AS persons FROM days GROUP BY user_id
), streets AS (
    SELECT DISTINCT s.id AS user_id, lower(regexp_replace(p.street, '\\s*\\d.*$', '')) AS street
    FROM staff s JOIN choices_person p ON lower(p.family_name) = s.family WHERE p.street <> ''
), about AS (
    SELECT l.id, l.user_id, l.local, p.id AS person_id, lower(p.given_name) AS given, lower(p.family_name) AS family,
        lower(regexp_replace(p.street, '\\s*\\d.*$', '')) AS street, p.deceased_on,
        {protected_sql("p")} AS protected
    FROM looks l JOIN choices_person p ON p.reference = l.person_reference
), kinds AS (
    SELECT id, 'random' AS why FROM looks
    UNION ALL SELECT a.id, 'surname' FROM about a JOIN staff s ON s.id = a.user_id AND s.family = a.family
    UNION ALL SELECT a.id, 'street' FROM about a JOIN streets s USING (user_id, street)
    UNION ALL SELECT a.id, 'colleague' FROM about a WHERE EXISTS (
        SELECT FROM staff s WHERE s.family = a.family AND s.given = a.given)
    UNION ALL SELECT id, 'protected' FROM about WHERE protected
    UNION ALL SELECT a.id, 'no_case' FROM about a WHERE a.deceased_on < a.local::date OR NOT EXISTS (
        SELECT FROM choices_caredecision d WHERE d.person_id = a.person_id AND d.valid_from <= a.local::date + 31
            AND (d.valid_until IS NULL OR d.valid_until > a.local::date - 31))
    UNION ALL SELECT id, 'hours' FROM looks
        WHERE extract(isodow FROM local) > 5
            OR extract(hour FROM local) < %(first_hour)s OR extract(hour FROM local) >= %(last_hour)s
    UNION ALL SELECT d.first, 'volume' FROM days d JOIN ordinary o USING (user_id)
        WHERE d.persons >= %(many)s AND d.persons >= %(times)s * o.persons
), drawn AS (
    SELECT id, why, row_number() OVER (PARTITION BY why ORDER BY md5(%(seed)s || id), id) AS place FROM kinds
), picked AS (
    SELECT id FROM drawn WHERE place <= CASE why WHEN 'random' THEN %(sample)s ELSE %(most)s END
)
SELECT d.id, array_agg(d.why ORDER BY d.why) FROM drawn d
WHERE d.id IN (SELECT id FROM picked)
    AND (d.why <> 'random' OR d.place <= %(sample)s)
GROUP BY d.id ORDER BY d.id
"""  # noqa: S608  (of constants)


def bounds(first: datetime.date, last: datetime.date) -> tuple[datetime.datetime, datetime.datetime]:
    """Start and end of a period of whole Swedish days."""
    start = datetime.datetime.combine(first, datetime.time(), STOCKHOLM)
    return start, datetime.datetime.combine(last + datetime.timedelta(days=1), datetime.time(), STOCKHOLM)


def pick(review: LogReview) -> list[ReviewItem]:
    """Items of a review, unsaved: reproducible from the seed, as long as people and staff are unchanged."""
    start, end = bounds(review.period_from, review.period_to)
    parameters: dict[str, Any] = {
        "start": start,
        "end": end,
        "last": review.last_read,
        "seed": review.seed,
        "sample": review.sample_size,
        "most": MOST_OF_A_KIND,
        "first_hour": FIRST_HOUR,
        "last_hour": LAST_HOUR,
        "many": MANY,
        "times": TIMES,
    }
    with connection.cursor() as cursor:
        cursor.execute(_SQL, parameters)
        return [ReviewItem(review=review, read_id=read, whys=whys) for read, whys in cursor.fetchall()]
