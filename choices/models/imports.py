from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from common import clock


class ImportFile(models.Model):
    """An imported file. Importing the same content again changes nothing and adds no row."""

    class Kind(models.TextChoices):
        PERSONS = "persons", _("Personer")
        DECISIONS = "decisions", _("Biståndsbeslut")
        CHOICES = "choices", _("Val")
        PLACEMENTS = "placements", _("Nuvarande utförare")
        MANDATES = "mandates", _("Ställföreträdare")
        QUOTAS = "quotas", _("Avtal, tak, garantier och andelar")
        PERFORMED = "performed", _("Utförd tid")
        ABSENCES = "absences", _("Frånvaro")

    kind = models.CharField(_("slag"), max_length=12, choices=Kind)
    sha256 = models.CharField(_("kontrollsumma"), max_length=64)
    rows = models.PositiveIntegerField(_("rader"))
    added = models.PositiveIntegerField(_("nya"))
    changed = models.PositiveIntegerField(_("ändrade"))
    unchanged = models.PositiveIntegerField(_("oförändrade"))
    applied_at = models.DateTimeField(_("lästes in"), default=clock.now)
    applied_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("lästes in av"),
    )

    class Meta:
        verbose_name = _("inläst fil")
        verbose_name_plural = _("inlästa filer")
        ordering = ["-applied_at"]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.applied_at:%Y-%m-%d %H:%M}"
