"""The person that a page is about."""

from django.http import Http404

from accounts.actors import Actor
from choices.models import Person
from choices.selectors import visible_persons


def visible_person(*, reference: str, actor: Actor) -> Person:
    """Raises ``Http404`` also for somebody the actor may not see."""
    person = visible_persons(actor=actor).select_related("area").filter(reference=reference).first()
    if person is None:
        raise Http404
    return person
