from django.db import models
from django.utils.translation import gettext_lazy as _

from allocation.models.run import AllocationRun
from common import clock


class Night(models.Model):
    """The nightly batch of one business date. The row is the claim: a night runs once, completely or not at all.

    ``report`` maps each step to a count (see ``allocation.nightly.morning_counts``).
    """

    business_date = models.DateField(_("datum"), unique=True)
    started_at = models.DateTimeField(_("började"), default=clock.now)
    finished_at = models.DateTimeField(_("blev klar"), null=True, blank=True)
    run = models.OneToOneField(
        AllocationRun, models.PROTECT, null=True, blank=True, related_name="night", verbose_name=_("körning")
    )
    report = models.JSONField(_("rapport"), default=dict)

    class Meta:
        verbose_name = _("natt")
        verbose_name_plural = _("nätter")
        ordering = ["-business_date"]

    def __str__(self) -> str:
        return f"natten till {self.business_date}"


class NightStart(models.Model):
    """An attempt at a night, written before it begins and outside its transaction: it survives a killed process."""

    business_date = models.DateField(_("datum"), db_index=True)
    started_at = models.DateTimeField(_("började"), default=clock.now)

    class Meta:
        verbose_name = _("påbörjad natt")
        verbose_name_plural = _("påbörjade nätter")
        ordering = ["-started_at"]

    def __str__(self) -> str:
        return f"{self.business_date}: {self.started_at}"


class RunFailure(models.Model):
    """A failed run. Written after its rollback; shown in red on the officers' home page."""

    kind = models.CharField(_("slag"), max_length=6, choices=AllocationRun.Kind)
    business_date = models.DateField(_("datum"), db_index=True)
    at = models.DateTimeField(_("tidpunkt"), default=clock.now)
    error = models.CharField(_("fel"), max_length=500)

    class Meta:
        verbose_name = _("misslyckad körning")
        verbose_name_plural = _("misslyckade körningar")
        ordering = ["-at"]

    def __str__(self) -> str:
        return f"{self.kind} {self.business_date}: {self.error}"
