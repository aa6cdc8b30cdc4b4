"""Queries of people and choices, scoped to the actor."""

from collections.abc import Iterable

from django.db.models import Prefetch, Q, QuerySet, prefetch_related_objects
from django.db.models.expressions import RawSQL

from accounts.actors import Actor
from accounts.roles import Right
from choices.models import Amendment, Choice, ChoiceRound, Mandate, Person, Wish
from common import rows
from secrecy.protected import not_protected

# The last received choice comes first. The few records of the person are found first: with a condition on either of two
# tables all choices would be read.
_STANDING = """
FROM choices_choice c
WHERE c.person_id IN (SELECT p.id FROM choices_person p WHERE %(person)s IN (p.id, p.merged_into_id))
    AND NOT EXISTS (SELECT FROM choices_choice corrected WHERE corrected.corrects_id = c.id)
ORDER BY c.received_on DESC, c.id DESC LIMIT 1
"""
_CURRENT = f"""
SELECT {rows.columns(Choice, "c")}, {rows.columns(ChoiceRound, "r")}, {rows.columns(Mandate, "m")}
FROM (SELECT c.* {_STANDING}) c
LEFT JOIN choices_choiceround r ON r.id = c.round_id
LEFT JOIN choices_mandate m ON m.id = c.mandate_id
"""  # noqa: S608 (constants)


def visible_persons(*, actor: Actor) -> QuerySet[Person]:
    """People ``actor`` may see: those of the actor's areas. Protected people only with the right to see them."""
    persons: QuerySet[Person] = Person.objects.filter(merged_into__isnull=True)
    if not actor.may(Right.SEE_PERSONS):
        return persons.none()
    if actor.areas is not None:
        persons = persons.filter(area__code__in=actor.areas)
    if not actor.may(Right.SEE_PROTECTED):
        persons = persons.filter(not_protected())
    return persons


def current_choice_of(*, person: Person) -> Choice | None:
    """Last received choice of the person, or of a record merged into theirs, with wishes and providers.

    For many people at once: the relation ``chosen`` (allocation/facts/relations.sql).
    """
    related = {"round": ChoiceRound, "mandate": Mandate}
    found = rows.first(Choice, _CURRENT, {"person": person.pk}, related=related)
    if found:
        prefetch_related_objects([found], with_wishes())
    return found


def pk_of_current(person: Person) -> RawSQL:
    """The primary key of ``current_choice_of``, for a query of choices."""
    return RawSQL(f"SELECT c.id {_STANDING}".replace("%(person)s", "%s"), [person.pk])  # noqa: S611 (a constant)


def with_wishes() -> "Prefetch[str, QuerySet[Wish], str]":
    """Wishes and providers in one query."""
    return Prefetch("wishes", Wish.objects.select_related("provider"))


def amendments_of(choice: Choice) -> QuerySet[Amendment]:
    """Amendments of the choice that are in force. For many people: the relation ``amended``."""
    owner = choice.person.merged_into_id or choice.person_id
    after = Q(said_on__gt=choice.received_on) | Q(said_on=choice.received_on, registered_at__gte=choice.registered_at)
    found = Amendment.objects.filter(after, Q(person=owner) | Q(person__merged_into=owner), undone_at=None)
    return found.select_related("provider")


def ended_wishes(
    choice: Choice, known: Iterable[Amendment] | None = None, wishes: Iterable[Wish] | None = None
) -> dict[int, Amendment]:
    """Provider id → amendment that ended the choice's wish for it. A wish of another choice that ended meanwhile is not
    among them: a paper may be registered late.

    ``known``: all amendments of the person, and ``wishes``: those of the choice, if they are loaded already.
    """
    found = amendments_of(choice) if known is None else [each for each in known if _holds(each, choice)]
    ended = [each for each in found if each.kind == Amendment.Kind.ENDS_WISH]
    listed = {wish.provider_id for wish in (choice.wishes.all() if wishes is None else wishes)}
    return {each.provider_id: each for each in ended if each.provider_id in listed}


def _holds(amendment: Amendment, choice: Choice) -> bool:
    """The condition of ``amendments_of`` for one."""
    said, received = (amendment.said_on, amendment.registered_at), (choice.received_on, choice.registered_at)
    return amendment.undone_at is None and said >= received


def wishes_left(choice: Choice) -> list[Wish]:
    """The wishes of the choice that have not ended, in order."""
    ended = ended_wishes(choice)
    return [wish for wish in choice.wishes.all() if wish.provider_id not in ended]
