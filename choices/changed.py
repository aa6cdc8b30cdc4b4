"""Rooms above are told when people have become protected, died or moved: what is about to leave the house is stopped.

What they do is a help in time, never the rule itself: each way out asks once more when it lets something go.
"""

from django.db import transaction
from django.dispatch import Signal

# Sent with ``person_id``; None: any person, after an import.
people_changed = Signal()


def announce(*, person_id: int | None = None) -> None:
    """When the transaction is over. A receiver that fails is logged and stops nobody else."""
    transaction.on_commit(lambda: people_changed.send_robust(None, person_id=person_id), robust=True)
