"""Control register of a provider (Skatteverket's and Statskontoret's advice against welfare crime)."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from common import clock
from common.periods import Period, no_overlap, period_forward
from common.references import new_reference
from providers.models import Provider


class RegisteredFacts(Period):
    """The company as it stands in the registers during a period: number, name, owners, leading persons."""

    provider = models.ForeignKey(Provider, models.PROTECT, related_name="registered_facts", verbose_name=_("utförare"))
    organisation_number = models.CharField(_("organisationsnummer"), max_length=10)
    legal_name = models.CharField(_("namn i bolagsregistret"), max_length=120)
    owners = models.TextField(_("ägare och andelar"), max_length=1000)
    leadership = models.TextField(_("styrelse och ansvariga för verksamheten"), max_length=1000, blank=True)
    written_at = models.DateTimeField(_("skrevs in"), default=clock.now)
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("skrevs in av")
    )

    class Meta:
        verbose_name = _("registeruppgift")
        verbose_name_plural = _("registeruppgifter")
        ordering = ["provider", "-valid_from"]
        constraints = [
            period_forward("followup_registeredfacts_forward"),
            no_overlap(
                "followup_registeredfacts_no_overlap",
                "provider",
                message=_("Utföraren har redan uppgifter under den tiden."),
            ),
            models.CheckConstraint(
                name="followup_registeredfacts_number", condition=Q(organisation_number__regex=r"^[0-9]{10}$")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.provider}: {self.valid_from}"


class AgreementPoint(Period):
    """A point of the agreement that is checked, such as education of the staff or the system for deviations."""

    provider = models.ForeignKey(Provider, models.PROTECT, related_name="agreement_points", verbose_name=_("utförare"))
    title = models.CharField(_("avtalspunkt"), max_length=200)

    class Meta:
        verbose_name = _("avtalspunkt")
        verbose_name_plural = _("avtalspunkter")
        ordering = ["provider", "valid_from", "id"]
        constraints = [period_forward("followup_agreementpoint_forward")]

    def __str__(self) -> str:
        return self.title


class ProviderCheck(models.Model):
    """A check that was made, its result, and when the next one is due. A remark has a day when it is to be remedied."""

    class Kind(models.TextChoices):
        PERMIT = "permit", _("Tillstånd hos IVO")
        COMPANY = "company", _("Bolag, ägare och styrelse")
        TAX = "tax", _("Skatter och arbetsgivaravgifter")
        AGREEMENT = "agreement", _("Punkt i avtalet")
        VISIT = "visit", _("Besök i verksamheten")
        OTHER = "other", _("Annat")

    reference = models.CharField(_("referens"), max_length=20, unique=True, default=new_reference, editable=False)
    provider = models.ForeignKey(Provider, models.PROTECT, related_name="checks", verbose_name=_("utförare"))
    kind = models.CharField(_("vad som kontrollerades"), max_length=9, choices=Kind)
    point = models.ForeignKey(
        AgreementPoint, models.PROTECT, null=True, blank=True, related_name="checks", verbose_name=_("avtalspunkt")
    )
    made_on = models.DateField(_("kontrollerades"))
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("kontrollerades av")
    )
    note = models.CharField(_("vad som sågs"), max_length=500)
    next_on = models.DateField(_("nästa kontroll"), null=True, blank=True)
    remark = models.CharField(_("anmärkning"), max_length=500, blank=True)
    remedy_by = models.DateField(_("rättas senast"), null=True, blank=True)
    remedied_on = models.DateField(_("rättades"), null=True, blank=True)
    remedy = models.CharField(_("hur det rättades"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("kontroll av en utförare")
        verbose_name_plural = _("kontroller av utförare")
        ordering = ["-made_on", "-id"]
        indexes = [
            models.Index(
                name="followup_check_to_remedy",
                fields=["remedy_by"],
                condition=Q(remedy_by__isnull=False, remedied_on=None),
            )
        ]
        constraints = [
            models.CheckConstraint(
                name="followup_check_point_of_agreement",
                condition=Q(point__isnull=True, kind__in=["permit", "company", "tax", "visit", "other"])
                | Q(point__isnull=False, kind="agreement"),
                violation_error_message=_("Välj vilken avtalspunkt det gäller, bara för en punkt i avtalet."),
            ),
            models.CheckConstraint(
                name="followup_check_next_later",
                condition=Q(next_on__isnull=True) | Q(next_on__gt=F("made_on")),
                violation_error_message=_("Nästa kontroll ska vara efter den här."),
            ),
            models.CheckConstraint(
                name="followup_check_remark_has_day",
                condition=Q(remark="", remedy_by=None)
                | (~Q(remark="") & Q(remedy_by__isnull=False, remedy_by__gte=F("made_on"))),
                violation_error_message=_("En anmärkning ska ha en dag då den ska vara rättad."),
            ),
            models.CheckConstraint(
                name="followup_check_remedy_whole",
                condition=Q(remedied_on=None, remedy="")
                | (~Q(remark="") & ~Q(remedy="") & Q(remedied_on__isnull=False, remedied_on__gte=F("made_on"))),
                violation_error_message=_("Skriv hur det rättades, och en dag som inte är före kontrollen."),
            ),
        ]

    def __str__(self) -> str:
        return self.reference
