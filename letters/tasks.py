"""Thin: ids in, a service called. Every task may be run twice or be killed half-way."""

import datetime

import structlog
from celery import shared_task
from django.core.exceptions import ValidationError
from django.db.models import Exists, OuterRef

from accounts.actors import Actor
from allocation.models import AllocationRun
from botkyrka_hemtjanst import clock
from letters import services
from letters.models import Letter
from letters.selectors import SENT_ROUTES, progress

log = structlog.get_logger(__name__)

# Older work than this was left by a killed worker. Younger may still lie in the queue.
LEFT_AFTER = datetime.timedelta(minutes=15)


@shared_task(name="letters.render")
def render_letters(letter_ids: list[int]) -> None:
    """Render these letters, each in its own transaction; who renders a run's last one has its print batch made."""
    for letter_id in letter_ids:
        services.render_letter(letter_id=letter_id)
    runs = AllocationRun.objects.filter(letters__in=letter_ids, print_batch__isnull=True).distinct()
    for run in runs:
        rendered, total = progress(run)
        if rendered == total:
            services.enqueue_print_batch(run=run)


@shared_task(name="letters.compose_print_batch")
def compose_print_batch(run_id: int) -> None:
    try:
        batch = services.compose_print_batch(run=AllocationRun.objects.get(pk=run_id), actor=_ACTOR)
    except ValidationError as error:
        # A letter was added meanwhile, or all are held: the sweep comes by again.
        log.info("letters.no_print_batch", run=run_id, why=error.messages[0])
    else:
        log.info("letters.print_batch", batch=batch.reference, letters=batch.letters_count, pages=batch.pages_count)


@shared_task(name="letters.finish")
def finish_letters() -> None:
    """Take up what a killed worker or a broker that was down has left."""
    left = Letter.objects.filter(
        run=OuterRef("pk"), route__in=SENT_ROUTES, rendered_at__isnull=True, created_at__lt=clock.now() - LEFT_AFTER
    )
    for run in AllocationRun.objects.filter(Exists(left)):
        count = services.enqueue_rendering(run=run)
        log.warning("letters.left_unrendered", run=run.reference, letters=count)
    unprinted = Letter.objects.filter(run=OuterRef("pk"), route=Letter.Route.PRINT)
    for run in AllocationRun.objects.filter(Exists(unprinted), print_batch__isnull=True):
        rendered, total = progress(run)
        if rendered == total:
            services.enqueue_print_batch(run=run)


_ACTOR = Actor.system("letters")
