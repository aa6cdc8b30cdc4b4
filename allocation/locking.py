"""Lock for everything that uses up room: a run, a manual placement, an accepted offer.

Call it once per transaction, before reading how much room there is. It locks share steps first, then contracts, each in
primary-key order, so that two callers cannot deadlock. Freeing room (a death, a move, an ended decision) needs no lock.
"""

from collections.abc import Collection

from django.db import transaction

from providers.models import Area, Contract, ShareStep


def lock_room(*, areas: Collection[Area]) -> None:
    """Lock the room of these areas until the transaction ends; wait for others that hold it."""
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("lock_room needs a transaction: outside of one it would lock nothing")
    for model in (ShareStep, Contract):
        # Evaluated for its effect: the rows are locked as they are read.
        list(model.objects.select_for_update().filter(area__in=areas).order_by("pk").values_list("pk"))
