"""Accounts of a provider's people."""

from django.db.models import Exists, OuterRef, QuerySet

from accounts.models import User
from common import clock
from provider_portal.models import Invitation
from providers.models import Provider


def accounts_of(*, provider: Provider) -> QuerySet[User]:
    """All of them, those in use first. ``is_invited``: an invitation waits to be used."""
    waiting = Invitation.objects.filter(user=OuterRef("pk"), ended_at__isnull=True, expires_at__gt=clock.now())
    own = User.objects.filter(provider_member__provider=provider).annotate(is_invited=Exists(waiting))
    return own.prefetch_related("groups").order_by("-is_active", "last_name", "first_name", "pk")
