import datetime
from typing import Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from choices.models.person import Mandate, Person
from common import clock
from common.references import new_reference
from providers.models import Area, PolicyFields, Provider


class ChoiceRound(PolicyFields):
    """A mass choice (valomgång): a window, its areas, the first day of its placements, and its rules.

    The rules are a copy of the municipality's. From ``frozen_at`` they may not change (a trigger holds it): printed
    letters tell people what happens if they do not answer.
    """

    code = models.SlugField(_("kod"), max_length=30, unique=True)
    name = models.CharField(_("namn"), max_length=100)
    areas = models.ManyToManyField(Area, related_name="rounds", verbose_name=_("områden"))
    opens_on = models.DateField(_("öppnar"))
    closes_on = models.DateField(_("stänger"), help_text=_("Sista dagen att välja."))
    starts_on = models.DateField(_("gäller från"))
    # Last day by which everybody has the decision; announced with the other dates. None: not announced.
    told_by = models.DateField(_("besked senast"), null=True, blank=True)
    diary_number = models.CharField(_("diarienummer"), max_length=30, blank=True)
    frozen_at = models.DateTimeField(_("reglerna låstes"), null=True, blank=True)
    closed_at = models.DateTimeField(_("stängdes"), null=True, blank=True)
    # Drawn when the round is created. Its SHA-256 is public before the window closes, the seed itself after.
    seed = models.CharField(_("lottningsfrö"), max_length=64, editable=False)
    seed_sha256 = models.CharField(_("lottningsfröets kontrollsumma"), max_length=64, editable=False)

    class Meta:
        verbose_name = _("valomgång")
        verbose_name_plural = _("valomgångar")
        ordering = ["-opens_on"]
        constraints = [
            models.CheckConstraint(
                name="choices_round_window_forward",
                condition=Q(closes_on__gte=F("opens_on")),
                violation_error_message=_("Sista dagen att välja måste ligga efter första dagen."),
            ),
            models.CheckConstraint(
                name="choices_round_starts_after_window",
                condition=Q(starts_on__gt=F("closes_on")),
                violation_error_message=_("Placeringarna måste börja efter sista dagen att välja."),
            ),
            models.CheckConstraint(
                name="choices_round_told_before_start",
                condition=Q(told_by__isnull=True) | Q(told_by__gt=F("closes_on"), told_by__lte=F("starts_on")),
                violation_error_message=_(
                    "Beskedet ska komma efter sista dagen att välja, senast då det börjar gälla."
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class ChoiceQuerySet(models.QuerySet["Choice"]):
    def of_person(self, person: Person) -> Self:
        """Of the person, or of a record merged into theirs."""
        return self.filter(Q(person=person) | Q(person__merged_into=person))

    def standing(self) -> Self:
        """Without versions that have been corrected."""
        return self.filter(corrected_by__isnull=True)

    def known_at(self, moment: datetime.datetime) -> Self:
        """Registered by the moment, and not corrected by then."""
        return self.filter(registered_at__lte=moment).exclude(corrected_by__registered_at__lte=moment)

    def in_order(self) -> Self:
        """By day received, which decides; then by time registered."""
        return self.order_by("received_on", "id")


class Choice(models.Model):
    """One version of a person's ranked wishes (val). Append-only: a new choice is a new row; none is edited.

    The current version is the last received (then the last registered) of those not corrected: ``received_on``
    decides, not the time of registration.
    """

    class Channel(models.TextChoices):
        WEB = "web", _("E-tjänst")
        PAPER = "paper", _("Blankett")
        PHONE = "phone", _("Telefon")
        VISIT = "visit", _("Besök")
        EMAIL = "email", _("E-post")

    class Correction(models.TextChoices):
        MISTAKE = "mistake", _("Fel vid registreringen")
        # Restates the queue dates of this version: an earlier received choice was registered after it.
        DATES = "dates", _("Ködatum, ett tidigare val registrerades")

    reference = models.CharField(_("referens"), max_length=20, unique=True, default=new_reference, editable=False)
    person = models.ForeignKey(Person, models.PROTECT, related_name="choices", verbose_name=_("person"))
    # None: outside any round.
    round = models.ForeignKey(
        ChoiceRound, models.PROTECT, null=True, blank=True, related_name="choices", verbose_name=_("valomgång")
    )
    received_on = models.DateField(_("kom in"))
    registered_at = models.DateTimeField(_("registrerades"), default=clock.now)
    registered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("registrerades av"),
    )
    channel = models.CharField(_("hur valet kom in"), max_length=6, choices=Channel)
    # None: the person's own choice.
    mandate = models.ForeignKey(
        Mandate, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("med stöd av")
    )
    # Checks confirmed by an officer before a representative's choice (choices.mandates.MandateCheck.code).
    assured = ArrayField(models.CharField(max_length=20), verbose_name=_("kontrollerat"), default=list, blank=True)
    # A wrong version is kept; this one replaces it.
    corrects = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="corrected_by", verbose_name=_("rättar")
    )
    correction = models.CharField(_("vad som rättades"), max_length=7, choices=Correction, blank=True)
    declines_to_choose = models.BooleanField(_("vill inte välja"), default=False)
    together = models.BooleanField(
        _("samma utförare som hushållet"),
        default=False,
        help_text=_("Det gäller bara om alla i hushållet säger samma sak."),
    )
    queue_if_full = models.BooleanField(_("vill stå i kö om det är fullt"), default=True)
    accepts_interim = models.BooleanField(_("tar en tillfällig utförare under tiden"), default=True)
    # Language wished of the provider (a code of ``providers.languages``); not used in the allocation. Empty: none.
    language_wish = models.CharField(_("önskat språk"), max_length=3, blank=True)

    # Set where a choice is read by its reference: ``choices.selectors.choice_of``.
    is_current: bool | None = None
    is_amended: bool | None = None

    objects = ChoiceQuerySet.as_manager()

    class Meta:
        verbose_name = _("val")
        verbose_name_plural = _("val")
        ordering = ["-received_on", "-id"]
        indexes = [models.Index(name="choices_choice_current", fields=["person", "-received_on", "-id"])]
        constraints = [
            models.CheckConstraint(
                name="choices_choice_correction_says_what",
                condition=Q(corrects__isnull=True, correction="") | (Q(corrects__isnull=False) & ~Q(correction="")),
            ),
        ]

    def __str__(self) -> str:
        return self.reference


class Wish(models.Model):
    """One line of a choice. ``queue_date`` is kept while the provider stays in version after version."""

    choice = models.ForeignKey(Choice, models.PROTECT, related_name="wishes", verbose_name=_("val"))
    rank = models.PositiveSmallIntegerField(_("ordning"))
    provider = models.ForeignKey(Provider, models.PROTECT, related_name="+", verbose_name=_("utförare"))
    queue_date = models.DateField(_("ködatum"))

    class Meta:
        verbose_name = _("önskemål")
        verbose_name_plural = _("önskemål")
        ordering = ["choice", "rank"]
        constraints = [
            models.CheckConstraint(
                name="choices_wish_rank_one_to_five",
                condition=Q(rank__gte=1, rank__lte=5),
                violation_error_message=_("Du kan välja högst fem utförare."),
            ),
            models.UniqueConstraint(
                name="choices_wish_one_per_rank",
                fields=["choice", "rank"],
                violation_error_message=_("Två utförare har samma nummer. Ge dem olika nummer."),
            ),
            models.UniqueConstraint(
                name="choices_wish_provider_once",
                fields=["choice", "provider"],
                violation_error_message=_("Du har valt samma utförare två gånger."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.choice}: {self.rank}"
