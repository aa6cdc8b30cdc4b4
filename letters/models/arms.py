from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from common import clock


class Arms(models.Model):
    """Picture of the municipality's arms, at the head of letters: a PNG. A letter names its picture by the digest, so
    that it is set the same way after the picture has been replaced.
    """

    content = models.BinaryField(_("bild"), editable=False)
    sha256 = models.CharField(_("kontrollsumma"), max_length=64)
    set_at = models.DateTimeField(_("lades in"), default=clock.now)
    set_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("lades in av")
    )
    removed_at = models.DateTimeField(_("togs bort"), null=True, blank=True)

    class Meta:
        verbose_name = _("kommunens vapen")
        verbose_name_plural = _("kommunens vapen")
        constraints = [
            models.UniqueConstraint(
                name="letters_arms_one_in_use", fields=["removed_at"], nulls_distinct=False,
                condition=Q(removed_at__isnull=True),
            )
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.sha256[:12]
