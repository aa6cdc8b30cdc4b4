"""The demo's nights and its post: the clock goes on by a day, the night is done, and the letters reach people."""

import datetime
import fcntl
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from django.conf import settings

from accounts.actors import Actor
from administration.night import approve_list, do_night
from allocation.models import AllocationRun, Night
from allocation.nightly import NightDone
from allocation.services import StaleRun
from allocation.services.decide_night import compute_again
from common import clock
from demo import municipality
from handover.derive import keep_orders
from letters.models import Letter, PrintBatch
from letters.selectors import unrendered
from letters.services import approve_batch, compose_print_batch, hand_over, mark_posted, render_letter

DAY = datetime.timedelta(days=1)


def next_day(*, seen: datetime.date, approve: bool) -> bool:
    """Move the clock from ``seen`` to the next day and do what a day does. False: somebody else has moved it.

    ``approve``: the senior officer approves the morning's list.
    """
    with _alone():
        if clock.today() != seen:
            return False
        clock.move_to(seen + DAY)
        do_the_night(approve=approve)
        post_letters()
        return True


def do_the_night(*, approve: bool) -> None:
    """The night of today's date, unless the schedule has done it."""
    today = clock.today()
    if not Night.objects.filter(business_date=today).exists():
        with suppress(NightDone):
            do_night(business_date=today, actor=Actor.system("night"))
    night = Night.objects.select_related("run").filter(business_date=today).first()
    if approve and night and night.run and night.run.status == AllocationRun.Status.PROPOSED:
        _approve(night.run)
    keep_orders()


def _approve(run: AllocationRun) -> None:
    """As the senior officer does in the morning: an outdated list is computed again. The schedule may have done the
    night before the day's last changes.
    """
    senior = municipality.actor("ansvarig")
    try:
        approve_list(run=run, actor=senior)
    except StaleRun:
        approve_list(run=compute_again(run=run, actor=senior), actor=senior)


def post_letters() -> int:
    """Print and post everything that waits, as two people do during a day. Returns the number of batches."""
    for letter_id in list(unrendered().values_list("pk", flat=True)):
        render_letter(letter_id=letter_id)
    waiting = Letter.objects.filter(route=Letter.Route.PRINT, batch=None, posted_on=None, rendered_at__isnull=False)
    stacks = list(waiting.order_by("stack").values_list("stack", flat=True).distinct())
    batches = [compose_print_batch(stack=stack, actor=municipality.actor("admin")) for stack in stacks]
    composed = PrintBatch.objects.filter(status=PrintBatch.Status.COMPOSED).exclude(
        pk__in=[each.pk for each in batches]
    )
    for batch in [*composed, *batches]:
        _post(batch)
    return len(batches)


def _post(batch: PrintBatch) -> None:
    """From the proof to the letter-box. A batch that was stopped on the way stays where it is."""
    people = ("admin", "ansvarig")
    by = next(each for each in map(municipality.actor, people) if not each.is_same_human(batch.created_by_id))
    if batch.status == PrintBatch.Status.COMPOSED:
        batch = approve_batch(batch=batch, actor=by)
    if batch.status == PrintBatch.Status.APPROVED:
        batch = hand_over(batch=batch, actor=by)
    if batch.status == PrintBatch.Status.HANDED_OVER:
        mark_posted(batch=batch, posted_on=clock.today(), actor=by)


@contextmanager
def _alone() -> Iterator[None]:
    """One at a time, over all processes."""
    assert settings.CLOCK_FILE is not None  # noqa: S101  (settings of the demo)
    path = settings.CLOCK_FILE.with_suffix(".lock")
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
