from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from common import clock


class Invitation(models.Model):
    """A one-time code with which the holder of a local account chooses a password and sets up one-time codes.

    Only the digest of the code is stored. A new invitation ends those before it.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="invitations", verbose_name=_("användare")
    )
    code_sha256 = models.CharField(_("kodens kontrollsumma"), max_length=64, unique=True, editable=False)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("gjordes av")
    )
    made_at = models.DateTimeField(_("gjordes"), default=clock.now)
    expires_at = models.DateTimeField(_("gäller till"))
    # Used, or ended by a newer one or by closing the account.
    ended_at = models.DateTimeField(_("slutade gälla"), null=True, blank=True)

    class Meta:
        verbose_name = _("inbjudan")
        verbose_name_plural = _("inbjudningar")
        constraints = [
            models.UniqueConstraint(
                name="provider_portal_invitation_one_open", fields=["user"], condition=Q(ended_at__isnull=True)
            ),
            models.CheckConstraint(name="provider_portal_invitation_forward", condition=Q(expires_at__gt=F("made_at"))),
        ]

    def __str__(self) -> str:
        return f"inbjudan {self.pk}"
