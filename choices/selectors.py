"""Queries of people and choices, scoped to the actor."""

from collections.abc import Iterable

from django.db.models import Prefetch, Q, QuerySet, Subquery

from accounts.actors import Actor
from accounts.roles import Right
from choices.models import Amendment, Choice, Person, Wish


def visible_persons(*, actor: Actor) -> QuerySet[Person]:
    """People ``actor`` may see: those of the actor's areas. Protected people only with the right to see them."""
    persons: QuerySet[Person] = Person.objects.filter(merged_into__isnull=True)
    if not actor.may(Right.SEE_PERSONS):
        return persons.none()
    if actor.areas is not None:
        persons = persons.filter(area__code__in=actor.areas)
    if not actor.may(Right.SEE_PROTECTED):
        persons = persons.filter(confidential=False, protected_registration=False)
    return persons


def current_choice_of(*, person: Person) -> Choice | None:
    """Last received choice of the person, or of a record merged into theirs, with wishes and providers.

    For many people at once: the relation ``chosen`` (allocation/facts/relations.sql).
    """
    return _standing_of(person).select_related("round", "mandate").prefetch_related(with_wishes()).first()


def pk_of_current(person: Person) -> Subquery:
    """The primary key of ``current_choice_of``, for a query of choices."""
    return Subquery(_standing_of(person).values("pk")[:1])


def with_wishes() -> "Prefetch[str, QuerySet[Wish], str]":
    """Wishes and providers in one query."""
    return Prefetch("wishes", Wish.objects.select_related("provider"))


def _standing_of(person: Person) -> QuerySet[Choice]:
    """The last received first."""
    # Few records, found first: with a condition on either of two tables all choices would be read.
    records = Person.objects.filter(Q(pk=person.pk) | Q(merged_into=person.pk))
    return Choice.objects.standing().filter(person__in=records).order_by("-received_on", "-id")


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
