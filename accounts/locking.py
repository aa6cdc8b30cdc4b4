"""Locks on accounts: two changes at once see each other."""

from django.core.exceptions import PermissionDenied
from django.db import connection
from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.models import User

_USER_NAMES = 7_220_412


def lock_accounts(*, user: User, actor: Actor) -> Actor:
    """Lock the account of ``user`` and the actor's own until the transaction ends, in one order. Returns the actor
    with the rights of this moment: two administrators cannot close each other.

    Raises:
        PermissionDenied: the actor's account has been closed meanwhile.
    """
    ids = {user.pk} if actor.user_id is None else {user.pk, actor.user_id}
    held = {each.pk: each for each in User.objects.select_for_update(no_key=True).filter(pk__in=ids).order_by("pk")}
    if actor.user_id is None:
        return actor
    own = held.get(actor.user_id)
    if own is None or not own.is_active:
        raise PermissionDenied(_("Ditt konto är stängt"))
    return Actor.staff(own)


def lock_user_names() -> None:
    """Names of accounts are given one at a time: two that differ by case only are one name to a reader."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_USER_NAMES])
