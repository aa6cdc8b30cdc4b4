from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from choices.models import Person
from common import clock
from letters.models.letter import Letter


class ReturnedLetter(models.Model):
    """A letter that the post brought back. Until somebody has dealt with it, no more letters go to that person."""

    class Reason(models.TextChoices):
        MOVED = "moved", _("Har flyttat")
        UNKNOWN = "unknown", _("Okänd på adressen")
        DECEASED = "deceased", _("Avliden enligt posten")
        ADDRESS = "address", _("Adressen är inte hel")
        OTHER = "other", _("Annat")

    letter = models.OneToOneField(Letter, models.PROTECT, related_name="returned", verbose_name=_("brev"))
    reason = models.CharField(_("varför det kom tillbaka"), max_length=8, choices=Reason)
    returned_on = models.DateField(_("kom tillbaka"))
    registered_at = models.DateTimeField(_("registrerades"), default=clock.now)
    registered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("registrerades av"),
    )
    handled_at = models.DateTimeField(_("klart"), null=True, blank=True)
    handled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("gjort av")
    )

    class Meta:
        verbose_name = _("brev som kom tillbaka")
        verbose_name_plural = _("brev som kom tillbaka")
        ordering = ["returned_on", "id"]
        indexes = [
            models.Index(name="letters_returned_open", fields=["returned_on"], condition=Q(handled_at__isnull=True))
        ]

    def __str__(self) -> str:
        return f"{self.letter} {self.returned_on}"


class DigitalMailbox(models.Model):
    """A person who wants their letters in a digital mailbox (Mina meddelanden). No row: post on paper."""

    person = models.OneToOneField(Person, models.PROTECT, related_name="digital_mailbox", verbose_name=_("person"))
    opted_in_at = models.DateTimeField(_("sa ja"), default=clock.now)
    opted_out_at = models.DateTimeField(_("sa nej"), null=True, blank=True)

    class Meta:
        verbose_name = _("digital brevlåda")
        verbose_name_plural = _("digitala brevlådor")

    def __str__(self) -> str:
        return f"digital brevlåda {self.pk}"
