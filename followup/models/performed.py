from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from choices.models import Person
from providers.models import Provider

# 31 days of 24 hours, two carers at a time.
MOST_MINUTES = 2 * 31 * 24 * 60
MOST_STAFF = 200


class PerformedMonth(models.Model):
    """Performed minutes of a client in a calendar month, from the provider's time system.

    A month without a row is not reported; it is never read as nothing performed. ``staff``: different members of
    staff that the client met in the last 14 days of the month; null: not reported.
    """

    person = models.ForeignKey(Person, models.PROTECT, related_name="performed_months", verbose_name=_("person"))
    provider = models.ForeignKey(Provider, models.PROTECT, related_name="performed_months", verbose_name=_("utförare"))
    month = models.DateField(_("månad"), help_text=_("Månadens första dag."))
    minutes = models.PositiveIntegerField(_("utförda minuter"))
    staff = models.PositiveSmallIntegerField(_("olika personal på 14 dagar"), null=True, blank=True)

    class Meta:
        verbose_name = _("utförd tid")
        verbose_name_plural = _("utförd tid")
        constraints = [
            models.UniqueConstraint(name="followup_performed_once", fields=["month", "provider", "person"]),
            models.CheckConstraint(name="followup_performed_first_of_month", condition=Q(month__day=1)),
            models.CheckConstraint(name="followup_performed_at_most", condition=Q(minutes__lte=MOST_MINUTES)),
            models.CheckConstraint(
                name="followup_performed_staff",
                condition=Q(staff__isnull=True) | Q(staff__gte=1, staff__lte=MOST_STAFF),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person}: {self.month:%Y-%m}"
