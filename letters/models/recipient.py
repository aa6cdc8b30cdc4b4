from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from choices.models import Person
from common import clock
from letters.models.letter import Letter


class ReturnedLetter(models.Model):
    """A letter returned by the post. Until it is handled, no more letters go to that person."""

    class Reason(models.TextChoices):
        MOVED = "moved", _("Har flyttat")
        UNKNOWN = "unknown", _("Okänd på adressen")
        DECEASED = "deceased", _("Avliden enligt posten")
        ADDRESS = "address", _("Adressen är inte hel")
        OTHER = "other", _("Annat")

    class Handled(models.TextChoices):
        """Action taken."""

        ADDRESS = "address", _("Fick en ny adress, den är rättad i verksamhetssystemet")
        SENT = "sent", _("Brevet är skickat på nytt")
        PHONED = "phoned", _("Ringde, och berättade vad som stod i brevet")
        MET = "met", _("Träffade personen, och lämnade brevet")
        DECEASED = "deceased", _("Personen är avliden")
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
    handled_how = models.CharField(_("vad som gjordes"), max_length=8, choices=Handled, blank=True)
    handled_note = models.CharField(_("mer om det"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("brev som kom tillbaka")
        verbose_name_plural = _("brev som kom tillbaka")
        ordering = ["returned_on", "id"]
        indexes = [
            models.Index(name="letters_returned_open", fields=["returned_on"], condition=Q(handled_at__isnull=True))
        ]
        constraints = [
            models.CheckConstraint(
                name="letters_returned_says_what_was_done",
                condition=Q(handled_at__isnull=True, handled_how="")
                | (Q(handled_at__isnull=False) & ~Q(handled_how="") & ~Q(handled_how="other", handled_note="")),
                violation_error_message=_("Skriv vad som är gjort."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.letter} {self.returned_on}"


class DigitalMailbox(models.Model):
    """A person who wants letters in a digital mailbox (Mina meddelanden). No row: post on paper."""

    person = models.OneToOneField(Person, models.PROTECT, related_name="digital_mailbox", verbose_name=_("person"))
    opted_in_at = models.DateTimeField(_("sa ja"), default=clock.now)
    opted_out_at = models.DateTimeField(_("sa nej"), null=True, blank=True)

    class Meta:
        verbose_name = _("digital brevlåda")
        verbose_name_plural = _("digitala brevlådor")

    def __str__(self) -> str:
        return f"digital brevlåda {self.pk}"
