"""Actor: the user or system that performs an action. Every service and scoped selector requires one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _

from accounts.roles import Right, rights_of

if TYPE_CHECKING:
    from accounts.models import User


# Length of the log's column: a first and a last name together may be twice that.
_LONGEST_NAME = 150


@dataclass(frozen=True)
class Actor:
    """A member of staff with the rights of their roles, or a named part of the system with all rights.

    ``areas``: codes of the areas whose people the actor works with; None: all. ``provider``: code of the provider that
    the user belongs to; None for the municipality's own staff.
    """

    name: str
    rights: frozenset[Right]
    user_id: int | None = None
    areas: frozenset[str] | None = None
    # For a citizen: reference of the only person they may act on.
    only_person: str | None = None
    provider: str | None = None

    @classmethod
    def staff(cls, user: User) -> Actor:
        # The user of a request comes with all three (accounts.backends).
        roles, areas = getattr(user, "role_names", None), getattr(user, "area_codes", None)
        provider: str | None = getattr(user, "provider_code", None)
        if roles is None:
            roles = user.groups.values_list("name", flat=True)
        if areas is None and not user.all_areas:
            areas = user.areas.values_list("code", flat=True)
        if not hasattr(user, "provider_code"):
            own = user.__class__.objects.filter(pk=user.pk)
            provider = own.values_list("provider_member__provider__code", flat=True).first()
        return cls(
            name=str(user)[:_LONGEST_NAME],
            rights=rights_of(roles),
            user_id=user.pk,
            areas=None if user.all_areas else frozenset(areas or ()),
            provider=provider or None,
        )

    @classmethod
    def system(cls, name: str) -> Actor:
        """The system: the nightly batch or a management command, identified by ``name``."""
        return cls(name=name, rights=frozenset(Right))

    @classmethod
    def citizen(cls, *, person: str, as_representative: bool = False) -> Actor:
        """A user of the citizen pages, choosing for themselves or by a mandate. ``person``: a reference.

        The name goes to the log and does not identify the user.
        """
        name = "företrädare" if as_representative else "medborgare"
        return cls(name=name, rights=frozenset({Right.REGISTER_CHOICE}), only_person=person)

    def is_same_human(self, user_id: int | None) -> bool:
        """Four eyes means two people, not two accounts (``accounts.linked_accounts``)."""
        # Imported here: it needs the user model, which is available only after the apps are loaded.
        from accounts.linked_accounts import accounts_of

        return self.user_id is not None and user_id in accounts_of(self.user_id)

    def may(self, right: Right) -> bool:
        return right in self.rights

    def require(self, right: Right) -> None:
        """Raise ``PermissionDenied`` unless the actor has the right."""
        if not self.may(right):
            raise PermissionDenied(_("Du har inte behörighet att göra detta."))

    def require_person(self, reference: str) -> None:
        """Raise ``PermissionDenied`` if a citizen acts on another person."""
        if self.only_person not in (None, reference):
            raise PermissionDenied(_("Du har inte behörighet att göra detta."))
