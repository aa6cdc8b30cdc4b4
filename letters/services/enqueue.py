"""Tasks for the workers, sent after the commit. With the broker down nothing is lost: the sweep runs again."""

from collections.abc import Iterable
from itertools import islice
from typing import Any

from celery import current_app
from django.db import transaction

# Letters per task: about a second's work, and a small message.
LETTERS_A_TASK = 25


def enqueue_rendering(letter_ids: Iterable[int]) -> int:
    """One task per 25 letters. Returns the number of letters."""
    ids = list(letter_ids)
    rest = iter(ids)
    if ids:
        _send_after_commit("letters.render", iter(lambda: list(islice(rest, LETTERS_A_TASK)), []))
    return len(ids)


def enqueue_print_batch(*, stack: str) -> None:
    _send_after_commit("letters.compose_print_batch", [stack])


def _send_after_commit(task: str, arguments: Iterable[Any]) -> None:
    """A task per argument, by name, since the tasks import the services."""

    # A named function, for Django's log. If the broker does not answer, the remaining tasks are skipped.
    def send() -> None:
        for argument in arguments:
            current_app.send_task(task, args=[argument])

    transaction.on_commit(send, robust=True)
