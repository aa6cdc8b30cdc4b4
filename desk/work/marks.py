"""Officers' marks on work items: take, snooze, hand over, done.

Each form carries the version it was made from; a stale form changes nothing.
"""

import datetime
from collections.abc import Callable

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.models import User
from accounts.roles import roles_with
from audit.services import record
from common import clock
from desk.models import WorkMark
from desk.work.item import Item
from desk.work.listing import one_item

LONGEST_SNOOZE = datetime.timedelta(days=90)


class MarkedMeanwhile(Exception):
    """Another user has changed the mark since the page was opened. ``now`` is the current mark."""

    def __init__(self, now: WorkMark | None) -> None:
        super().__init__()
        self.now = now


def take(*, item: Item, seen: int, actor: Actor) -> WorkMark:
    def change(mark: WorkMark) -> None:
        mark.owner_id, mark.rests_until, mark.reason = actor.user_id, None, ""

    return _change(item, seen, actor, "take", change)


def leave(*, item: Item, seen: int, actor: Actor) -> WorkMark:
    """Release the item; it is not snoozed either."""

    def change(mark: WorkMark) -> None:
        mark.owner_id, mark.rests_until, mark.reason = None, None, ""

    return _change(item, seen, actor, "leave", change)


def snooze(*, item: Item, seen: int, until: datetime.date, reason: str, actor: Actor) -> WorkMark:
    """Snooze the item until that day, when it returns.

    Raises:
        ValidationError: no reason, a day that is not later than today, or one too far away.
    """
    if not reason.strip():
        raise ValidationError(_("Skriv varför det får vänta."))
    if not clock.today() < until <= clock.today() + LONGEST_SNOOZE:
        raise ValidationError(_("Välj en dag inom 90 dagar."))

    def change(mark: WorkMark) -> None:
        mark.rests_until, mark.reason = until, reason.strip()[:200]

    return _change(item, seen, actor, "rest", change)


def hand_over(*, item: Item, seen: int, to: User, actor: Actor) -> WorkMark:
    """Raises ``ValidationError`` unless ``to`` has the item in their own list."""
    if one_item(key=item.key, actor=Actor.staff(to), today=clock.today()) is None:
        raise ValidationError(_("%(who)s har inte behörighet till det här.") % {"who": to})

    def change(mark: WorkMark) -> None:
        mark.owner, mark.rests_until, mark.reason = to, None, ""

    return _change(item, seen, actor, "hand_over", change)


def done(*, item: Item, seen: int, reason: str, actor: Actor) -> WorkMark:
    """Raises ``ValidationError`` for an item that ends by itself, and without a reason."""
    if not item.kind.can_be_done:
        raise ValidationError(_("Det här försvinner av sig självt när det är gjort."))
    if not reason.strip():
        raise ValidationError(_("Skriv vad som är gjort."))

    def change(mark: WorkMark) -> None:
        mark.done_at, mark.reason = clock.now(), reason.strip()[:200]

    return _change(item, seen, actor, "done", change)


def colleagues(*, item: Item, actor: Actor) -> list[User]:
    """Possible recipients of the item: all other users whose role has the permission."""
    roles = [role.value for role in roles_with(item.kind.right)]
    others = User.objects.filter(groups__name__in=roles, is_active=True).exclude(pk=actor.user_id or 0)
    return list(others.distinct().order_by("first_name", "last_name", "pk"))


@transaction.atomic
def _change(item: Item, seen: int, actor: Actor, what: str, change: Callable[[WorkMark], None]) -> WorkMark:
    actor.require(item.kind.right)
    if actor.user_id is None:
        raise ValidationError(_("Bara en människa kan göra det här."))
    made = WorkMark(key=item.key, person=item.person, changed_by_id=actor.user_id, version=0)
    # The unique key admits one; the others wait for it and see its row.
    WorkMark.objects.bulk_create([made], ignore_conflicts=True)
    mark = WorkMark.objects.select_for_update(of=("self",)).select_related("owner", "changed_by").get(key=item.key)
    if mark.version != seen:
        raise MarkedMeanwhile(mark)
    before = {"owner": mark.owner_id, "rests_until": _text(mark.rests_until)}
    change(mark)
    mark.version += 1
    mark.changed_at, mark.changed_by_id = clock.now(), actor.user_id
    mark.full_clean()
    mark.save()
    record(
        actor=actor,
        action=f"work.{what}",
        person_reference=item.person.reference if item.person else "",
        object_reference=item.key,
        reason=mark.reason,
        before=before,
        after={"owner": mark.owner_id, "rests_until": _text(mark.rests_until)},
    )
    return mark


def _text(day: datetime.date | None) -> str | None:
    return day.isoformat() if day else None
