"""Notes about a person. Append-only: a correction is a new note."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.roles import Right
from audit.services import record
from choices.models import Person
from desk.models import Note


@transaction.atomic
def write_note(*, person: Person, text: str, actor: Actor) -> Note:
    """Raises ``ValidationError`` for an empty or too long note, or one without a human author."""
    actor.require(Right.WORK_LIST)
    if not text.strip():
        raise ValidationError(_("Skriv något i anteckningen."))
    if actor.user_id is None:
        raise ValidationError(_("Bara en människa kan skriva en anteckning."))
    note = Note(person=person, text=text.strip(), written_by_id=actor.user_id)
    note.full_clean()
    note.save()
    record(actor=actor, action="note.write", person_reference=person.reference, object_reference=note.reference)
    return note
