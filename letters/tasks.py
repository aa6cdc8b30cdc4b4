"""Celery tasks: ids in, one service call each. Every task may be run twice or killed at any point."""

import datetime
import gc
from typing import Any

import structlog
from celery import shared_task
from celery.signals import worker_init, worker_process_init
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db.models import Q

from accounts.actors import Actor
from common import clock
from common.documents import RenderError
from common.metrics import LETTERS
from letters import services
from letters.mailbox import MailboxError
from letters.models import Letter, PrintBatch
from letters.selectors import unrendered
from letters.services.stopping import stop_batches

log = structlog.get_logger(__name__)

# Older work was left by a killed worker; younger may still be queued.
LEFT_AFTER = datetime.timedelta(minutes=15)


@worker_init.connect
def open_fonts(**_signal: Any) -> None:
    """WeasyPrint and the fonts are loaded once, before the processes of the worker fork."""
    from letters import pdf

    pdf.open_fonts()


@worker_process_init.connect
def warm_up(**_signal: Any) -> None:
    """Exempt the objects of the whole process from garbage collection."""
    from letters import pdf

    pdf.warm_up()
    gc.collect()
    gc.freeze()


@shared_task(name="letters.render")
def render_letters(letter_ids: list[int]) -> None:
    """Render these letters, each in its own transaction; the last letter of a mailing starts its print batch."""
    for letter_id in letter_ids:
        try:
            services.render_letter(letter_id=letter_id)
            LETTERS.inc()
        except RenderError as error:
            # Held in the meantime, or a fault in its text: the other letters continue.
            log.warning("letters.not_rendered", letter=letter_id, why=str(error))
    stacks = Letter.objects.filter(pk__in=letter_ids).exclude(stack__startswith="post-").values_list("stack", flat=True)
    for stack in sorted(set(stacks)):
        if not unrendered(stack=stack).exists():
            services.enqueue_print_batch(stack=stack)


@shared_task(name="letters.compose_print_batch")
def compose_print_batch(stack: str) -> None:
    try:
        batch = services.compose_print_batch(stack=stack, actor=_ACTOR)
    except ValidationError as error:
        # A letter was added meanwhile, or all are held: the sweep runs again.
        log.info("letters.no_print_batch", stack=stack, why=error.messages[0])
    else:
        log.info("letters.print_batch", batch=batch.reference, letters=batch.letters_count, pages=batch.pages_count)


@shared_task(name="letters.finish")
def finish_letters() -> None:
    """Complete the work that a killed worker or an unavailable broker left, and send the day's single letters."""
    # Changes of people that failed to stop letters immediately.
    stop_batches(letters=Q(), actor=_ACTOR)
    left = unrendered().filter(created_at__lt=clock.now() - LEFT_AFTER)
    if count := services.enqueue_rendering(left.values_list("pk", flat=True)):
        log.warning("letters.left_unrendered", letters=count)
    for stack in _stacks_to_print():
        services.enqueue_print_batch(stack=stack)
    for letter in Letter.objects.filter(route=Letter.Route.DIGITAL, rendered_at__isnull=False, delivery=""):
        try:
            services.deliver_digitally(letter=letter, actor=_ACTOR)
        except MailboxError as error:
            log.warning("letters.not_delivered", letter=letter.reference, why=str(error))
    services.read_receipts(actor=_ACTOR)


def _stacks_to_print() -> list[str]:
    """Complete mailings, and the mail of past days, or of today after the hour of dispatch."""
    waiting = Letter.objects.filter(route=Letter.Route.PRINT, batch__isnull=True)
    now = clock.now()
    today = f"post-{now.date()}"
    composed = PrintBatch.objects.filter(stack=today).exclude(status=PrintBatch.Status.REJECTED).exists()
    early = now.time() < settings.LETTER_POST_AT or composed
    stacks = sorted(set(waiting.values_list("stack", flat=True)))
    return [stack for stack in stacks if not (stack == today and early) and not unrendered(stack=stack).exists()]


_ACTOR = Actor.system("letters")
