"""Template context of every page: the municipality, and the user's permissions."""

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from providers.models import Municipality
from staff_ui.access import actor_of


def site(request: HttpRequest) -> dict[str, object]:
    """Both are lazy: error pages and redirects run no query."""
    return {
        "municipality": SimpleLazyObject(lambda: Municipality.objects.filter(pk=1).first()),
        "may": SimpleLazyObject(lambda: _may(request)),
    }


def _may(request: HttpRequest) -> dict[str, bool]:
    """``{% if may.see_persons %}``; empty for the public and for staff without a role."""
    actor = actor_of(request)
    return {right.value: True for right in actor.rights} if actor else {}
