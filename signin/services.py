"""Staff sign-in and sign-out."""

from typing import Any

import structlog
from allauth.usersessions.models import UserSession
from django.contrib.auth import login, logout
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest
from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.locking import lock_accounts, lock_user_names
from accounts.models import User
from accounts.roles import PROVIDER_ROLES, Right
from accounts.sessions import begin, end_all
from audit.services import record
from common.addresses import client_address
from providers.models import Area, Provider, ProviderMember
from providers.rights import give
from providers.services import set_areas
from signin.claims import Grant

log = structlog.get_logger(__name__)

# Actor of log entries without a signed-in user.
DOOR = Actor.system("inloggning")
_BACKEND = "accounts.backends.StaffBackend"


def note(*, user: User | None, action: str, **data: str) -> None:
    """Log a sign-in event. ``user`` None: unknown."""
    actor = Actor.staff(user) if user else DOOR
    record(actor=actor, action=action, object_reference=user.username[:60] if user else "", data=data)


@transaction.atomic
def let_in(request: HttpRequest, *, user: User, how: str) -> None:
    """Sign ``user`` in. Another user's session in this browser ends; the same user's continues."""
    if request.user != user:
        request.session.flush()
    old = request.session.session_key
    login(request, user, backend=_BACKEND)
    # Also with a new session key: Django keeps the session data of the same user.
    UserSession.objects.filter(session_key=old).delete()
    UserSession.objects.create_from_request(request)
    note(user=user, action="signin.in", how=how, address=client_address(request))


@transaction.atomic
def confirm(request: HttpRequest, *, user: User) -> None:
    """Record reauthentication of the signed-in ``user``."""
    old = request.session.session_key
    request.session.cycle_key()
    request.session.save()
    UserSession.objects.filter(session_key=old).update(session_key=request.session.session_key)
    begin(request)
    note(user=user, action="signin.confirmed", address=client_address(request))


def disclose(request: HttpRequest) -> None:
    user, key = request.user, request.session.session_key
    logout(request)
    if isinstance(user, User):
        UserSession.objects.filter(session_key=key).delete()
        note(user=user, action="signin.out")


@transaction.atomic
def user_behind(*, issuer: str, claims: dict[str, Any], grant: Grant) -> User | None:
    """User of the provider's claims, created or updated: names, roles, areas.

    Without a role no user is created; an existing one loses its roles, and is signed out everywhere. Then None.
    """
    if grant.provider and not Provider.objects.filter(code=grant.provider).exists():
        # STAFF_OIDC_PROVIDERS names no provider that is here.
        log.warning("sign_in.unknown_provider", code=grant.provider)
        grant = Grant(roles=frozenset())
    known = User.objects.select_for_update().filter(oidc_issuer=issuer, oidc_subject=claims["sub"])
    user = known.first()
    if not grant.roles and user is None:
        return None
    if user is None:
        # Two tabs may both be the first; and two people may wish for one name.
        lock_user_names()
        user = known.first()
    if user is None:
        user = User(username=_free_name(claims), oidc_issuer=issuer, oidc_subject=claims["sub"])
        user.set_unusable_password()
    user.oidc_name = str(claims.get("preferred_username") or "")[:150].lower()
    user.first_name = str(claims.get("given_name") or "")[:150]
    user.last_name = str(claims.get("family_name") or claims.get("name") or "")[:150]
    user.save()
    _set_roles(user, grant)
    if grant.decides_areas and not grant.provider:
        _set_areas(user, grant)
    if not grant.roles:
        end_all(user)
        return None
    return user


def _set_roles(user: User, grant: Grant) -> None:
    """Roles and the provider. What a provider's administrator has added is kept, while the provider is the same; what
    the claims gave before and no longer give ends.
    """
    before = sorted(user.groups.values_list("name", flat=True))
    member = ProviderMember.objects.filter(user=user).values_list("provider__code", flat=True).first() or ""
    roles = {role.value for role in grant.roles}
    if grant.provider and grant.roles and member == grant.provider:
        roles |= PROVIDER_ROLES & set(before) - set(user.oidc_roles.split())
    after = sorted(roles)
    user.oidc_roles = " ".join(sorted(grant.roles))
    user.save(update_fields=["oidc_roles"])
    if before == after and member == grant.provider:
        return
    # A user of a provider has no areas.
    alone: dict[str, Any] = {"everywhere": False, "areas": []} if grant.provider else {}
    give(user=user, roles=after, provider=grant.provider, by=None, **alone)
    record(
        actor=DOOR,
        action="user.roles",
        object_reference=user.username[:60],
        before={"roles": before},
        after={"roles": after},
        data={"provider": grant.provider} if grant.provider or member else {},
    )


def _set_areas(user: User, grant: Grant) -> None:
    before = None if user.all_areas else frozenset(user.areas.values_list("code", flat=True))
    areas = None if grant.areas is None else list(Area.objects.filter(code__in=grant.areas))
    after = None if areas is None else frozenset(area.code for area in areas)
    if before != after:
        set_areas(user=user, areas=areas, actor=DOOR)


def _free_name(claims: dict[str, Any]) -> str:
    """User name at the provider, with a number appended if taken."""
    wished = str(claims.get("preferred_username") or claims["sub"])[:140]
    name, number = wished, 1
    while User.objects.filter(username__iexact=name).exists():
        number += 1
        name = f"{wished}-{number}"
    return name


@transaction.atomic
def set_active(*, user: User, active: bool, actor: Actor) -> None:
    """Close or reopen an account. Closing takes effect at the next request.

    Raises:
        ValidationError: it is one's own.
    """
    actor = lock_accounts(user=user, actor=actor)
    actor.require(Right.MANAGE_USERS)
    if user.pk == actor.user_id:
        raise ValidationError(_("Du kan inte stänga ditt eget konto. Be en annan administratör."))
    User.objects.filter(pk=user.pk).update(is_active=active)
    action = "user.open" if active else "user.close"
    ended = 0 if active else end_all(user)
    record(actor=actor, action=action, object_reference=user.username[:60], data={"sessions_ended": ended})


@transaction.atomic
def sign_out_everywhere(*, user: User, actor: Actor) -> int:
    """End all sessions of ``user``: one's own, or anybody's with the permission to manage users."""
    if user.pk != actor.user_id:
        actor.require(Right.MANAGE_USERS)
    ended = end_all(user)
    record(
        actor=actor,
        action="user.signed_out_everywhere",
        object_reference=user.username[:60],
        data={"sessions_ended": ended},
    )
    return ended
