"""Areas, providers and quotas: contracts, ceilings, guarantees, the share ramp.

Minutes are granted minutes a month. Everything that changes over time is a period ``[valid_from, valid_until)``.
"""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from common.periods import Period, no_overlap, period_forward


class Area(models.Model):
    """A geographic area of choice (område). A person's area is stored, never derived from an address."""

    code = models.SlugField(_("kod"), max_length=30, unique=True)
    name = models.CharField(_("namn"), max_length=60)
    description = models.CharField(_("beskrivning"), max_length=200, blank=True)
    # Officers of this area only (``accounts.actors.Actor.areas``); others work with all areas.
    officers = models.ManyToManyField(
        settings.AUTH_USER_MODEL, related_name="areas", blank=True, verbose_name=_("handläggare")
    )

    class Meta:
        verbose_name = _("område")
        verbose_name_plural = _("områden")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class AreaPostcode(models.Model):
    """The usual area of a postcode: a suggestion, not a rule."""

    postal_code = models.CharField(_("postnummer"), max_length=5, primary_key=True)
    town = models.CharField(_("postort"), max_length=27)
    area = models.ForeignKey(Area, models.PROTECT, related_name="postcodes", verbose_name=_("område"))

    class Meta:
        verbose_name = _("postnummer")
        verbose_name_plural = _("postnummer")
        ordering = ["postal_code"]

    def __str__(self) -> str:
        return self.postal_code


class Provider(models.Model):
    """A provider of home care (utförare): the municipality's own, a company, or a non-profit."""

    class Kind(models.TextChoices):
        MUNICIPAL = "municipal", _("Kommunens egen hemtjänst")
        PRIVATE = "private", _("Företag")
        NON_PROFIT = "non_profit", _("Ideell organisation")

    class Meals(models.TextChoices):
        COOKED = "cooked", _("Lagar mat hemma hos dig")
        DELIVERED = "delivered", _("Kommer med färdig mat")
        HALAL = "halal", _("Halalmat")
        VEGETARIAN = "vegetarian", _("Vegetarisk mat")

    code = models.SlugField(_("kod"), max_length=30, unique=True)
    name = models.CharField(_("namn"), max_length=60)
    kind = models.CharField(_("driftsform"), max_length=12, choices=Kind)
    phone = models.CharField(_("telefon"), max_length=30, blank=True)
    email = models.EmailField(_("e-post"), blank=True)
    website = models.CharField(_("webbplats"), max_length=100, blank=True)
    staff_languages = ArrayField(
        models.CharField(max_length=3),
        verbose_name=_("personalens språk"),
        default=list,
        blank=True,
        help_text=_("Språkkoder, till exempel sv, fi, ar."),
    )
    owner = models.CharField(_("vem äger"), max_length=120, blank=True)
    # Empty: not answered, which is not a no.
    meals = ArrayField(models.CharField(max_length=12, choices=Meals), verbose_name=_("mat"), default=list, blank=True)

    class Meta:
        verbose_name = _("utförare")
        verbose_name_plural = _("utförare")
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                name="providers_provider_one_municipal",
                fields=["kind"],
                condition=Q(kind="municipal"),
                violation_error_message=_("Kommunens egen hemtjänst finns redan."),
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_municipal(self) -> bool:
        return self.kind == self.Kind.MUNICIPAL


