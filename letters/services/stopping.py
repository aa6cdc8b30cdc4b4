"""Batches not yet handed over with a letter that must not be sent as it is."""

from collections.abc import Mapping

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_noop

from accounts.actors import Actor
from accounts.roles import Right
from audit.services import record
from choices.models import Person
from letters.addressees import faults_by_letter
from letters.models import Letter, PrintBatch

_ACTOR = Actor.system("letters")
SPLIT = gettext_noop("Någon ska inte längre få sitt brev så. Det är borttaget, och resten sätts ihop på nytt.")


def stop_batches_of(person_id: int | None = None, **_signal: object) -> None:
    """Receiver of ``choices.signals.people_changed``: letters to the person, and copies to them as a holder."""
    if person_id is None:
        stop_batches(letters=Q(), actor=_ACTOR)
        return
    numbers = Person.objects.filter(pk=person_id).values("identity_number")
    stop_batches(letters=Q(person=person_id) | Q(holder__identity_number__in=numbers), actor=_ACTOR)


def stop_batches(*, letters: Q, actor: Actor) -> int:
    """Split the batches not handed over that contain one of these letters and a reason not to send it.

    ``letters``: a condition that limits the search. Returns the number of batches split.
    """
    waiting = (PrintBatch.Status.COMPOSED, PrintBatch.Status.APPROVED)
    found = Letter.objects.filter(letters, batch__status__in=waiting).order_by().values("batch")
    return sum(_stop(pk, actor) for pk in sorted(set(found.values_list("batch", flat=True))))


@transaction.atomic
def _stop(pk: int, actor: Actor) -> bool:
    batch = PrintBatch.objects.select_for_update(of=("self",)).get(pk=pk)
    if not batch.is_in_proof:
        return False
    wrong = faults_by_letter(batch.letters.all())
    if wrong:
        split(batch=batch, wrong=wrong, actor=actor)
    return bool(wrong)


def split(*, batch: PrintBatch, wrong: Mapping[int, str], actor: Actor) -> None:
    """Hold the ``wrong`` letters (id → reason) and let the others go to a new batch. The caller holds the batch's
    lock.
    """
    actor.require(Right.MAKE_LETTERS)
    letters = batch.letters.select_for_update(of=("self",))
    held = [letter for letter in letters.select_related("person").defer("facts").order_by("pk") if letter.pk in wrong]
    batch.letters.update(batch=None)
    hold_letters({letter: wrong[letter.pk] for letter in held}, actor)
    batch.status, batch.reject_reason = PrintBatch.Status.REJECTED, SPLIT
    batch.save(update_fields=["status", "reject_reason"])
    record(actor=actor, action="print_batch.split", object_reference=batch.reference, data={"held": len(held)})


def hold_letters(reasons: Mapping[Letter, str], actor: Actor) -> None:
    """Hold each letter, recording its reason."""
    for letter, reason in reasons.items():
        letter.route, letter.hold_reason = Letter.Route.HOLD, reason
        letter.save(update_fields=["route", "hold_reason"])
        record(
            actor=actor,
            action="letter.hold",
            person_reference=letter.person.reference,
            object_reference=letter.reference,
            data={"reason": reason},
        )
