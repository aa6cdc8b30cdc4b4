"""Accounts of a provider's own people: invited, given roles, closed. By the provider's administrator or the
municipality's; each change is logged, and rights go through ``providers.rights.give``."""

import datetime
import hashlib
from collections.abc import Collection

from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP
from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.locking import lock_accounts, lock_user_names
from accounts.models import User
from accounts.roles import PROVIDER_ROLES, Right, Role
from accounts.sessions import end_all
from audit.services import record
from common import clock
from common.references import new_reference
from provider_portal.models import Invitation
from providers.models import Provider
from providers.rights import give


def require_accounts(*, provider: Provider, actor: Actor) -> None:
    """Raise ``PermissionDenied`` unless the actor keeps the accounts of this provider."""
    own = actor.may(Right.OWN_PROVIDER) and actor.provider == provider.code
    if not (own or actor.may(Right.MANAGE_USERS)):
        raise PermissionDenied(_("Du har inte behörighet att göra detta."))


@transaction.atomic
def invite(
    *, provider: Provider, username: str, first_name: str, last_name: str, roles: Collection[str], actor: Actor
) -> tuple[User, str]:
    """Make a local account and its invitation. The code is returned and not stored.

    Raises:
        ValidationError: local accounts are off, no role, or the user name is taken.
    """
    require_accounts(provider=provider, actor=actor)
    _check_local()
    chosen = _roles(roles)
    if not chosen:
        raise ValidationError(_("Välj minst en roll."))
    lock_user_names()
    if User.objects.filter(username__iexact=username.strip()).exists():
        raise ValidationError({"username": _("Användarnamnet är upptaget. Välj ett annat.")})
    user = User(username=username.strip(), first_name=first_name.strip(), last_name=last_name.strip())
    user.set_unusable_password()
    user.full_clean()
    user.save()
    give(user=user, roles=chosen, provider=provider.code, by=actor.user_id)
    _log("invite", user, provider, actor, roles=chosen)
    return user, _invitation(user, actor)


@transaction.atomic
def invite_again(*, provider: Provider, user: User, actor: Actor) -> str:
    """A new invitation, for a lost password or telephone. What was there before ends: password, codes and sessions.

    Raises:
        ValidationError: the account is the municipality's, or closed.
    """
    _check_local()
    user = _held(user, provider, actor)
    if not user.is_local:
        raise ValidationError(_("Kontot loggar in med kommunens konto. Lösenordet finns där."))
    if not user.is_active:
        raise ValidationError(_("Kontot är stängt. Öppna det först."))
    user.set_unusable_password()
    user.save(update_fields=["password"])
    Authenticator.objects.filter(user=user).delete()
    _log("invite_again", user, provider, actor, sessions_ended=end_all(user))
    return _invitation(user, actor)


@transaction.atomic
def set_roles(*, provider: Provider, user: User, roles: Collection[str], actor: Actor) -> None:
    """Give and take roles, from the next page on: also who may see protected people.

    Raises:
        ValidationError: no role, or the actor's own account: another administrator does that.
    """
    user = _held(user, provider, actor)
    chosen = _roles(roles)
    if user.pk == actor.user_id:
        raise ValidationError(_("Du kan inte ändra dina egna roller. Be en annan administratör."))
    if not chosen:
        raise ValidationError(_("Välj minst en roll. Ska personen inte in längre, stäng kontot."))
    before = sorted(user.groups.values_list("name", flat=True))
    if before == chosen:
        return
    give(user=user, roles=chosen, by=actor.user_id)
    _log("roles", user, provider, actor, before=before, after=chosen)


@transaction.atomic
def set_open(*, provider: Provider, user: User, is_open: bool, actor: Actor) -> None:
    """Close an account, with effect from the next page, or open it again.

    Raises:
        ValidationError: it is the actor's own.
    """
    user = _held(user, provider, actor)
    if user.pk == actor.user_id:
        raise ValidationError(_("Du kan inte stänga ditt eget konto. Be en annan administratör."))
    User.objects.filter(pk=user.pk).update(is_active=is_open)
    ended = 0
    if not is_open:
        ended = end_all(user)
        _open_invitations(user).update(ended_at=clock.now())
    _log("open" if is_open else "close", user, provider, actor, sessions_ended=ended)


def open_invitation(*, username: str, code: str) -> Invitation | None:
    """The invitation in force of that user name and code."""
    found = Invitation.objects.filter(
        code_sha256=_digest(code),
        user__username__iexact=username.strip(),
        user__is_active=True,
        ended_at__isnull=True,
        expires_at__gt=clock.now(),
    )
    return found.select_related("user").first()


@transaction.atomic
def accept(*, invitation_id: int, password: str, secret: str) -> User | None:
    """Set the password and the one-time codes of ``secret``, whose first code the caller has checked. Once.

    None: the invitation has been used, or does not hold any more.
    """
    # The account first, as those who close it or invite again.
    User.objects.select_for_update(of=("self",), no_key=True).filter(invitations=invitation_id).first()
    held = Invitation.objects.select_for_update(of=("self",)).filter(
        pk=invitation_id, ended_at__isnull=True, expires_at__gt=clock.now(), user__is_active=True
    )
    invitation = held.select_related("user__provider_member__provider").first()
    if invitation is None:
        return None
    user: User = invitation.user
    user.set_password(password)
    user.save(update_fields=["password"])
    Authenticator.objects.filter(user=user).delete()
    TOTP.activate(user, secret)
    invitation.ended_at = clock.now()
    invitation.save(update_fields=["ended_at"])
    _log("accept", user, user.provider_member.provider, Actor.staff(user))
    return user


def _check_local() -> None:
    if not settings.PROVIDER_LOCAL_ACCOUNTS:
        raise ValidationError(_("Konton kommer från kommunens inloggning. Be kommunen om ett."))


def _roles(names: Collection[str]) -> list[str]:
    known = {role.value for role in PROVIDER_ROLES}
    return sorted(Role(name).value for name in set(names) & known)


def _held(user: User, provider: Provider, actor: Actor) -> User:
    """The account of this provider, locked. Raises ``PermissionDenied`` for any other, and for an actor who does not
    keep the accounts, or no longer.
    """
    require_accounts(provider=provider, actor=lock_accounts(user=user, actor=actor))
    found = User.objects.filter(pk=user.pk, provider_member__provider=provider).first()
    if found is None:
        raise PermissionDenied(_("Du har inte behörighet att göra detta."))
    return found


def _open_invitations(user: User) -> QuerySet[Invitation]:
    return Invitation.objects.filter(user=user, ended_at__isnull=True)


def _invitation(user: User, actor: Actor) -> str:
    now = clock.now()
    _open_invitations(user).update(ended_at=now)
    code = new_reference() + new_reference()[:4]
    Invitation.objects.create(
        user=user,
        code_sha256=_digest(code),
        made_by_id=actor.user_id,
        made_at=now,
        expires_at=now + datetime.timedelta(days=settings.PROVIDER_INVITATION_DAYS),
    )
    return "-".join(code[place : place + 4] for place in range(0, len(code), 4))


def _digest(code: str) -> str:
    """Of the code as typed: small letters, spaces and dashes do not matter."""
    signs = "".join(sign for sign in code.upper() if sign.isalnum())
    return hashlib.sha256(signs.encode()).hexdigest()


def _log(step: str, user: User, provider: Provider, actor: Actor, **data: object) -> None:
    record(
        actor=actor,
        action=f"provider_user.{step}",
        object_reference=user.username[:60],
        data={"provider": provider.code, **data},
    )
