from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from choices.models import Person
from common import clock
from providers.models import ServiceType


class DelayReason(models.Model):
    """Reason stated by an officer why a granted decision was not executed. It belongs to the gap that begins on
    ``starts_on`` (the relation ``service_gap``); the gap itself is computed and stored nowhere.
    """

    class Reason(models.TextChoices):
        NO_PROVIDER = "no_provider", _("Ingen utförare hade plats")
        EXIT = "exit", _("Utföraren upphörde och en ny kom inte i tid")
        DECLINED = "declined", _("Personen tackade nej till den hjälp som erbjöds")
        SPECIFIC = "specific", _("Personen väntar på en viss utförare")
        AWAY = "away", _("Personen var på sjukhus eller korttidsboende, eller bortrest")
        NOT_REACHED = "not_reached", _("Personen gick inte att nå")
        REGISTER = "register", _("Hjälpen gavs, men uppgiften saknas här")
        OTHER = "other", _("Annat skäl")

    person = models.ForeignKey(Person, models.PROTECT, related_name="delay_reasons", verbose_name=_("person"))
    service_type = models.ForeignKey(ServiceType, models.PROTECT, related_name="+", verbose_name=_("insats"))
    starts_on = models.DateField(_("utan hjälp från"))
    reason = models.CharField(_("skäl"), max_length=12, choices=Reason)
    note = models.CharField(_("mer om skälet"), max_length=300, blank=True)
    stated_at = models.DateTimeField(_("angavs"), default=clock.now)
    stated_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("angavs av")
    )

    class Meta:
        verbose_name = _("skäl till dröjsmål")
        verbose_name_plural = _("skäl till dröjsmål")
        constraints = [
            models.UniqueConstraint(name="followup_delay_once", fields=["person", "service_type", "starts_on"]),
            models.CheckConstraint(
                name="followup_delay_other_says_what",
                condition=~models.Q(reason="other") | ~models.Q(note=""),
                violation_error_message=_("Skriv vilket skälet är."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person}: {self.starts_on}"
