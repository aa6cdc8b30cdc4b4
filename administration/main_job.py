"""The main job, end to end: close the window → propose → approve → apply → letters → one print batch.

Only calls the services, in order, and resumes wherever it stopped: command line, Celery and demo take the same steps as
the buttons on the site.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass

from accounts.actors import Actor
from allocation.models import AllocationRun
from allocation.services import apply_run, approve_run, propose_round
from choices.models import ChoiceRound
from choices.services import close_round
from common import clock
from letters.models import PrintBatch
from letters.selectors import progress, unrendered
from letters.services import compose_print_batch, create_letters, enqueue_rendering, render_letter
from letters.stacks import of_run

# A working Celery worker renders several letters a second; two minutes without progress mean that there is none.
SILENCE_SECONDS = 120
POLL_SECONDS = 0.5


class NoWorker(RuntimeError):
    """No letter was rendered for a long time: no Celery worker seems to be running."""


@dataclass(frozen=True)
class RoundResult:
    run: AllocationRun
    batch: PrintBatch


def run_round(
    *,
    round: ChoiceRound,
    proposer: Actor,
    approver: Actor,
    with_worker: bool,
    on_step: Callable[[str], None] = lambda step: None,
    on_letters: Callable[[int, int], None] = lambda done, total: None,
) -> RoundResult:
    """Run the round to its print batch. ``proposer`` and ``approver`` are two people (four eyes).

    ``with_worker``: letters are rendered by a Celery worker, otherwise in this process. Callbacks: ``on_step`` (name of
    the step that begins), ``on_letters`` (rendered letters, total). A second run does only the remaining work.

    Raises:
        ValidationError: from the services, when a step is refused.
        NoWorker: nothing was rendered for ``SILENCE_SECONDS``.
    """
    on_step("propose")
    run = round.runs.exclude(status=AllocationRun.Status.CANCELLED).first()
    if run is None:
        run = propose_round(round=close_round(round=round, actor=proposer), actor=proposer)
    on_step("approve")
    if run.status == AllocationRun.Status.PROPOSED:
        run = approve_run(run=run, actor=approver)
    on_step("apply")
    run = apply_run(run=run, actor=approver)
    on_step("letters")
    added = create_letters(run=run, actor=approver)
    if not with_worker:
        _render_here(run, on_letters)
    else:
        if not added:
            # Tasks of an earlier, interrupted job may be lost. Rendering is idempotent.
            enqueue_rendering(unrendered(run=run).values_list("pk", flat=True))
        _wait_for_worker(run, on_letters)
    on_step("print")
    return RoundResult(run=run, batch=compose_print_batch(stack=of_run(run, clock.today()), actor=approver))


def _render_here(run: AllocationRun, on_letters: Callable[[int, int], None]) -> None:
    done, total = progress(run)
    for letter_id in list(unrendered(run=run).values_list("pk", flat=True)):
        render_letter(letter_id=letter_id)
        done += 1
        on_letters(done, total)


def _wait_for_worker(run: AllocationRun, on_letters: Callable[[int, int], None]) -> None:
    before, since = -1, time.monotonic()
    while True:
        done, total = progress(run)
        on_letters(done, total)
        if done == total:
            return
        if done > before:
            before, since = done, time.monotonic()
        elif time.monotonic() - since > SILENCE_SECONDS:
            raise NoWorker(
                "no letter was rendered for two minutes: start a worker with `celery -A botkyrka_hemtjanst worker`"
            )
        time.sleep(POLL_SECONDS)
