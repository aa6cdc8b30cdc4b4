"""Template context of every page: the municipality, and the user's permissions."""

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import SimpleLazyObject

from allocation.facts import shared
from providers.models import Municipality, Provider
from staff_ui.access import actor_of, home_of


def site(request: HttpRequest) -> dict[str, object]:
    """All are lazy: error pages and redirects run no query."""
    return {
        "municipality": SimpleLazyObject(lambda: municipality_of(request)),
        "may": SimpleLazyObject(lambda: _may(request)),
        "own_provider": SimpleLazyObject(lambda: _own_provider(request)),
        "signed_in_home": SimpleLazyObject(lambda: _home(request)),
    }


def municipality_of(request: HttpRequest) -> Municipality | None:
    """None before the set-up."""
    return shared.of(request).get(("municipality",), lambda: Municipality.objects.filter(pk=1).first())


def _may(request: HttpRequest) -> dict[str, bool]:
    """``{% if may.see_persons %}``; empty for the public and for staff without a role."""
    actor = actor_of(request)
    return {right.value: True for right in actor.rights} if actor else {}


def _own_provider(request: HttpRequest) -> Provider | None:
    """The provider that the signed-in user belongs to; None for staff and the public."""
    actor = actor_of(request)
    return Provider.objects.filter(code=actor.provider).first() if actor and actor.provider else None


def _home(request: HttpRequest) -> str:
    actor = actor_of(request)
    return reverse(home_of(actor)) if actor else ""
