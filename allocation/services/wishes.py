"""End one wish and leave the others as they are."""

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
    """A new version of the choice without that provider; the other wishes keep their dates. None: nothing to end.

    Who has no wish left wishes for what they have: a choice all the same, so that no rule for silence is used. Who has
    nobody either keeps the wish, for without it nobody would look for a place.

    Raises:
        ValidationError: see ``register_choice``.
    """
    # One at a time per person: ended twice is one new version.
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
