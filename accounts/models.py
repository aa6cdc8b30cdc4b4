from django.contrib.auth.models import AbstractUser
from django.db import models
from django.utils.translation import gettext_lazy as _


class User(AbstractUser):
    """Someone who works for the municipality. Roles are Django groups, see ``accounts.roles``.

    A role says what one may do, the areas (``providers.Area.officers``) with whose people. A new user has none.
    """

    all_areas = models.BooleanField(
        _("alla områden"), default=False, help_text=_("Annars bara personer i de områden som är valda.")
    )

    class Meta:
        verbose_name = _("användare")
        verbose_name_plural = _("användare")

    def __str__(self) -> str:
        return self.get_full_name() or self.username
