from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from choices.models import Person
from common import clock
from common.references import new_reference
from providers.models import Area, Provider


class Complaint(models.Model):
    """A complaint or a view about a provider (klagomål, synpunkt), with its answer. ``person`` empty: anonymous."""

    class Kind(models.TextChoices):
        TIME = "time", _("Tider och missade besök")
        STAFF = "staff", _("För många olika i personalen")
        TREATMENT = "treatment", _("Bemötande")
        CARE = "care", _("Hur hjälpen utförs")
        CONTACT = "contact", _("Svårt att få kontakt")
        SAFETY = "safety", _("Nycklar, stöld eller säkerhet")
        PRAISE = "praise", _("Beröm")
        OTHER = "other", _("Annat")

    class Channel(models.TextChoices):
        PHONE = "phone", _("Telefon")
        LETTER = "letter", _("Brev")
        EMAIL = "email", _("E-post")
        VISIT = "visit", _("Besök")
        WEB = "web", _("Webben")

    reference = models.CharField(_("referens"), max_length=20, unique=True, default=new_reference, editable=False)
    provider = models.ForeignKey(Provider, models.PROTECT, related_name="complaints", verbose_name=_("utförare"))
    area = models.ForeignKey(
        Area, models.PROTECT, null=True, blank=True, related_name="complaints", verbose_name=_("område")
    )
    person = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="complaints", verbose_name=_("person")
    )
    kind = models.CharField(_("vad det gäller"), max_length=9, choices=Kind)
    channel = models.CharField(_("hur den kom in"), max_length=6, choices=Channel)
    text = models.TextField(_("vad som sades"), max_length=4000)
    # The person has said that this is why they want another provider.
    wants_change = models.BooleanField(_("vill byta utförare på grund av detta"), default=False)
    received_on = models.DateField(_("kom in"))
    received_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("togs emot av")
    )
    registered_at = models.DateTimeField(_("registrerades"), default=clock.now)
    answer_by = models.DateField(_("svara senast"))
    answer = models.TextField(_("svar"), max_length=4000, blank=True)
    answered_on = models.DateField(_("besvarades"), null=True, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("besvarades av"),
    )

    class Meta:
        verbose_name = _("synpunkt")
        verbose_name_plural = _("synpunkter")
        ordering = ["-received_on", "-id"]
        indexes = [
            models.Index(name="followup_complaint_open", fields=["answer_by", "id"], condition=Q(answered_on=None))
        ]
        constraints = [
            models.CheckConstraint(name="followup_complaint_says_something", condition=~Q(text="")),
            models.CheckConstraint(
                name="followup_complaint_time_to_answer", condition=Q(answer_by__gt=F("received_on"))
            ),
            models.CheckConstraint(
                name="followup_complaint_answer_whole",
                condition=Q(answered_on=None, answered_by=None, answer="")
                | Q(answered_on__isnull=False, answered_on__gte=F("received_on"))
                & Q(answered_by__isnull=False)
                & ~Q(answer=""),
                violation_error_message=_("Svaret kan inte ha getts innan synpunkten kom in."),
            ),
        ]

    def __str__(self) -> str:
        return self.reference
