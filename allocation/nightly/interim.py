"""Interim provider (tillfällig utförare): the municipality serves everybody with granted help and no provider."""

from typing import Any

from django.db import connection
from django.utils.translation import gettext as _

from allocation.models import AllocationRun
from common import clock

_WITHOUT = """
SELECT p.id, p.area_id FROM choices_person p
WHERE p.deceased_on IS NULL AND p.merged_into_id IS NULL
    AND EXISTS (
        SELECT 1 FROM choices_caredecision d
        JOIN providers_servicetype s ON s.id = d.service_type_id AND s.follows_choice
        WHERE d.person_id = p.id AND d.valid_from <= %(day)s AND (d.valid_until IS NULL OR d.valid_until > %(day)s)
    )
    AND NOT EXISTS (
        SELECT 1 FROM allocation_placement l
        WHERE l.person_id = p.id AND l.valid_from <= %(day)s AND (l.valid_until IS NULL OR l.valid_until > %(day)s)
    )
"""

# Until a placement decided for later begins, if there is one.
_INTERIM = f"""
INSERT INTO allocation_placement (person_id, contract_id, valid_from, valid_until, interim, reason, end_reason,
    registered_at)
SELECT w.id, c.id, %(day)s, (
        SELECT min(f.valid_from) FROM allocation_placement f
        WHERE f.person_id = w.id AND f.valid_from > %(day)s AND (f.valid_until IS NULL OR f.valid_until > f.valid_from)
    ), true, %(reason)s, '', %(now)s
FROM ({_WITHOUT}) w
JOIN providers_contract c ON c.area_id = w.area_id
    AND c.valid_from <= %(day)s AND (c.valid_until IS NULL OR c.valid_until > %(day)s)
JOIN providers_provider v ON v.id = c.provider_id AND v.kind = 'municipal'
"""


def place_interim(run: AllocationRun) -> int:
    """Place everybody with granted help and no provider with the municipality. Returns the number of people."""
    parameters: dict[str, Any] = {"day": run.business_date, "reason": _("Tillfällig utförare"), "now": clock.now()}
    with connection.cursor() as cursor:
        cursor.execute(_INTERIM, parameters)
        count: int = cursor.rowcount
    return count


def count_unserved(run: AllocationRun) -> int:
    """Number of people with granted help and still no provider: their area has no municipal contract."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM ({_WITHOUT}) w", {"day": run.business_date})
        count: int = cursor.fetchone()[0]
    return count
