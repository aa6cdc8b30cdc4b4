"""Phone calls: every try is written down, and a call is done, to be made again, or no longer needed."""

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

# Who asks to be phoned is phoned within so many working days.
PHONE_WITHIN_WORKING_DAYS = 2


@transaction.atomic
def ask_for_call(
    *, person: Person, phone: str, words: str, actor: Actor, mandate: Mandate | None = None
) -> ContactTask:
    """Somebody asks to be phoned. Asked again before anybody has phoned, the number and the words are the new ones.

    Raises:
        ValidationError: no number to ring.
    """
    actor.require(Right.REGISTER_CHOICE)
    actor.require_person(person.reference)
    # One at a time per person: asked twice is still one call.
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
    """Somebody else has called since the page was opened. Nothing is written."""


@transaction.atomic
def record_attempt(*, task: ContactTask, tried: int, result: str, actor: Actor, note: str = "") -> ContactAttempt:
    """A try to reach somebody. Being reached makes the call done.

    Args:
        tried: how many attempts there were when the caller last looked; of several who saw the same, one is let in.

    Raises:
        TriedMeanwhile: there are others now.
        ValidationError: the call is done or dropped already, or no person of the staff makes it.
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
