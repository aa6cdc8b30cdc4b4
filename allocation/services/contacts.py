"""Phone calls: every attempt is recorded; a call is done, to be repeated, or no longer needed."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.roles import Right
from allocation.models import ContactAttempt, ContactTask
from audit.services import record
from choices.models import Mandate, Person
from common import clock
from common.workdays import working_days_after

# Deadline in working days after a person asks to be phoned.
PHONE_WITHIN_WORKING_DAYS = 2


@transaction.atomic
def ask_for_call(
    *, person: Person, phone: str, words: str, actor: Actor, mandate: Mandate | None = None
) -> ContactTask:
    """Request a call. A repeated request before the call updates number and message.

    Raises:
        ValidationError: no phone number.
    """
    actor.require(Right.REGISTER_CHOICE)
    actor.require_person(person.reference)
    # Serialised per person: two requests are one call.
    Person.objects.select_for_update().get(pk=person.pk)
    asked = {"person": person, "kind": ContactTask.Kind.ASKED, "status": ContactTask.Status.TO_DO}
    task = ContactTask.objects.filter(**asked).first() or ContactTask(
        **asked, due_on=working_days_after(clock.today(), PHONE_WITHIN_WORKING_DAYS)
    )
    if not phone.strip():
        raise ValidationError({"phone": _("Skriv vilket nummer vi ska ringa.")})
    task.phone, task.words = phone.strip(), words.strip()
    task.full_clean()
    task.save()
    record(
        actor=actor,
        action="contact.ask",
        person_reference=person.reference,
        object_reference=task.reference,
        acting_for=f"mandate:{mandate.pk}" if mandate else "",
    )
    return task


class TriedMeanwhile(Exception):
    """Another officer has recorded an attempt since the page was opened. Nothing is written."""


@transaction.atomic
def record_attempt(*, task: ContactTask, tried: int, result: str, actor: Actor, note: str = "") -> ContactAttempt:
    """Record an attempt to reach the person. Reaching them completes the call.

    Args:
        tried: number of attempts when the caller last looked; of several callers with the same number one succeeds.

    Raises:
        TriedMeanwhile: the number has changed.
        ValidationError: the call is completed or dropped, or the actor is not a member of staff.
    """
    actor.require(Right.REGISTER_CHOICE)
    task = ContactTask.objects.select_for_update(of=("self",)).select_related("person").get(pk=task.pk)
    if task.attempts.count() != tried:
        raise TriedMeanwhile
    if task.status != ContactTask.Status.TO_DO:
        raise ValidationError(_("Samtalet är redan klart."))
    if actor.user_id is None:
        raise ValidationError(_("Bara en människa kan ringa."))
    attempt = ContactAttempt(task=task, by_id=actor.user_id, result=result, note=note)
    attempt.full_clean()
    attempt.save()
    if result == ContactAttempt.Result.REACHED:
        task.status, task.done_at = ContactTask.Status.DONE, clock.now()
        task.save(update_fields=["status", "done_at"])
    record(
        actor=actor,
        action="contact.attempt",
        person_reference=task.person.reference,
        object_reference=task.reference,
        data={"result": result},
    )
    return attempt
