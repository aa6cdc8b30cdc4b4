"""Hand work to the workers, after the commit. A broker that is down loses nothing: the sweep comes by again."""

from functools import partial
from itertools import islice

from django.db import transaction

from allocation.models import AllocationRun
from botkyrka_hemtjanst.celery import app
from letters.selectors import unrendered

# So many letters a task: about a second's work, and little for the broker to carry.
LETTERS_A_TASK = 25


def enqueue_rendering(*, run: AllocationRun) -> int:
    """One task for every 25 letters of ``run`` that have no PDF yet. Returns how many letters."""
    ids = iter(unrendered(run=run).values_list("id", flat=True))
    count = 0
    while chunk := list(islice(ids, LETTERS_A_TASK)):
        count += len(chunk)
        # By name, as the tasks themselves call the services.
        transaction.on_commit(partial(app.send_task, "letters.render", args=[chunk]), robust=True)
    return count


def enqueue_print_batch(*, run: AllocationRun) -> None:
    transaction.on_commit(partial(app.send_task, "letters.compose_print_batch", args=[run.pk]), robust=True)
