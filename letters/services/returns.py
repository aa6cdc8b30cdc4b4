"""Returned mail, and mail posted by a named member of staff."""

import datetime
from collections.abc import Sequence

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.roles import Right
from audit.services import record
from common import clock
from letters.models import Letter, ReturnedLetter
from letters.selectors import visible_letters


@transaction.atomic
def register_return(
    *, reference: str, reason: str, actor: Actor, returned_on: datetime.date | None = None
) -> ReturnedLetter:
    """Register a letter returned by the post. ``reference`` as scanned or typed, with or without spaces and dashes.

    Idempotent.

    Raises:
        ValidationError: no such letter (in the actor's scope), or it has not been sent.
    """
    actor.require(Right.REGISTER_CHOICE)
    cleaned = "".join(sign for sign in reference.upper() if sign.isalnum())
    letter = visible_letters(actor=actor).select_for_update(of=("self",)).filter(reference=cleaned).first()
    if letter is None:
        raise ValidationError(_("Det finns inget brev med den referensen."))
    if letter.batch_id is None and letter.posted_on is None:
        raise ValidationError(_("Brevet har inte skickats."))
    if (existing := ReturnedLetter.objects.filter(letter=letter).first()) is not None:
        return existing
    returned = ReturnedLetter(
        letter=letter, reason=reason, returned_on=returned_on or clock.today(), registered_by_id=actor.user_id
    )
    returned.full_clean()
    returned.save()
    _record(returned, "letter.returned", actor)
    return returned


@transaction.atomic
def handle_return(*, returned: ReturnedLetter, how: str, actor: Actor, note: str = "") -> ReturnedLetter:
    """Record the action taken on a returned letter. From now on letters go to the person again.

    Args:
        how: one of ``ReturnedLetter.Handled``; OTHER needs a note.

    Raises:
        ValidationError: no action is given.
    """
    actor.require(Right.REGISTER_CHOICE)
    returned = (
        ReturnedLetter.objects.select_for_update(of=("self",)).select_related("letter__person").get(pk=returned.pk)
    )
    if returned.handled_at is None:
        returned.handled_at, returned.handled_by_id = clock.now(), actor.user_id
        returned.handled_how, returned.handled_note = how, note.strip()[:200]
        returned.full_clean()
        returned.save(update_fields=["handled_at", "handled_by", "handled_how", "handled_note"])
        _record(returned, "letter.return_handled", actor, handled=how, note=returned.handled_note)
    return returned


@transaction.atomic
def mark_protected_posted(*, letters: Sequence[Letter], actor: Actor) -> int:
    """Record that a named member of staff has posted these letters, in their two envelopes. Returns the number."""
    actor.require(Right.SEE_PROTECTED)
    locked = Letter.objects.select_for_update(of=("self",)).select_related("person").defer("facts")
    waiting = locked.filter(
        pk__in=[letter.pk for letter in letters], route=Letter.Route.PROTECTED, posted_on__isnull=True
    )
    count = 0
    for letter in waiting:
        if letter.rendered_at is None:
            raise ValidationError(_("Brevet är inte framställt än."))
        letter.posted_on = clock.today()
        letter.save(update_fields=["posted_on"])
        record(
            actor=actor,
            action="letter.protected_posted",
            person_reference=letter.person.reference,
            object_reference=letter.reference,
        )
        count += 1
    return count


def _record(returned: ReturnedLetter, action: str, actor: Actor, **more: str) -> None:
    record(
        actor=actor,
        action=action,
        person_reference=returned.letter.person.reference,
        object_reference=returned.letter.reference,
        data={"reason": returned.reason, **more},
    )
