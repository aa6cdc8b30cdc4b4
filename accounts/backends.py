"""The signed-in user of a request, read with roles, areas and provider: every page needs them."""

from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.models import Group
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import F, OuterRef

from accounts.models import User


class StaffBackend(ModelBackend):
    def get_user(self, user_id: int) -> User | None:
        """With ``role_names``, ``area_codes`` and ``provider_code`` (``Actor.staff``)."""
        user = OuterRef("pk")
        found = User.objects.annotate(
            role_names=ArraySubquery(Group.objects.filter(user=user).values("name")),
            area_codes=ArraySubquery(User.objects.filter(pk=user, areas__isnull=False).values("areas__code")),
            provider_code=F("provider_member__provider__code"),
        )
        signed_in = found.filter(pk=user_id).first()
        return signed_in if signed_in and self.user_can_authenticate(signed_in) else None
