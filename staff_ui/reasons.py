"""A page about a protected person is shut until whoever may see them has said why.

The address of the page is enough to know whom it is about: every row that belongs to a person and has a reference of
its own is found, so a page that is added later is shut like the others.
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
from choices.protection import PROTECTED
from choices.selectors import visible_persons
from common import clock

OPEN_FOR = datetime.timedelta(minutes=15)
_SESSION = "protected_looks"


def protected_person_behind(*, reference: str, actor: Actor) -> Person | None:
    """The protected person that this reference, or the letter, call, choice … of this reference, belongs to.

    None when nobody is, or when ``actor`` may not see them: the page itself then says that it does not exist.
    """
    if not reference or not actor.may(Right.SEE_PROTECTED):
        return None
    protected = Person.objects.filter(PROTECTED)
    owners = protected.filter(reference=reference).values_list("pk")
    others = [
        model._base_manager.filter(reference=reference, person__in=protected).values_list("person")
        for model in _with_reference()
    ]
    found = {key for (key,) in owners.union(*others, all=True)}
    seen = visible_persons(actor=actor) if actor.provider is None else visible_clients(actor=actor)
    return seen.filter(pk__in=found).first() if found else None


@cache
def _with_reference() -> tuple[type[models.Model], ...]:
    """The models that belong to a person and are opened by a reference of their own."""
    relations = (field for field in Person._meta.get_fields() if isinstance(field, ManyToOneRel))
    owned = {field.related_model for field in relations if field.field.name == "person"}
    named = [model for model in owned if "reference" in {field.name for field in model._meta.concrete_fields}]
    return tuple(sorted(named, key=lambda model: model._meta.label))


def open_looks(request: HttpRequest) -> dict[str, str]:
    """The persons that are open to this session now: reference → the reason that was given."""
    now = clock.now().isoformat()
    kept = request.session.get(_SESSION, {})
    return {reference: look["reason"] for reference, look in kept.items() if look["until"] > now}


def open_look(*, request: HttpRequest, person: Person, reason: str, actor: Actor) -> None:
    """Open the person to this session for a quarter of an hour. The reason is logged now, and with each look."""
    opened = {name: request.session[_SESSION][name] for name in open_looks(request)}
    until = (clock.now() + OPEN_FOR).isoformat()
    request.session[_SESSION] = {**opened, person.reference: {"reason": reason, "until": until}}
    record_reads(actor=actor, person_references=[person.reference], what="protected", reason=reason)
