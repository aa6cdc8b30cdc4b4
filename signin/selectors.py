"""Staff users."""

from django.db.models import QuerySet
from django.utils.functional import Promise

from accounts.actors import Actor
from accounts.models import User
from accounts.roles import ROLE_NAMES, Right, Role


def staff_users(*, actor: Actor) -> QuerySet[User]:
    """All accounts of the municipality's staff, active ones first. A provider's accounts have pages of their own."""
    if not actor.may(Right.MANAGE_USERS):
        return User.objects.none()
    own = User.objects.filter(provider_member__isnull=True)
    return own.prefetch_related("groups", "areas").order_by("-is_active", "last_name", "first_name", "pk")


def roles_of(user: User) -> list[str | Promise]:
    """In the order of the table of roles."""
    names = {group.name for group in user.groups.all()}
    return [ROLE_NAMES[role] for role in Role if role.value in names]
