from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from allocation.models.run import AllocationRun
from botkyrka_hemtjanst import clock
from botkyrka_hemtjanst.periods import Period, no_overlap, period_forward
from botkyrka_hemtjanst.references import new_reference
from choices.models import Person
from providers.models import Contract


class Placement(Period):
    """Who comes to whose door, from when until when (placering). Never two at once.

    Closed with an end date, never deleted or moved.
    """

    person = models.ForeignKey(Person, models.PROTECT, related_name="placements", verbose_name=_("person"))
    contract = models.ForeignKey(Contract, models.PROTECT, related_name="placements", verbose_name=_("avtal"))
    interim = models.BooleanField(_("tillfällig"), default=False)
    # The decision behind it: a run, or a named member of staff. Neither: taken over from the care system.
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
    registered_at = models.DateTimeField(_("registrerades"), default=clock.now)

    class Meta:
        verbose_name = _("placering")
        verbose_name_plural = _("placeringar")
        ordering = ["person", "valid_from"]
        indexes = [models.Index(name="allocation_placement_contract", fields=["contract", "valid_from"])]
        constraints = [
            period_forward("allocation_placement_forward"),
            no_overlap(
                "allocation_placement_never_two", "person", message=_("Personen har redan en utförare under den tiden.")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person}: {self.contract_id} från {self.valid_from}"


class AreaDate(models.Model):
    """Since when somebody waits for any external provider. Set when a wish is first unmet, cleared when none is."""

    person = models.OneToOneField(
        Person, models.PROTECT, primary_key=True, related_name="area_date", verbose_name=_("person")
    )
    since = models.DateField(_("väntar sedan"))

    class Meta:
        verbose_name = _("väntetid")
        verbose_name_plural = _("väntetider")

    def __str__(self) -> str:
        return f"{self.person}: {self.since}"


class Offer(models.Model):
    """A place offered to somebody in the queue. While open it takes room. Silence and a no are different."""

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
    minutes = models.PositiveIntegerField(_("minuter per månad"))
    starts_on = models.DateField(_("gäller från"))
    made_at = models.DateTimeField(_("lämnades"), default=clock.now)
    answer_by = models.DateField(_("svara senast"))
    status = models.CharField(_("svar"), max_length=9, choices=Status, default=Status.OPEN)
    answered_at = models.DateTimeField(_("besvarades"), null=True, blank=True)

    class Meta:
        verbose_name = _("erbjudande")
        verbose_name_plural = _("erbjudanden")
        ordering = ["answer_by", "id"]
        constraints = [
            models.UniqueConstraint(
                name="allocation_offer_one_open",
                fields=["person"],
                condition=Q(status="open"),
                violation_error_message=_("Personen har redan ett erbjudande att svara på."),
            ),
            models.CheckConstraint(
                name="allocation_offer_answer_has_moment", condition=Q(status="open") | Q(answered_at__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return self.reference
