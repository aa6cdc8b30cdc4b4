"""People that a citizen signed in by e-ID may act for: themselves, and by mandate.

Claims with identity numbers: OIDC Sweden, *Claims and Scopes Specification for the Swedish OpenID Connect Profile* 1.0.
"""

from collections.abc import Collection
from dataclasses import dataclass

from choices.models import Mandate, MandateHolder, Person
from citizens.access import mandate_now
from common import clock


@dataclass(frozen=True)
class Capacity:
    """A person to act for: oneself, or another by mandate."""

    person: Person
    mandate: Mandate | None = None
    holder: MandateHolder | None = None

    def session_row(self) -> list[int | None]:
        """Row ids, for the session."""
        return [
            self.person.pk,
            self.mandate.pk if self.mandate else None,
            self.holder.pk if self.holder else None,
        ]


def capacities_of(numbers: Collection[str]) -> list[Capacity]:
    """``numbers``: all numbers of one human, the current one first. Excludes the deceased and suspended mandates."""
    records = _records(numbers)
    own = [person.remaining for person in records]
    alive = list(dict.fromkeys(person for person in own if person.deceased_on is None))
    # Of two unmerged records, the one with the current number.
    capacities = [Capacity(person) for person in alive[:1]]
    if any(person.is_protected for person in [*records, *own]):
        # Protected people cannot act for others here (the mandate is valid on paper and through an officer).
        return capacities
    known = {*numbers, *(person.identity_number for person in [*records, *own])}
    holders = MandateHolder.objects.filter(
        identity_number__in=known,
        mandate__in=Mandate.objects.on(clock.today()),
        mandate__person__deceased_on=None,
        mandate__person__merged_into=None,
    )
    for holder in holders.select_related("mandate__person__area").order_by("mandate__person__sort_name", "pk"):
        person = holder.mandate.person
        mandate = mandate_now(pk=holder.mandate_id, person=person, day=clock.today())
        if mandate is not None and person not in alive:
            capacities.append(Capacity(person, mandate, holder))
    return capacities


def capacity_again(row: list[int | None]) -> Capacity | None:
    """A previously offered capacity, if it is still valid."""
    person_pk, mandate_pk, holder_pk = row
    if person_pk is None:
        return None
    person = Person.objects.filter(pk=person_pk, deceased_on=None, merged_into=None).select_related("area").first()
    if person is None:
        return None
    if mandate_pk is None:
        return Capacity(person)
    mandate = mandate_now(pk=mandate_pk, person=person, day=clock.today())
    holder = mandate.holders.filter(pk=holder_pk).first() if mandate and holder_pk else None
    return Capacity(person, mandate, holder) if holder else None


def _records(numbers: Collection[str]) -> list[Person]:
    found = {
        person.identity_number: person
        for person in Person.objects.filter(identity_number__in=list(numbers)).select_related("area")
    }
    return [found[number] for number in numbers if number in found]