class Contract(Period):
    """A provider's right and duty to take clients in an area (avtal). The municipality's own provider has one per
    area too.
    """

    class Permit(models.TextChoices):
        # Unstated by default: never read as the best value.
        UNSTATED = "unstated", _("Inte angett än")
        VALID = "valid", _("Tillstånd finns")
        APPEALED = "appealed", _("Tillståndet är återkallat men gäller tills domstol har avgjort")
        WITHDRAWN = "withdrawn", _("Tillståndet är återkallat")

    provider = models.ForeignKey(Provider, models.PROTECT, related_name="contracts", verbose_name=_("utförare"))
    area = models.ForeignKey(Area, models.PROTECT, related_name="contracts", verbose_name=_("område"))
    intake_stopped_from = models.DateField(_("intagsstopp från"), null=True, blank=True)
    intake_stopped_until = models.DateField(_("intagsstopp till"), null=True, blank=True)
    intake_stop_reason = models.CharField(_("varför intaget är stoppat"), max_length=200, blank=True)
    permit = models.CharField(_("tillstånd"), max_length=10, choices=Permit, default=Permit.UNSTATED)
    end_reason = models.CharField(_("varför avtalet slutar"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("avtal")
        verbose_name_plural = _("avtal")
        ordering = ["area", "provider"]
        constraints = [
            period_forward("providers_contract_forward"),
            no_overlap(
                "providers_contract_no_overlap",
                "provider",
                "area",
                message=_("Utföraren har redan ett avtal i området under den tiden."),
            ),
            models.CheckConstraint(
                name="providers_contract_stop_forward",
                condition=Q(intake_stopped_until__isnull=True) | Q(intake_stopped_until__gt=F("intake_stopped_from")),
                violation_error_message=_("Intagsstoppet måste sluta efter att det börjar."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.provider}, {self.area}"


class Ceiling(Period):
    """Upper limit of a contract (kapacitetstak): minutes a month, persons, or both."""

    contract = models.ForeignKey(Contract, models.PROTECT, related_name="ceilings", verbose_name=_("avtal"))
    minutes = models.PositiveIntegerField(_("minuter per månad"), null=True, blank=True)
    persons = models.PositiveIntegerField(_("personer"), null=True, blank=True)
    tolerance_minutes = models.PositiveIntegerField(
        _("tolerans, minuter"), default=0, help_text=_("Så mycket får den sist antagna gå över taket.")
    )

    class Meta:
        verbose_name = _("tak")
        verbose_name_plural = _("tak")
        ordering = ["contract", "valid_from"]
        constraints = [
            period_forward("providers_ceiling_forward"),
            no_overlap(
                "providers_ceiling_no_overlap", "contract", message=_("Avtalet har redan ett tak under den tiden.")
            ),
            models.CheckConstraint(
                name="providers_ceiling_says_something",
                condition=Q(minutes__isnull=False) | Q(persons__isnull=False),
                violation_error_message=_("Ange ett tak i minuter eller i personer."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.contract}: {self.minutes or '–'} min"


class Guarantee(Period):
    """Minutes a month promised to an external provider (garanterad volym)."""

    contract = models.ForeignKey(Contract, models.PROTECT, related_name="guarantees", verbose_name=_("avtal"))
    minutes = models.PositiveIntegerField(_("minuter per månad"))

    class Meta:
        verbose_name = _("garanti")
        verbose_name_plural = _("garantier")
        ordering = ["contract", "valid_from"]
        constraints = [
            period_forward("providers_guarantee_forward"),
            no_overlap(
                "providers_guarantee_no_overlap",
                "contract",
                message=_("Avtalet har redan en garanterad volym under den tiden."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.contract}: {self.minutes} min"


class ShareStep(Period):
    """A step of the share ramp: upper limit of the external providers together, of all granted minutes in an area."""

    area = models.ForeignKey(Area, models.PROTECT, related_name="share_steps", verbose_name=_("område"))
    share_bp = models.PositiveIntegerField(
        _("högsta externa andel"), help_text=_("I hundradels procent: 2000 är 20 %.")
    )

    class Meta:
        verbose_name = _("steg i andelen")
        verbose_name_plural = _("steg i andelen")
        ordering = ["area", "valid_from"]
        constraints = [
            period_forward("providers_sharestep_forward"),
            no_overlap(
                "providers_sharestep_no_overlap", "area", message=_("Området har redan en andel under den tiden.")
            ),
            models.CheckConstraint(
                name="providers_sharestep_at_most_all",
                condition=Q(share_bp__lte=10000),
                violation_error_message=_("Andelen kan inte vara mer än 100 procent."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.area}: {self.share_bp / 100:g} %"


class ServiceType(models.Model):
    """A kind of granted help. Only services that follow the choice are moved, counted and capped."""

    code = models.SlugField(_("kod"), max_length=30, unique=True)
    name = models.CharField(_("namn"), max_length=60)
    follows_choice = models.BooleanField(_("följer valet"), default=True)

    class Meta:
        verbose_name = _("insats")
        verbose_name_plural = _("insatser")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name
