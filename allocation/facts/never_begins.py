"""Placements that would begin when their provider's contract has ended, and the placements before that can go on."""

import datetime
from collections.abc import Collection
from typing import NamedTuple

from django.db import connection

from providers.models import Contract

# The placement before ended on the first day of the one that never begins, because of it. It can go on where the person
# lives in its area and its contract lasts.
_NEVER_BEGINS = """
SELECT n.person_id, n.id, b.id, n.ended_by_id, (
    SELECT min(f.valid_from) FROM allocation_placement f
    WHERE f.person_id = n.person_id AND f.valid_from > n.valid_from
        AND (f.valid_until IS NULL OR f.valid_until > f.valid_from)
)
FROM allocation_placement n
JOIN providers_contract c ON c.id = n.contract_id AND coalesce(%(ends_on)s, c.valid_until) <= n.valid_from
JOIN allocation_placement b ON b.person_id = n.person_id AND b.valid_until = n.valid_from
    AND b.valid_from < b.valid_until
JOIN providers_contract bc ON bc.id = b.contract_id AND (bc.valid_until IS NULL OR bc.valid_until > n.valid_from)
JOIN choices_person p ON p.id = n.person_id AND p.area_id = bc.area_id
    AND p.deceased_on IS NULL AND p.merged_into_id IS NULL
WHERE c.id = ANY(%(contracts)s) AND n.valid_from >= %(since)s
    AND (n.valid_until IS NULL OR n.valid_until > n.valid_from)
ORDER BY n.person_id
"""


class NeverBegins(NamedTuple):
    """Ids of the person, of the placement, of the one before, and of the run that ended the placement; and the first
    day of the placement that is decided for later.
    """

    person: int
    placement: int
    before: int
    ended_by: int | None
    later: datetime.date | None


def never_begins(
    contracts: Collection[Contract], *, since: datetime.date, ends_on: datetime.date | None = None
) -> list[NeverBegins]:
    """Placements at ``contracts`` that would begin on ``since`` or later, when the contract has ended.

    ``ends_on``: first day without the contracts; default: their own. Where nothing before can go on, the person remains
    a client of the leaving provider.
    """
    with connection.cursor() as cursor:
        ids = [contract.pk for contract in contracts]
        cursor.execute(_NEVER_BEGINS, {"contracts": ids, "since": since, "ends_on": ends_on})
        return [NeverBegins(*row) for row in cursor.fetchall()]
