"""Log reviews: begin, judge the sample, close."""

import datetime
import secrets
from collections.abc import Mapping

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Count, Max, Q, QuerySet
from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.roles import Right
from audit.models import Read
from audit.services import record
from common import clock
from common.log_lines import without_numbers
from oversight.review.models import LogReview, ReviewItem
from oversight.review.sampling import bounds, pick
from staff_ui.home import Notice


@transaction.atomic
def begin_review(*, period_from: datetime.date, period_to: datetime.date, sample_size: int, actor: Actor) -> LogReview:
    """Draw the sample. The seed is stored, so it is reproducible.

    Raises:
        ValidationError: the period is not over, reversed or without rows, or the actor is no human.
    """
    actor.require(Right.REVIEW_LOGS)
    if period_to >= clock.today():
        raise ValidationError(_("Perioden är inte slut. Välj en dag som har varit."))
    if period_to < period_from:
        raise ValidationError(_("Sista dagen måste vara samma dag som den första eller senare."))
    start, end = bounds(period_from, period_to)
    size = Read.objects.filter(at__gte=start, at__lt=end).aggregate(rows=Count("id"), last=Max("id"))
    if not size["rows"]:
        raise ValidationError(_("Ingen har läst något under perioden."))
    review = LogReview.objects.create(
        period_from=period_from,
        period_to=period_to,
        seed=secrets.token_hex(16),
        sample_size=sample_size,
        last_read=size["last"],
        rows=size["rows"],
        made_by_id=_human(actor),
    )
    items = ReviewItem.objects.bulk_create(pick(review))
    _record(review, "log_review.begin", actor, rows=review.rows, items=len(items), seed=review.seed)
    return review


@transaction.atomic
def judge(*, review: LogReview, verdicts: Mapping[int, tuple[str, str]], actor: Actor) -> int:
    """Save ``verdicts``: item → verdict and note; an empty verdict changes nothing. Returns the number saved.

    Raises:
        ValidationError: the review is closed, or an unjustified access has no note.
    """
    actor.require(Right.REVIEW_LOGS)
    review = _open(review)
    given = {key: value for key, value in verdicts.items() if value[0] in ReviewItem.Verdict.values}
    changed = []
    for item in review.items.filter(pk__in=given):
        verdict, note = given[item.pk]
        note = without_numbers(note.strip())[:300]
        if verdict != ReviewItem.Verdict.JUSTIFIED and not note:
            raise ValidationError(_("Skriv vad som är oklart eller fel."))
        if (item.verdict, item.note) != (verdict, note):
            item.verdict, item.note = verdict, note
            item.judged_at, item.judged_by_id = clock.now(), _human(actor)
            changed.append(item)
    ReviewItem.objects.bulk_update(changed, ["verdict", "note", "judged_at", "judged_by"])
    if changed:
        _record(review, "log_review.judge", actor, after={str(item.read_id): item.verdict for item in changed})
    return len(changed)


@transaction.atomic
def close_review(*, review: LogReview, conclusion: str, actor: Actor) -> LogReview:
    """Close the review, which is then immutable.

    Raises:
        ValidationError: an item has no verdict, or there is no conclusion.
    """
    actor.require(Right.REVIEW_LOGS)
    review = _open(review)
    if review.items.filter(verdict="").exists():
        raise ValidationError(_("Bedöm alla rader först."))
    if not conclusion.strip():
        raise ValidationError(_("Skriv vad granskningen visade."))
    review.conclusion = without_numbers(conclusion.strip())[:2000]
    review.closed_at, review.closed_by_id = clock.now(), _human(actor)
    review.save(update_fields=["conclusion", "closed_at", "closed_by"])
    _record(review, "log_review.close", actor)
    return review


def reviews(*, actor: Actor) -> QuerySet[LogReview]:
    if not actor.may(Right.REVIEW_LOGS):
        return LogReview.objects.none()
    judged = Count("items", filter=~Q(items__verdict=""))
    found = LogReview.objects.select_related("made_by", "closed_by").order_by("-period_to", "-id")
    return found.annotate(items_count=Count("items"), judged=judged)


def month_to_review(*, today: datetime.date) -> tuple[datetime.date, datetime.date] | None:
    """Previous month, if it has accesses that no closed review covers."""
    last = today.replace(day=1) - datetime.timedelta(days=1)
    first = last.replace(day=1)
    if LogReview.objects.filter(closed_at__isnull=False, period_from__lte=first, period_to__gte=last).exists():
        return None
    start, end = bounds(first, last)
    return (first, last) if Read.objects.filter(at__gte=start, at__lt=end).exists() else None


def review_notice(actor: Actor) -> Notice | None:
    """Home page notice for reviewers."""
    month = month_to_review(today=clock.today()) if actor.may(Right.REVIEW_LOGS) else None
    return Notice("oversight/review/_reminder.html", month) if month else None


def _open(review: LogReview) -> LogReview:
    review = LogReview.objects.select_for_update().get(pk=review.pk)
    if review.closed_at:
        raise ValidationError(_("Granskningen är avslutad."))
    return review


def _human(actor: Actor) -> int:
    if actor.user_id is None:
        raise ValidationError(_("Bara en människa kan granska loggen."))
    return actor.user_id


def _record(review: LogReview, action: str, actor: Actor, after: dict[str, str] | None = None, **data: object) -> None:
    record(actor=actor, action=action, object_reference=review.reference, after=after, data=data)
