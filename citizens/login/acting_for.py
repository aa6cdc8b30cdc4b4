"""For whom somebody who signed in by e-ID may act: themselves, and those they have a mandate for.

Sources of the numbers: OIDC Sweden, *Claims and Scopes Specification for the Swedish OpenID Connect Profile* 1.0.
"""

from collections.abc import Collection
from dataclasses import dataclass

from choices.models import Mandate, MandateHolder, Person
from citizens.access import mandate_now
from common import clock


@dataclass(frozen=True)
class Way:
    """One answer to "whom is it about?"."""

    person: Person
    mandate: Mandate | None = None
    holder: MandateHolder | None = None

    def kept(self) -> list[int | None]:
        """Row numbers, for the session."""
        return [
            self.person.pk,
            self.mandate.pk if self.mandate else None,
            self.holder.pk if self.holder else None,
        ]


def ways_of(numbers: Collection[str]) -> list[Way]:
    """``numbers`` are those of one human, the one in force first. Nobody dead; no mandate that is cut off."""
    records = _records(numbers)
    own = [_merged(person) for person in records]
    alive = list(dict.fromkeys(person for person in own if person.deceased_on is None))
    # Of two records that nobody has merged yet, the one by the number in force.
    ways = [Way(person) for person in alive[:1]]
    if any(person.is_protected for person in [*records, *own]):
        # Nobody who is protected acts for another here (the mandate stands, on paper and with an officer).
        return ways
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
            ways.append(Way(person, mandate, holder))
    return ways


def way_again(kept: list[int | None]) -> Way | None:
    """A way that was offered before, if it still is one."""
    person_pk, mandate_pk, holder_pk = kept
    if person_pk is None:
        return None
    person = Person.objects.filter(pk=person_pk, deceased_on=None, merged_into=None).select_related("area").first()
    if person is None:
        return None
    if mandate_pk is None:
        return Way(person)
    mandate = mandate_now(pk=mandate_pk, person=person, day=clock.today())
    holder = mandate.holders.filter(pk=holder_pk).first() if mandate and holder_pk else None
    return Way(person, mandate, holder) if holder else None


def _records(numbers: Collection[str]) -> list[Person]:
    found = {
        person.identity_number: person
        for person in Person.objects.filter(identity_number__in=list(numbers)).select_related("area")
    }
    return [found[number] for number in numbers if number in found]


def _merged(person: Person) -> Person:
    """Follow a record to the one that holds in its stead."""
    seen = {person.pk}
    while person.merged_into is not None and person.merged_into.pk not in seen:
        person = person.merged_into
        seen.add(person.pk)
    return person
