"""The municipality and its allocation policy."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class NoAnswerRule(models.TextChoices):
    """Rule for people who do not choose."""

    KEEP = "keep", _("Behåll den utförare du har")
    MUNICIPAL = "municipal", _("Kommunens hemtjänst")
    GUARANTEES = "guarantees", _("Utförare med garanterad volym att fylla")
    FREE_SPACE = "free_space", _("Utförare med ledig plats")
    ROTATION = "rotation", _("Utförarna i tur och ordning")


class SwitchRule(models.TextChoices):
    """Switching between external providers while the share is full."""

    FREE = "free", _("Byte mellan externa utförare är alltid möjligt")
    STRICT = "strict", _("Byte väntar på plats i andelen")


class PolicyFields(models.Model):
    """Allocation policy: the municipality's own, copied to each round and frozen there."""

    switch_rule = models.CharField(
        _("byte när andelen är full"), max_length=10, choices=SwitchRule, default=SwitchRule.FREE
    )
    household_class = models.BooleanField(_("förtur till hushållets utförare"), default=False)
    no_answer_rule = models.CharField(
        _("regel för den som inte väljer"), max_length=12, choices=NoAnswerRule, default=NoAnswerRule.GUARANTEES
    )
    call_list = models.BooleanField(_("ring dem som kan tänkas byta"), default=False)

    class Meta:
        abstract = True


class NightMode(models.TextChoices):
    """Action of the nightly batch for people whose turn it is."""

    PLACE = "place", _("Placerar direkt")
    OFFER = "offer", _("Lämnar ett erbjudande och väntar på svar")


class NightDecides(models.TextChoices):
    """Whether the night's placements and offers apply without a person (kommunallagen 6 kap. 37–38 §§)."""

    PROPOSE = "propose", _("Natten föreslår, en handläggare godkänner på morgonen")
    ALONE = "alone", _("Natten beslutar själv")


class Municipality(PolicyFields):
    """Single row: contact facts of the municipality, and its model (known ones are in ``providers/models/*.json``)."""

    name = models.CharField(_("kommun"), max_length=60)
    model = models.CharField(_("modell"), max_length=30, help_text=_("Till exempel botkyrka, borlange eller lov."))
    department = models.CharField(_("förvaltning"), max_length=100)
    committee = models.CharField(_("nämnd"), max_length=100)
    phone = models.CharField(_("telefon"), max_length=30)
    phone_hours = models.CharField(_("telefontider"), max_length=100)
    email = models.EmailField(_("e-post"))
    website = models.CharField(_("webbplats"), max_length=100)
    return_address = models.TextField(_("returadress"))

    night_mode = models.CharField(_("när det blir plats"), max_length=5, choices=NightMode, default=NightMode.PLACE)
    # Decisions that cannot be appealed, or in a system of choice, may not be delegated to a machine. So a person
    # decides, unless a legal basis for automation is recorded.
    night_decides = models.CharField(
        _("vem beslutar om nattens förslag"), max_length=7, choices=NightDecides, default=NightDecides.PROPOSE
    )
    night_decides_basis = models.CharField(
        _("stöd för att natten beslutar själv"),
        max_length=300,
        blank=True,
        help_text=_("Beslutet i nämnden och bedömningen enligt 6 kap. 37–38 §§ kommunallagen."),
    )
    # Notice calendar (providers.notice): a number of days; or decided by a day of the month → first of a later month.
    notice_days = models.PositiveSmallIntegerField(_("dagar till start"), default=14)
    notice_day_of_month = models.PositiveSmallIntegerField(
        _("senast den dagen i månaden"),
        null=True,
        blank=True,
        help_text=_("Lämna tomt om byten kan börja vilken dag som helst."),
    )
    notice_months = models.PositiveSmallIntegerField(
        _("månader framåt"), default=2, help_text=_("1: den första i nästa månad. 2: den första i månaden efter.")
    )
    # The same for ceilings, guarantees and shares: "changed by the 15th → the 1st of next month".
    quota_notice_days = models.PositiveSmallIntegerField(_("dagar till ett nytt tak"), default=14)
    quota_notice_day_of_month = models.PositiveSmallIntegerField(
        _("nytt tak senast den dagen i månaden"),
        null=True,
        blank=True,
        default=15,
        help_text=_("Lämna tomt om tak kan börja gälla vilken dag som helst."),
    )
    quota_notice_months = models.PositiveSmallIntegerField(_("månader till ett nytt tak"), default=1)
    choice_days = models.PositiveSmallIntegerField(_("dagar att välja för den som är ny"), default=21)
    offer_days = models.PositiveSmallIntegerField(_("dagar att svara på ett erbjudande"), default=10)
    # Handover: days that a provider sees its own clients, and deadlines of its orders.
    client_days_before = models.PositiveSmallIntegerField(_("dagar före start som utföraren ser personen"), default=30)
    client_days_after = models.PositiveSmallIntegerField(_("dagar efter slut som utföraren ser personen"), default=14)
    received_days_before = models.PositiveSmallIntegerField(
        _("arbetsdagar före start som utföraren ska ha tagit emot"), default=7
    )
    call_days_before = models.PositiveSmallIntegerField(
        _("arbetsdagar före start som utföraren ska ha ringt"), default=5
    )

    class Meta:
        verbose_name = _("kommun")
        verbose_name_plural = _("kommuner")
        constraints = [
            models.CheckConstraint(name="providers_municipality_only_one", condition=Q(pk=1)),
            models.CheckConstraint(
                name="providers_municipality_night_alone_has_basis",
                condition=Q(night_decides="propose") | ~Q(night_decides_basis=""),
                violation_error_message=_("Skriv vilket stöd som finns för att natten beslutar själv."),
            ),
            models.CheckConstraint(
                name="providers_municipality_notice_day",
                condition=Q(notice_day_of_month__isnull=True)
                | Q(notice_day_of_month__gte=1, notice_day_of_month__lte=28),
                violation_error_message=_("Dagen i månaden är 1–28."),
            ),
            models.CheckConstraint(
                name="providers_municipality_notice_months", condition=Q(notice_months__gte=1, notice_months__lte=6)
            ),
            models.CheckConstraint(
                name="providers_municipality_quota_notice_day",
                condition=Q(quota_notice_day_of_month__isnull=True)
                | Q(quota_notice_day_of_month__gte=1, quota_notice_day_of_month__lte=28),
                violation_error_message=_("Dagen i månaden är 1–28."),
            ),
            models.CheckConstraint(
                name="providers_municipality_quota_notice_months",
                condition=Q(quota_notice_months__gte=1, quota_notice_months__lte=6),
            ),
            models.CheckConstraint(
                name="providers_municipality_client_days",
                condition=Q(
                    client_days_before__lte=90,
                    client_days_after__lte=90,
                    received_days_before__lte=30,
                    call_days_before__lte=30,
                ),
                violation_error_message=_("Högst 90 dagar, och högst 30 arbetsdagar."),
            ),
        ]

    def __str__(self) -> str:
        return self.name
