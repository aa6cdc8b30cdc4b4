from typing import Any, ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from allocation.models.run import AllocationRun
from choices.models import Person
from common import clock
from common.periods import Period, PeriodQuerySet, no_overlap
from common.references import new_reference
from providers.models import Contract


class PlacementQuerySet(PeriodQuerySet["Placement"]):
    def covering_some_day(self) -> Self:
        """Without placements undone before they began."""
        return self.filter(Q(valid_until__isnull=True) | Q(valid_until__gt=F("valid_from")))

    def void(self) -> Self:
        """Placements undone, replaced or overtaken before they began: they cover no day."""
        return self.filter(valid_until=F("valid_from"))

    def arriving(self) -> Self:
        """Placements that make the person a client: not with the same provider the day before, in any area."""
        return self.covering_some_day().filter(~_same_provider(valid_until=OuterRef("valid_from")))

    def leaving(self) -> Self:
        """Placements with an end that the person does not stay with the same provider after, in any area."""
        ended = self.covering_some_day().filter(valid_until__isnull=False)
        return ended.filter(~_same_provider(valid_from=OuterRef("valid_until")))


def _same_provider(**adjoining: OuterRef) -> Exists:
    same = {"person": OuterRef("person"), "contract__provider": OuterRef("contract__provider")}
    return Exists(Placement.objects.covering_some_day().filter(**same, **adjoining))


PlacementManager = models.Manager.from_queryset(PlacementQuerySet)


