from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from choices.models.choice import Choice
from choices.models.person import Mandate, Person
from common import clock
from providers.models import Provider


class Amendment(models.Model):
    """Amendment of the current choice after its receipt (ändring): a declined place, a queue left, or consent to move
    without the household.

    The choice is unchanged: neither its reference nor a queue date changes. The amendment applies until a later choice
    is received (``choices.selectors.amendments_of``). ``said_on``: day of receipt.
    """

    class Kind(models.TextChoices):
        ENDS_WISH = "wish", _("Vill inte längre ha utföraren")
        ALONE = "alone", _("Kan byta utan sitt hushåll")

    person = models.ForeignKey(Person, models.PROTECT, related_name="amendments", verbose_name=_("person"))
    kind = models.CharField(_("vad"), max_length=5, choices=Kind)
    provider = models.ForeignKey(
        Provider, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("utförare")
    )
    said_on = models.DateField(_("kom in"))
    registered_at = models.DateTimeField(_("registrerades"), default=clock.now)
    registered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("registrerades av"),
    )
    channel = models.CharField(_("hur det kom in"), max_length=6, choices=Choice.Channel)
    mandate = models.ForeignKey(
        Mandate, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("med stöd av")
    )
    undone_at = models.DateTimeField(_("togs tillbaka"), null=True, blank=True)

    class Meta:
        verbose_name = _("ändring av ett val")
        verbose_name_plural = _("ändringar av val")
        ordering = ["said_on", "id"]
        constraints = [
            models.CheckConstraint(
                name="choices_amendment_wish_has_provider",
                condition=Q(kind="wish", provider__isnull=False) | Q(kind="alone", provider__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person}: {self.get_kind_display()}"
