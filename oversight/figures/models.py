from django.db import models
from django.utils.translation import gettext_lazy as _

from common import clock


class FigureSheet(models.Model):
    """Figures as they were published on a day. They stay so: two answers an hour apart would tell who came between.

    ``content`` holds the tables with what is hidden left out, so nothing here is about anybody; or with nothing hidden
    (``whole``), for staff who may see the people themselves.
    """

    period = models.CharField(_("period"), max_length=60)
    # The run a round's figures are of; empty before its places are given out.
    basis = models.CharField(_("underlag"), max_length=20, blank=True)
    day = models.DateField(_("dag"))
    whole = models.BooleanField(_("inget är dolt"), default=False)
    made_at = models.DateTimeField(_("räknades fram"), default=clock.now)
    content = models.JSONField(_("siffror"))

    class Meta:
        app_label = "casework"
        verbose_name = _("sifferblad")
        verbose_name_plural = _("sifferblad")
        ordering = ["-day", "period"]
        constraints = [
            models.UniqueConstraint(name="casework_figuresheet_once_a_day", fields=["period", "basis", "day", "whole"])
        ]

    def __str__(self) -> str:
        return f"{self.period} {self.day}"
