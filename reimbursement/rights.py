"""Rights in payment: officers of the municipality, and users of a provider about its own."""

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.roles import Right
from providers.models import Provider


def require_lines_of(provider: Provider, *, actor: Actor) -> None:
    """Raise ``PermissionDenied`` unless the actor works with payment, or is of ``provider`` and keeps its accounts."""
    if actor.provider is None:
        actor.require(Right.MANAGE_PAYMENT)
        return
    actor.require(Right.OWN_PAYMENT)
    if actor.provider != provider.code:
        raise PermissionDenied(_("Du har inte behörighet att göra detta."))


def reporting_provider(*, actor: Actor) -> Provider | None:
    """The provider whose user reports an absence; None: an officer.

    Raises:
        PermissionDenied: the actor may not report absences.
    """
    if actor.provider is None:
        actor.require(Right.REGISTER_ABSENCE)
        return None
    actor.require(Right.OWN_CLIENTS)
    return Provider.objects.get(code=actor.provider)
