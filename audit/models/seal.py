from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from common import clock


class Seal(models.Model):
    """Contents of a log when sealed: row numbers, each with its SHA-256, chained to the previous seal.

    A seal covers the numbers after the previous one up to ``until_id``. They are final: all writers had finished (see
    ``audit.sealing``). A number that is not in ``ids`` was never written. Append-only.
    """

    class Log(models.TextChoices):
        EVENTS = "events", _("Händelser")
        READS = "reads", _("Läsningar")
        HISTORY = "rows", _("Tidigare uppgifter")

    log = models.CharField(_("logg"), max_length=6, choices=Log)
    number = models.PositiveIntegerField(_("nummer"))
    at = models.DateTimeField(_("tidpunkt"), default=clock.now)
    # Serialisation version of the rows, so that they verify the same way after the table changes.
    version = models.PositiveSmallIntegerField(_("version"))
    until_id = models.BigIntegerField(_("till och med"))
    ids = ArrayField(models.BigIntegerField(), verbose_name=_("rader"))
    digests = models.BinaryField(_("radernas kontrollsummor"))
    previous_sha256 = models.CharField(_("förra sigillet"), max_length=64)
    sha256 = models.CharField(_("kontrollsumma"), max_length=64)

    class Meta:
        verbose_name = _("sigill")
        verbose_name_plural = _("sigill")
        ordering = ["log", "number"]
        constraints = [
            models.UniqueConstraint(name="audit_seal_one_chain", fields=["log", "number"]),
            models.UniqueConstraint(name="audit_seal_one_successor", fields=["log", "previous_sha256"]),
            models.CheckConstraint(name="audit_seal_counts_from_one", condition=Q(number__gte=1)),
        ]

    def __str__(self) -> str:
        return f"{self.log}:{self.number}:{self.sha256}"
