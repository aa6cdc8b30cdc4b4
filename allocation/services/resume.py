"""Placements at a provider whose contract ends before they begin. They never begin: the placement before goes on."""

import datetime
from collections.abc import Collection

from django.db import connection

from providers.models import Contract

# The placement before ended on the first day of the one that never begins, because of it. It goes on where the person
# lives in its area and its contract lasts; to its own earlier end, or until a placement that is decided for later.
_PAIRS = """
SELECT n.id, b.id, n.person_id, n.ended_by_id, (
    SELECT min(f.valid_from) FROM allocation_placement f
    WHERE f.person_id = n.person_id AND f.valid_from > n.valid_from
        AND (f.valid_until IS NULL OR f.valid_until > f.valid_from)
)
FROM allocation_placement n
JOIN providers_contract c ON c.id = n.contract_id AND c.valid_until <= n.valid_from
JOIN allocation_placement b ON b.person_id = n.person_id AND b.valid_until = n.valid_from
    AND b.valid_from < b.valid_until
JOIN providers_contract bc ON bc.id = b.contract_id AND (bc.valid_until IS NULL OR bc.valid_until > n.valid_from)
JOIN choices_person p ON p.id = n.person_id AND p.area_id = bc.area_id
    AND p.deceased_on IS NULL AND p.merged_into_id IS NULL
WHERE c.id = ANY(%(contracts)s) AND n.valid_from >= %(since)s
    AND (n.valid_until IS NULL OR n.valid_until > n.valid_from)
ORDER BY n.person_id
"""
_VOID = """
UPDATE allocation_placement SET valid_until = valid_from, end_was = NULL, ended_by_id = NULL, end_reason = %s
WHERE id = %s
"""
_GO_ON = """
UPDATE allocation_placement SET valid_until = end_was, end_was = NULL, ended_by_id = NULL, end_reason = ''
WHERE id = %s
"""
_GO_ON_UNTIL = """
UPDATE allocation_placement SET valid_until = least(%s, end_was), ended_by_id = %s WHERE id = %s
"""


def resume_before(*, contracts: Collection[Contract], since: datetime.date, reason: str) -> list[int]:
    """Void the placements at ``contracts`` that begin on ``since`` or later, when the contract has ended, where the
    placement before can go on. The caller holds the areas' room (``lock_room``).

    ``reason``: stored as the end reason of the void placements. Returns the ids of the people.
    """
    with connection.cursor() as cursor:
        cursor.execute(_PAIRS, {"contracts": [contract.pk for contract in contracts], "since": since})
        pairs = cursor.fetchall()
        # Void first: placements of a person never overlap, not even within the transaction.
        for never_begins, _before, _person, _ended_by, _later in pairs:
            cursor.execute(_VOID, [reason, never_begins])
        for _never_begins, before, _person, ended_by, later in pairs:
            if later is None:
                cursor.execute(_GO_ON, [before])
            else:
                cursor.execute(_GO_ON_UNTIL, [later, ended_by, before])
    return [person for _never_begins, _before, person, _ended_by, _later in pairs]
