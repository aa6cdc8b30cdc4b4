from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    name = "accounts"
    default_auto_field = "django.db.models.BigAutoField"
    verbose_name = _("konton")

    def ready(self) -> None:
        post_migrate.connect(_add_roles, sender=self)


def _add_roles(using: str, **_kwargs: Any) -> None:
    """A group for each role, created after every migrate, also of an emptied database."""
    from django.contrib.auth.models import Group

    from accounts.roles import Role

    for role in Role:
        Group.objects.using(using).get_or_create(name=role.value)