class Placement(Period):
    """A person's provider during a period (placering). Periods of a person never overlap.

    Closed with an end date, never deleted or moved. A placement undone before it began ends on its first day: it
    stays in the history and covers no day.
    """

    person = models.ForeignKey(Person, models.PROTECT, related_name="placements", verbose_name=_("person"))
    contract = models.ForeignKey(Contract, models.PROTECT, related_name="placements", verbose_name=_("avtal"))
    interim = models.BooleanField(_("tillfällig"), default=False)
    # Contract of the leaving provider while the municipality stands in until the client moves: by the rules the person
    # is still that provider's client (ADR 8).
    meanwhile_for = models.ForeignKey(
        Contract, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("i stället för")
    )
    # Decided by a run or by a named member of staff; neither when taken over from the care system.
    run = models.ForeignKey(
        AllocationRun, models.PROTECT, null=True, blank=True, related_name="placements", verbose_name=_("körning")
    )
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("beslutades av"),
    )
    reason = models.CharField(_("skäl"), max_length=200, blank=True)
    end_reason = models.CharField(_("varför den slutar"), max_length=200, blank=True)
    # The run that closed it, and the previous end date: restored when the run is undone.
    ended_by = models.ForeignKey(
        AllocationRun, models.PROTECT, null=True, blank=True, related_name="ended", verbose_name=_("avslutades av")
    )
    end_was = models.DateField(_("slutade förut"), null=True, blank=True)
    registered_at = models.DateTimeField(_("registrerades"), default=clock.now)

    objects: ClassVar[Any] = PlacementManager()

    class Meta:
        verbose_name = _("placering")
        verbose_name_plural = _("placeringar")
        ordering = ["person", "valid_from"]
        indexes = [
            models.Index(name="allocation_placement_contract", fields=["contract", "valid_from"]),
            models.Index(name="allocation_placement_interim", fields=["valid_until"], condition=Q(interim=True)),
        ]
        constraints = [
            models.CheckConstraint(
                name="allocation_placement_forward",
                condition=Q(valid_until__isnull=True) | Q(valid_until__gte=F("valid_from")),
                violation_error_message=_("Slutdatum får inte ligga före startdatum."),
            ),
            no_overlap(
                "allocation_placement_never_two", "person", message=_("Personen har redan en utförare under den tiden.")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person}: {self.contract_id} från {self.valid_from}"


class AreaDate(models.Model):
    """Start of a person's wait for any external provider.

    Set when a wish is first unmet, kept while one is, cleared when none is. The run that set it also drew the lottery
    number that gives the person's place in line (its seed and label); later runs do not draw again.
    """

    person = models.ForeignKey(Person, models.PROTECT, related_name="area_dates", verbose_name=_("person"))
    since = models.DateField(_("väntar sedan"))
    set_by = models.ForeignKey(AllocationRun, models.PROTECT, related_name="+", verbose_name=_("sattes av"))
    cleared_by = models.ForeignKey(
        AllocationRun, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("togs bort av")
    )

    class Meta:
        verbose_name = _("väntetid")
        verbose_name_plural = _("väntetider")
        constraints = [
            models.UniqueConstraint(
                name="allocation_areadate_one", fields=["person"], condition=Q(cleared_by__isnull=True)
            )
        ]

    def __str__(self) -> str:
        return f"{self.person}: {self.since}"


class OfferQuerySet(models.QuerySet["Offer"]):
    def unfinished(self) -> Self:
        """Offers that take room: awaiting an answer, or accepted and not yet a placement."""
        return self.filter(Q(status="open") | Q(status="accepted", placement__isnull=True))


class Offer(models.Model):
    """A place offered to a person in the queue. It takes room until it is declined or its placement begins.

    A refusal ends that wish only. Silence is not a refusal: the wish rests until the person is heard from
    (``silence_broken_at``), so that it neither loses its date nor stops the line. Each member of a household that
    chose together gets an offer (the same ``unit``): the place is taken when all have accepted, or by a member who
    accepts it alone when another has not.
    """

    class Status(models.TextChoices):
        OPEN = "open", _("Väntar på svar")
        ACCEPTED = "accepted", _("Ja")
        DECLINED = "declined", _("Nej")
        EXPIRED = "expired", _("Inget svar")
        WITHDRAWN = "withdrawn", _("Återtaget")

    reference = models.CharField(_("referens"), max_length=20, unique=True, default=new_reference, editable=False)
    person = models.ForeignKey(Person, models.PROTECT, related_name="offers", verbose_name=_("person"))
    contract = models.ForeignKey(Contract, models.PROTECT, related_name="offers", verbose_name=_("avtal"))
    run = models.ForeignKey(
        AllocationRun, models.PROTECT, null=True, blank=True, related_name="offers", verbose_name=_("körning")
    )
    unit = models.CharField(_("enhet"), max_length=20)
    minutes = models.PositiveIntegerField(_("minuter per månad"))
    starts_on = models.DateField(_("gäller från"))
    made_at = models.DateTimeField(_("lämnades"), default=clock.now)
    answer_by = models.DateField(_("svara senast"))
    status = models.CharField(_("svar"), max_length=9, choices=Status, default=Status.OPEN)
    answered_at = models.DateTimeField(_("besvarades"), null=True, blank=True)
    # The day the answer came in, if it was registered later.
    received_on = models.DateField(_("svaret kom in"), null=True, blank=True)
    placement = models.OneToOneField(
        Placement, models.PROTECT, null=True, blank=True, related_name="offer", verbose_name=_("placering")
    )
    silence_broken_at = models.DateTimeField(_("hörde av sig"), null=True, blank=True)

    objects = OfferQuerySet.as_manager()

    class Meta:
        verbose_name = _("erbjudande")
        verbose_name_plural = _("erbjudanden")
        ordering = ["answer_by", "id"]
        constraints = [
            models.UniqueConstraint(
                name="allocation_offer_one_open",
                fields=["person"],
                condition=Q(status="open") | Q(status="accepted", placement__isnull=True),
                violation_error_message=_("Personen har redan ett erbjudande att svara på."),
            ),
            models.CheckConstraint(
                name="allocation_offer_answer_has_moment", condition=Q(status="open") | Q(answered_at__isnull=False)
            ),
            models.CheckConstraint(
                name="allocation_offer_placed_by_yes", condition=Q(placement__isnull=True) | Q(status="accepted")
            ),
            models.CheckConstraint(name="allocation_offer_time_to_answer", condition=Q(starts_on__gt=F("answer_by"))),
        ]

    def __str__(self) -> str:
        return self.reference
