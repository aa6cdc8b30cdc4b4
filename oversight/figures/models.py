from django.db import models
from django.utils.translation import gettext_lazy as _

from common import clock


class FigureSheet(models.Model):
    """Figures as published on a day. Immutable: two answers an hour apart would reveal a person who came between.

    ``content``: tables without hidden cells, so no personal data; or with everything (``whole``), for staff who may see
    the people themselves.
    """

    period = models.CharField(_("period"), max_length=60)
    # Run of a round's figures; empty while undecided.
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
