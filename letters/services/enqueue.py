"""Hand work to the workers, after the commit. A broker that is down loses nothing: the sweep comes by again."""

from collections.abc import Iterable
from functools import partial
from itertools import islice

from django.db import transaction

from botkyrka_hemtjanst.celery import app

# So many letters a task: about a second's work, and little for the broker to carry.
LETTERS_A_TASK = 25


def enqueue_rendering(letter_ids: Iterable[int]) -> int:
    """One task for every 25 letters. Returns how many letters."""
    ids = iter(letter_ids)
    count = 0
    while chunk := list(islice(ids, LETTERS_A_TASK)):
        count += len(chunk)
        # By name, as the tasks themselves call the services.
        transaction.on_commit(partial(app.send_task, "letters.render", args=[chunk]), robust=True)
    return count


def enqueue_print_batch(*, stack: str) -> None:
    transaction.on_commit(partial(app.send_task, "letters.compose_print_batch", args=[stack]), robust=True)
