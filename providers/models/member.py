from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from providers.models.terms import Provider


class ProviderMember(models.Model):
    """Membership of a user in a provider: at most one. Written by ``providers.rights.give`` alone.

    The database refuses a role of a provider without it, and every other right beside it
    (``providers/sql/set_rights.sql``).
    """

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="provider_member", verbose_name=_("användare")
    )
    provider = models.ForeignKey(Provider, models.PROTECT, related_name="members", verbose_name=_("utförare"))

    class Meta:
        verbose_name = _("utförarens användare")
        verbose_name_plural = _("utförarnas användare")

    def __str__(self) -> str:
        return f"{self.user_id} hos {self.provider_id}"
