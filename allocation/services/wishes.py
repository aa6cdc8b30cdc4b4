"""End of a single wish; the others, and the choice, are unchanged."""

import datetime
from collections.abc import Sequence

from django.db import transaction

from accounts.actors import Actor
from allocation.facts.people import placement_on
from allocation.services.together import ask_household
from choices.amendments import amend
from choices.models import Amendment, Mandate, Person
from choices.selectors import current_choice_of, wishes_left
from common import clock
from providers.models import Provider


@transaction.atomic
def end_wish(
    *,
    person: Person,
    provider: Provider,
    channel: str,
    actor: Actor,
    said_on: datetime.date | None = None,
    mandate: Mandate | None = None,
    assured: Sequence[str] = (),
) -> Amendment | None:
    """End the wish for that provider; the others keep their dates. None: nothing to end.

    Without wishes left a person stays with the current provider. A person without a provider keeps the wish, since no
    place would be sought otherwise. Other members of a joint choice are phoned.

    Raises:
        ValidationError: see ``choices.amendments.amend``.
    """
    # Serialised per person: ended twice is one amendment.
    Person.objects.select_for_update().get(pk=person.pk)
    choice = current_choice_of(person=person)
    left = [wish.provider for wish in wishes_left(choice)] if choice else []
    if provider not in left:
        return None
    if left == [provider] and placement_on(person=person, day=clock.today()) is None:
        return None
    ended = amend(
        person=person,
        kind=Amendment.Kind.ENDS_WISH,
        provider=provider,
        channel=channel,
        said_on=said_on,
        actor=actor,
        mandate=mandate,
        assured=assured,
    )
    ask_household(person=person, provider=provider)
    return ended


@transaction.atomic
def take_back(
    *,
    person: Person,
    channel: str,
    actor: Actor,
    mandate: Mandate | None = None,
    assured: Sequence[str] = (),
) -> list[Amendment]:
    """End all wishes of the choice: the person stays with the current provider and leaves every queue. What is decided
    already is unchanged. Empty: no wishes, or no provider to stay with.

    Raises:
        ValidationError: see ``choices.amendments.amend``.
    """
    Person.objects.select_for_update().get(pk=person.pk)
    choice = current_choice_of(person=person)
    if choice is None or placement_on(person=person, day=clock.today()) is None:
        return []
    ended = [
        end_wish(person=person, provider=wish.provider, channel=channel, actor=actor, mandate=mandate, assured=assured)
        for wish in wishes_left(choice)
    ]
    return [each for each in ended if each]
