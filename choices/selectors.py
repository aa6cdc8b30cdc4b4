"""Queries of people and choices, scoped to the actor."""

from collections.abc import Iterable

from django.db.models import Prefetch, Q, QuerySet, prefetch_related_objects

from accounts.actors import Actor
from accounts.roles import Right
from choices.models import Amendment, Choice, ChoiceRound, Mandate, Person, Wish
from choices.models.person import PersonQuerySet
from common import rows
from secrecy.protected import not_protected

# The last received choice comes first. The few records of the person are found first: with a condition on either of two
# tables all choices would be read.
_OF_PERSON = "IN (SELECT p.id FROM choices_person p WHERE %(person)s IN (p.id, p.merged_into_id))"
_STANDING = f"""
FROM choices_choice c
WHERE c.person_id {_OF_PERSON}
    AND NOT EXISTS (SELECT FROM choices_choice corrected WHERE corrected.corrects_id = c.id)
ORDER BY c.received_on DESC, c.id DESC LIMIT 1
"""
# The current choice of a person. Takes person.
CURRENT = rows.Fixed(
    Choice,
    f"""
SELECT {rows.columns(Choice, "c")}, {rows.columns(ChoiceRound, "r")}, {rows.columns(Mandate, "m")}
FROM (SELECT c.* {_STANDING}) c
LEFT JOIN choices_choiceround r ON r.id = c.round_id
LEFT JOIN choices_mandate m ON m.id = c.mandate_id
""",  # noqa: S608 (constants)
    related={"round": ChoiceRound, "mandate": Mandate},
)

# The version that a choice received on a day follows, but for the one it corrects. Of the same record: of two records
# of a person the older queue date holds (the relation ``listed``). Takes person, received_on, corrects.
BEFORE = rows.Fixed(
    Choice,
    f"""
SELECT {rows.columns(Choice, "c")} FROM choices_choice c
WHERE c.person_id = %(person)s AND c.received_on <= %(received_on)s AND c.id IS DISTINCT FROM %(corrects)s
    AND NOT EXISTS (SELECT FROM choices_choice corrected WHERE corrected.corrects_id = c.id)
ORDER BY c.received_on DESC, c.id DESC LIMIT 1
""",  # noqa: S608 (constants)
)

# A choice of the person by its reference, whether it is the current one, and whether the person has amended a choice.
# Takes person, reference.
BY_REFERENCE = rows.Fixed(
    Choice,
    f"""
SELECT {rows.columns(Choice, "own")}, {rows.columns(ChoiceRound, "r")}, {rows.columns(Mandate, "m")},
    own.id = (SELECT c.id {_STANDING}), EXISTS (
        SELECT FROM choices_amendment a WHERE a.person_id {_OF_PERSON}
    )
FROM choices_choice own
LEFT JOIN choices_choiceround r ON r.id = own.round_id
LEFT JOIN choices_mandate m ON m.id = own.mandate_id
WHERE own.person_id {_OF_PERSON} AND own.reference = %(reference)s
""",  # noqa: S608 (constants)
    related={"round": ChoiceRound, "mandate": Mandate},
    more=("is_current", "is_amended"),
)


def visible_persons(*, actor: Actor) -> PersonQuerySet:
    """People ``actor`` may see: those of the actor's areas. Protected people only with the right to see them."""
    persons = Person.objects.filter(merged_into__isnull=True)
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
    found = rows.first(Choice, CURRENT.sql, {"person": person.pk}, related=CURRENT.related)
    if found:
        prefetch_related_objects([found], with_wishes())
    return found


def choice_of(*, person: Person, reference: str) -> Choice | None:
    """The person's choice, with wishes and providers. ``is_current``: as ``current_choice_of``. ``is_amended``: it may
    have ``amendments_of`` it.
    """
    values = {"person": person.pk, "reference": reference}
    found = rows.first(Choice, BY_REFERENCE.sql, values, related=BY_REFERENCE.related, more=BY_REFERENCE.more)
    if found:
        found.person = person
        prefetch_related_objects([found], with_wishes())
    return found


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
