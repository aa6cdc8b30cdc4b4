"""Reasons for access to protected people: their pages are closed until a permitted user has given one.

The person is found from the URL alone: through every model that belongs to a person and has a reference, so new pages
are covered.
"""

import datetime
from functools import cache

from django.db import models
from django.db.models.fields.reverse_related import ManyToOneRel
from django.http import HttpRequest

from accounts.actors import Actor
from accounts.roles import Right
from allocation.selectors import visible_clients
from audit.services import record_reads
from choices.models import Person
from choices.selectors import visible_persons
from common import clock
from secrecy.protected import protected

OPEN_FOR = datetime.timedelta(minutes=15)
_SESSION = "protected_looks"


def protected_person_behind(*, reference: str, actor: Actor) -> Person | None:
    """Protected person of this reference, or of the letter, call, choice … with this reference.

    None if there is none, or ``actor`` may not see them: the page itself then answers 404.
    """
    if not reference or not actor.may(Right.SEE_PROTECTED):
        return None
    persons = Person.objects.filter(protected())
    owners = persons.filter(reference=reference).values_list("pk")
    others = [
        model._base_manager.filter(reference=reference, person__in=persons).values_list("person")
        for model in _with_reference()
    ]
    found = {key for (key,) in owners.union(*others, all=True)}
    seen = visible_persons(actor=actor) if actor.provider is None else visible_clients(actor=actor)
    return seen.filter(pk__in=found).first() if found else None


@cache
def _with_reference() -> tuple[type[models.Model], ...]:
    """Models that belong to a person and are opened by a reference of their own."""
    relations = (field for field in Person._meta.get_fields() if isinstance(field, ManyToOneRel))
    owned = {field.related_model for field in relations if field.field.name == "person"}
    named = [model for model in owned if "reference" in {field.name for field in model._meta.concrete_fields}]
    return tuple(sorted(named, key=lambda model: model._meta.label))


def open_looks(request: HttpRequest) -> dict[str, str]:
    """People opened in this session: reference → given reason."""
    now = clock.now().isoformat()
    stored = request.session.get(_SESSION, {})
    return {reference: look["reason"] for reference, look in stored.items() if look["until"] > now}


def open_look(*, request: HttpRequest, person: Person, reason: str, actor: Actor) -> None:
    """Open the person in this session for 15 minutes. The reason is logged now, and with each access."""
    opened = {name: request.session[_SESSION][name] for name in open_looks(request)}
    until = (clock.now() + OPEN_FOR).isoformat()
    request.session[_SESSION] = {**opened, person.reference: {"reason": reason, "until": until}}
    record_reads(actor=actor, person_references=[person.reference], what="protected", reason=reason)
