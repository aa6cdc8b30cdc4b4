"""Who is asking on the citizen's side. Every page of one's own goes through ``citizen_page``.

The session holds for whom somebody acts and by which mandate, as row numbers. All that could have ended since (life,
the mandate, the right to use the e-service) is asked anew at every request.
"""

import datetime
from collections.abc import Callable
from dataclasses import dataclass
from functools import update_wrapper
from typing import Concatenate, ParamSpec
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse

from accounts.actors import Actor
from botkyrka_hemtjanst import clock
from choices.models import Mandate, Person
from choices.protection import without_cut_mandates

P = ParamSpec("P")

SESSION_KEY = "citizen"
# How somebody signed in: by e-ID, or with the code from the letter.
EID, CODE = "eid", "code"


@dataclass(frozen=True)
class Citizen:
    """Somebody signed in, and the person whose choice it is. ``mandate`` None: they choose for themselves."""

    person: Person
    mandate: Mandate | None
    how: str

    @property
    def actor(self) -> Actor:
        return Actor.citizen(person=self.person.reference, as_representative=self.mandate is not None)


def sign_in(request: HttpRequest, *, person: Person, how: str, mandate: Mandate | None = None) -> None:
    """The session gets a new key; what was typed before signing in stays in it."""
    request.session.cycle_key()
    request.session[SESSION_KEY] = {
        "person": person.pk,
        "mandate": mandate.pk if mandate else None,
        "how": how,
        "at": clock.now().isoformat(),
    }


def sign_out(request: HttpRequest) -> None:
    request.session.flush()


def citizen_of(request: HttpRequest) -> Citizen | None:
    """None: nobody is signed in, or what they signed in by has ended."""
    kept = request.session.get(SESSION_KEY)
    if not kept:
        return None
    person = Person.objects.filter(pk=kept["person"], deceased_on=None, merged_into=None).select_related("area").first()
    if person is None or (person.is_protected and kept["how"] == CODE):
        return None
    if kept["mandate"] is None:
        return Citizen(person, None, kept["how"])
    mandate = mandate_now(pk=kept["mandate"], person=person, day=clock.today())
    return Citizen(person, mandate, kept["how"]) if mandate else None


def mandate_now(*, pk: int, person: Person, day: datetime.date) -> Mandate | None:
    """The mandate, if somebody may act by it in the e-service on ``day``."""
    return without_cut_mandates(Mandate.objects.on(day).filter(pk=pk, person=person)).first()


def citizen_page(
    view: Callable[Concatenate[HttpRequest, Citizen, P], HttpResponseBase],
) -> Callable[Concatenate[HttpRequest, P], HttpResponseBase]:
    """The view gets the citizen as its second argument. Whoever is not signed in is sent to the doors, and back."""

    def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        citizen = citizen_of(request)
        if citizen is None:
            return redirect(f"{reverse('citizens:doors')}?{urlencode({'till': request.get_full_path()})}")
        response = view(request, citizen, *args, **kwargs)
        response.headers.setdefault("Cache-Control", "no-store, private")
        return response

    update_wrapper(guarded, view)
    return guarded
