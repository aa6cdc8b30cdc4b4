"""Hand work to the workers, after the commit. A broker that is down loses nothing: the sweep comes by again."""

from collections.abc import Iterable
from itertools import islice
from typing import Any

from celery import current_app
from django.db import transaction

# So many letters a task: about a second's work, and little for the broker to carry.
LETTERS_A_TASK = 25


def enqueue_rendering(letter_ids: Iterable[int]) -> int:
    """One task for every 25 letters. Returns how many letters."""
    ids = list(letter_ids)
    rest = iter(ids)
    if ids:
        _send_after_commit("letters.render", iter(lambda: list(islice(rest, LETTERS_A_TASK)), []))
    return len(ids)


def enqueue_print_batch(*, stack: str) -> None:
    _send_after_commit("letters.compose_print_batch", [stack])


def _send_after_commit(task: str, arguments: Iterable[Any]) -> None:
    """One task for each argument, by name, as the tasks themselves call the services."""

    # A function with a name, for Django's log: and a broker that does not answer is asked once, not for every task.
    def send() -> None:
        for argument in arguments:
            current_app.send_task(task, args=[argument])

    transaction.on_commit(send, robust=True)
