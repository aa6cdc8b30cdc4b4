"""Who is asking. Every staff page goes through ``staff_page``, which also says which right it needs."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponseBase

from accounts.actors import Actor
from accounts.models import User
from accounts.roles import Right
from audit.request_id import bind_user


def actor_of(request: HttpRequest) -> Actor | None:
    """The signed-in member of staff, None for the public."""
    user = getattr(request, "user", None)
    return Actor.staff(user) if isinstance(user, User) else None


def staff_page(
    right: Right | None = None,
) -> Callable[[Callable[..., HttpResponseBase]], Callable[..., HttpResponseBase]]:
    """The view gets the actor as its second argument. Without the right: 403. Not signed in: to the sign-in page."""

    def decorate(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
        @login_required
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            actor = actor_of(request)
            assert actor is not None  # noqa: S101  (login_required has seen to it)
            bind_user(actor.user_id)
            if right:
                actor.require(right)
            response = view(request, actor, *args, **kwargs)
            # Pages about people stay in no cache, neither the browser's nor one on the way.
            response.headers.setdefault("Cache-Control", "no-store, private")
            return response

        return guarded

    return decorate
