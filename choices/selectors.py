"""Queries of people and choices, scoped to the actor."""

from django.db.models import Q, QuerySet

from accounts.actors import Actor
from accounts.roles import Right
from choices.models import Choice, Person


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
    return (
        Choice.objects.standing()
        # Few records, found first: with a condition on either of two tables all choices would be read.
        .filter(person__in=Person.objects.filter(Q(pk=person.pk) | Q(merged_into=person.pk)))
        .select_related("round", "mandate")
        .prefetch_related("wishes__provider")
        .order_by("-received_on", "-id")
        .first()
    )
