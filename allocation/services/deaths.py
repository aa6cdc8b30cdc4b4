"""Death of a person: open offers and calls are stopped at once. The placement ends with the next night."""

from collections.abc import Collection

from django.db import connection

from accounts.actors import Actor
from allocation.services.together import ask_all_again
from common import clock

_WITHDRAW_OFFERS = """
UPDATE allocation_offer SET status = 'withdrawn', answered_at = %(now)s
WHERE person_id = ANY(%(persons)s) AND (status = 'open' OR (status = 'accepted' AND placement_id IS NULL))
"""
_DROP_CALLS = """
UPDATE allocation_contacttask SET status = 'dropped', done_at = %(now)s
WHERE person_id = ANY(%(persons)s) AND status = 'to_do'
"""


def stop_offers_and_calls(persons: Collection[int]) -> None:
    """Withdraw offers that are open or not yet placements, and drop pending calls."""
    with connection.cursor() as cursor:
        for statement in (_WITHDRAW_OFFERS, _DROP_CALLS):
            cursor.execute(statement, {"persons": list(persons), "now": clock.now()})
    # Joint acceptances with the deceased are requested again.
    ask_all_again(actor=Actor.system("allocation"))
