"""The one lock that everything takes which uses up room: a run, a placement by hand, an accepted offer.

Rules: call it once per transaction, before reading how much room there is; it locks share steps first, then
contracts, each in primary-key order, so that two callers never wait for each other in a ring. Freeing room (a
death, a move, an ended decision) needs no lock.
"""

from collections.abc import Collection

from django.db import transaction

from providers.models import Area, Contract, ShareStep


def lock_room(*, areas: Collection[Area]) -> None:
    """Wait until nobody else takes room in these areas; hold that until the transaction ends."""
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("lock_room needs a transaction: outside of one it would lock nothing")
    for model in (ShareStep, Contract):
        # Evaluated for its effect: the rows are locked as they are read.
        list(model.objects.select_for_update().filter(area__in=areas).order_by("pk").values_list("pk"))
