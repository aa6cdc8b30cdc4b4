from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from audit.models import Read
from common import clock
from common.references import new_reference


class LogReview(models.Model):
    """A review of the access log over a period (both days included): sample, findings, reviewer.

    The sample is reproducible: ordered by MD5 of ``seed`` and the row's number, among rows up to ``last_read``.
    """

    reference = models.CharField(_("referens"), max_length=20, unique=True, default=new_reference, editable=False)
    period_from = models.DateField(_("från och med"))
    period_to = models.DateField(_("till och med"))
    seed = models.CharField(_("lottningsfrö"), max_length=32, editable=False)
    sample_size = models.PositiveSmallIntegerField(_("slumpvis utvalda"))
    last_read = models.BigIntegerField(_("sista raden"), editable=False)
    rows = models.PositiveIntegerField(_("rader i perioden"), editable=False)
    made_at = models.DateTimeField(_("påbörjades"), default=clock.now)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("av"))
    conclusion = models.TextField(_("slutsats"), max_length=2000, blank=True)
    closed_at = models.DateTimeField(_("avslutades"), null=True, blank=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("av")
    )

    class Meta:
        app_label = "casework"
        verbose_name = _("logggranskning")
        verbose_name_plural = _("logggranskningar")
        ordering = ["-period_to", "-id"]
        constraints = [
            models.CheckConstraint(
                name="casework_logreview_period_forward",
                condition=Q(period_to__gte=F("period_from")),
                violation_error_message=_("Sista dagen måste vara samma dag som den första eller senare."),
            ),
            models.CheckConstraint(
                name="casework_logreview_closed_with_conclusion",
                condition=Q(closed_at__isnull=True, closed_by__isnull=True)
                | (Q(closed_at__isnull=False, closed_by__isnull=False) & ~Q(conclusion="")),
            ),
        ]

    def __str__(self) -> str:
        return self.reference


class ReviewItem(models.Model):
    """A sampled row of the access log. ``whys``: reasons for its selection, some of ``Why``."""

    class Why(models.TextChoices):
        RANDOM = "random", _("Slumpvis vald")
        SURNAME = "surname", _("Samma efternamn")
        STREET = "street", _("Samma gata som någon med samma efternamn")
        COLLEAGUE = "colleague", _("Heter som en kollega")
        PROTECTED = "protected", _("Skyddade uppgifter")
        NO_CASE = "no_case", _("Inget pågående ärende")
        HOURS = "hours", _("Utanför arbetstid")
        VOLUME = "volume", _("Ovanligt många den dagen")

    class Verdict(models.TextChoices):
        JUSTIFIED = "justified", _("Befogad")
        ASK = "ask", _("Ska utredas")
        UNJUSTIFIED = "unjustified", _("Inte befogad")

    review = models.ForeignKey(LogReview, models.PROTECT, related_name="items", verbose_name=_("granskning"))
    read = models.ForeignKey(Read, models.PROTECT, related_name="+", verbose_name=_("läsning"))
    whys = ArrayField(models.CharField(max_length=10, choices=Why), verbose_name=_("varför den valdes"))
    verdict = models.CharField(_("bedömning"), max_length=11, choices=Verdict, blank=True)
    note = models.CharField(_("anteckning"), max_length=300, blank=True)
    judged_at = models.DateTimeField(_("bedömdes"), null=True, blank=True)
    judged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("bedömdes av")
    )

    class Meta:
        app_label = "casework"
        verbose_name = _("granskad läsning")
        verbose_name_plural = _("granskade läsningar")
        ordering = ["review", "read"]
        constraints = [
            models.UniqueConstraint(name="casework_reviewitem_once", fields=["review", "read"]),
            models.CheckConstraint(
                name="casework_reviewitem_judged_by_somebody",
                condition=Q(verdict="", judged_at__isnull=True, judged_by__isnull=True)
                | (~Q(verdict="") & Q(judged_at__isnull=False, judged_by__isnull=False)),
            ),
            models.CheckConstraint(
                name="casework_reviewitem_says_what_is_wrong",
                condition=Q(verdict__in=["", "justified"]) | ~Q(note=""),
                violation_error_message=_("Skriv vad som är oklart eller fel."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.review} {self.read_id}"
