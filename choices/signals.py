"""Signal for people who have become protected, died or moved: rooms above stop what is about to be sent.

An early stop only, never the rule itself: each exit checks again when something is sent.
"""

from django.db import transaction
from django.dispatch import Signal

# Sent with ``person_id``; None: any number of people, after an import.
people_changed = Signal()


def announce(*, person_id: int | None = None) -> None:
    """Send the signal after the commit. A failing receiver is logged and does not stop the others."""
    transaction.on_commit(lambda: people_changed.send_robust(None, person_id=person_id), robust=True)
