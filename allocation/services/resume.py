"""Placements at a provider whose contract ends before they begin. They never begin: the placement before goes on."""

import datetime
from collections.abc import Collection

from django.db import connection

from allocation.facts.never_begins import never_begins
from providers.models import Contract

_VOID = """
UPDATE allocation_placement SET valid_until = valid_from, end_was = NULL, ended_by_id = NULL, end_reason = %s
WHERE id = %s
"""
_GO_ON = """
UPDATE allocation_placement SET valid_until = end_was, end_was = NULL, ended_by_id = NULL, end_reason = ''
WHERE id = %s
"""
# Until the placement that is decided for later.
_GO_ON_UNTIL = """
UPDATE allocation_placement SET valid_until = least(%s, end_was), ended_by_id = %s WHERE id = %s
"""


def resume_before(*, contracts: Collection[Contract], since: datetime.date, reason: str) -> list[int]:
    """Void the placements that would begin on ``since`` or later without a contract; the one before goes on, to its own
    earlier end. The caller holds the areas' room (``lock_room``).

    ``reason``: stored as the end reason of the void placements. Returns the ids of the people.
    """
    found = never_begins(contracts, since=since)
    with connection.cursor() as cursor:
        # Void first: placements of a person never overlap, not even within the transaction.
        for each in found:
            cursor.execute(_VOID, [reason, each.placement])
        for each in found:
            if each.later is None:
                cursor.execute(_GO_ON, [each.before])
            else:
                cursor.execute(_GO_ON_UNTIL, [each.later, each.ended_by, each.before])
    return [each.person for each in found]
