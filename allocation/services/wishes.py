"""Removal of one wish, leaving the others unchanged."""

from collections.abc import Sequence

from django.db import transaction

from accounts.actors import Actor
from allocation.facts.people import placement_on
from choices.models import Choice, Mandate, Person
from choices.rounds import round_of
from choices.selectors import current_choice_of
from choices.services import register_choice
from common import clock
from providers.models import Provider


@transaction.atomic
def end_wish(
    *,
    person: Person,
    provider: Provider,
    channel: str,
    actor: Actor,
    mandate: Mandate | None = None,
    assured: Sequence[str] = (),
) -> Choice | None:
    """Store a new version of the choice without that provider; other wishes keep their dates. None: nothing to
    remove.

    A person without remaining wishes gets a wish for the current provider: it remains a choice, so no rule for
    silence applies. A person without a provider either keeps the wish, since otherwise no run would look for a place.

    Raises:
        ValidationError: see ``register_choice``.
    """
    # Serialised per person: two removals are one new version.
    Person.objects.select_for_update().get(pk=person.pk)
    choice = current_choice_of(person=person)
    ranking = [wish.provider for wish in choice.wishes.all()] if choice else []
    if choice is None or provider not in ranking:
        return None
    ranking.remove(provider)
    if not ranking:
        now = placement_on(person=person, day=clock.today())
        if now is None:
            return None
        ranking = [now.contract.provider]
    return register_choice(
        person=person,
        ranking=ranking,
        received_on=clock.today(),
        channel=channel,
        actor=actor,
        # While a round is open a change belongs to it.
        round=round_of(person=person, received_on=clock.today()),
        mandate=mandate,
        assured=assured,
        together=choice.together,
        queue_if_full=choice.queue_if_full,
        accepts_interim=choice.accepts_interim,
        language_wish=choice.language_wish,
    )
