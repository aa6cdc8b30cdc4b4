"""Stored results for areas, and the changes that end their validity (``allocation.facts.tally``).

Both tables can be emptied at any time.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _

from providers.models import Area


class FactChange(models.Model):
    """A transaction that wrote to a table the facts are read from. Written by triggers. ``person`` None: the change
    may concern everybody."""

    transaction = models.BigIntegerField(_("transaktion"), db_index=True)
    # No foreign key: the row may outlive the person.
    person = models.BigIntegerField(_("person"), null=True)
    at = models.DateTimeField(_("tidpunkt"), db_index=True)

    class Meta:
        verbose_name = _("ändring av underlag")
        verbose_name_plural = _("ändringar av underlag")
        constraints = [
            models.UniqueConstraint(
                name="allocation_factchange_once", fields=["transaction", "person"], nulls_distinct=False
            )
        ]

    def __str__(self) -> str:
        return f"{self.transaction}"


class AreaTally(models.Model):
    """Rows of a statement for one area and day. ``snapshot``: transactions visible when they were computed.

    ``what``: the statement, and the id of the provider or round it is about. ``rows``: without the area.
    """

    what = models.CharField(_("vad"), max_length=60)
    area = models.ForeignKey(Area, models.CASCADE, related_name="+", verbose_name=_("område"))
    day = models.DateField(_("dag"))
    rows = models.JSONField(_("siffror"))
    snapshot = models.TextField(_("underlag"))
    # Transaction numbers are valid for one run of one server.
    server_start = models.DateTimeField(_("serverns start"))
    counted_at = models.DateTimeField(_("räknades fram"))

    class Meta:
        verbose_name = _("räknat för område")
        verbose_name_plural = _("räknat för områden")
        constraints = [models.UniqueConstraint(name="allocation_areatally_one", fields=["what", "area", "day"])]

    def __str__(self) -> str:
        return f"{self.what} {self.area_id} {self.day}"
