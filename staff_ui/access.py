"""Access to pages: ``staff_page`` for the municipality's staff, ``provider_page`` for a provider's own people."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlencode
from weakref import WeakKeyDictionary

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.models import User
from accounts.redirects import redirect_to_reauthentication
from accounts.roles import Right
from accounts.sessions import recently_authenticated
from audit.access_reasons import reasons_given
from audit.request_id import bind_user
from choices.models import Person
from choices.selectors import visible_persons
from staff_ui.reasons import open_looks, protected_person_behind

# Of each request: id of the user, and the actor.
_actors: WeakKeyDictionary[HttpRequest, tuple[int, Actor]] = WeakKeyDictionary()


def actor_of(request: HttpRequest) -> Actor | None:
    """The signed-in staff user, None for the public. Read once per request: the menu uses it too."""
    user = getattr(request, "user", None)
    if not isinstance(user, User):
        return None
    cached = _actors.get(request)
    if cached is None or cached[0] != user.pk:
        cached = _actors[request] = (user.pk, Actor.staff(user))
    return cached[1]


def visible_person(*, reference: str, actor: Actor) -> Person:
    """Raises ``Http404`` also for a person the actor may not see."""
    person = visible_persons(actor=actor).select_related("area").filter(reference=reference).first()
    if person is None:
        raise Http404
    return person


Page = Callable[..., HttpResponseBase]


def staff_page(right: Right | None = None, *, asks_reason: bool = True, fresh: bool = False) -> Callable[[Page], Page]:
    """Decorator: the view gets the actor as its second argument. Without the permission, and for users of a provider:
    403. Not signed in: redirect to sign-in.

    A page whose ``reference`` belongs to a protected person requires a reason first. ``fresh``: for critical actions,
    which require recent authentication; a post without it is discarded.
    """

    def refuse(actor: Actor) -> None:
        if actor.provider is not None:
            raise PermissionDenied(_("Sidan är för kommunens personal."))
        if right:
            actor.require(right)

    return _page(refuse, asks_reason=asks_reason, fresh=fresh)


def provider_page(
    right: Right | None = None, *, asks_reason: bool = True, fresh: bool = False
) -> Callable[[Page], Page]:
    """A page of a provider's own people: ``actor.provider`` is the code of their provider. As ``staff_page`` in the
    rest; the municipality's staff get 403.
    """

    def refuse(actor: Actor) -> None:
        if actor.provider is None:
            raise PermissionDenied(_("Sidan är för utförarens personal."))
        if right:
            actor.require(right)

    return _page(refuse, asks_reason=asks_reason, fresh=fresh)


def signed_in_page() -> Callable[[Page], Page]:
    """A page about the user's own account, for staff and users of providers."""
    return _page(lambda actor: None, asks_reason=False, fresh=False)


def _page(refuse: Callable[[Actor], None], *, asks_reason: bool, fresh: bool) -> Callable[[Page], Page]:
    def decorate(view: Page) -> Page:
        @login_required
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            actor = actor_of(request)
            assert actor is not None  # noqa: S101  (login_required has seen to it)
            bind_user(actor.user_id)
            refuse(actor)
            if fresh and not recently_authenticated(request):
                return redirect_to_reauthentication(request)
            looks = open_looks(request)
            response = _ask_why(request, actor, kwargs, looks) if asks_reason else None
            if response is None:
                with reasons_given(looks):
                    response = view(request, actor, *args, **kwargs)
            # Pages about people are not cached, neither in the browser nor in proxies.
            response.headers.setdefault("Cache-Control", "no-store, private")
            return response

        return guarded

    return decorate


def home_of(actor: Actor) -> str:
    """Name of the first page after signing in."""
    return "casework:home" if actor.provider is None else "portal:home"


def _ask_why(
    request: HttpRequest, actor: Actor, arguments: dict[str, Any], looks: dict[str, str]
) -> HttpResponseBase | None:
    """Redirect to the reason form, if this page is about a protected person not opened in this session; a post is
    discarded.
    """
    person = protected_person_behind(reference=arguments.get("reference", ""), actor=actor)
    return None if person is None or person.reference in looks else to_reason(request, person)


def ask_why(request: HttpRequest, person: Person) -> HttpResponseBase | None:
    """Reason form for a page whose URL does not lead to its person. None: it may be shown."""
    if not person.is_protected or person.reference in open_looks(request):
        return None
    return to_reason(request, person)


def to_reason(request: HttpRequest, person: Person) -> HttpResponse:
    """Redirect to the form that asks for a reason to see a protected person."""
    # A post cannot be repeated from there: back to the person.
    onward = {"till": request.get_full_path()} if request.method in ("GET", "HEAD") else {}
    actor = actor_of(request)
    page = "portal:reason" if actor and actor.provider else "casework:reason"
    address = reverse(page, args=[person.reference])
    return redirect(f"{address}?{urlencode(onward)}" if onward else address)
