from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from allocation.models import AllocationRun
from common import clock
from common.references import new_reference


class PrintBatch(models.Model):
    """Letters printed together (utskriftsomgång): merged PDFs sorted by postcode, and a manifest.

    Composed → approved (a person has checked the proof) → handed over → posted (the printer's receipt is in). A
    rejected batch releases its letters; they are composed again. The reference is derived from the letters.
    """

    class Status(models.TextChoices):
        COMPOSED = "composed", _("Väntar på korrektur")
        APPROVED = "approved", _("Godkänd")
        HANDED_OVER = "handed_over", _("Lämnad till tryck")
        POSTED = "posted", _("Postad")
        REJECTED = "rejected", _("Underkänd")

    reference = models.CharField(_("referens"), max_length=20, unique=True, default=new_reference, editable=False)
    stack = models.CharField(_("bunt"), max_length=40, db_index=True)
    run = models.ForeignKey(
        AllocationRun, models.PROTECT, null=True, blank=True, related_name="print_batches", verbose_name=_("körning")
    )
    status = models.CharField(_("status"), max_length=11, choices=Status, default=Status.COMPOSED)
    created_at = models.DateTimeField(_("skapad"), default=clock.now)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("skapad av")
    )
    letters_count = models.PositiveIntegerField(_("brev"))
    pages_count = models.PositiveIntegerField(_("sidor"))
    sheets_count = models.PositiveIntegerField(_("ark"))
    files_count = models.PositiveIntegerField(_("filer"), default=1)
    manifest_sha256 = models.CharField(_("manifestets kontrollsumma"), max_length=64)

    approved_at = models.DateTimeField(_("godkändes"), null=True, blank=True)
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("godkändes av"),
    )
    handed_over_at = models.DateTimeField(_("lämnades till tryck"), null=True, blank=True)
    posted_on = models.DateField(_("postad"), null=True, blank=True)
    reject_reason = models.CharField(_("varför den underkändes"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("utskriftsomgång")
        verbose_name_plural = _("utskriftsomgångar")
        ordering = ["-created_at"]
        constraints = [
            models.CheckConstraint(
                name="letters_batch_four_eyes",
                condition=Q(approved_by__isnull=True) | Q(created_by__isnull=True) | ~Q(approved_by=F("created_by")),
                violation_error_message=_("Du har själv satt ihop utskriften. En annan person måste godkänna den."),
            ),
            models.CheckConstraint(
                name="letters_batch_status_has_its_moment",
                condition=Q(status__in=["composed", "rejected"])
                | Q(status="approved", approved_at__isnull=False)
                | Q(status="handed_over", approved_at__isnull=False, handed_over_at__isnull=False)
                | Q(status="posted", handed_over_at__isnull=False, posted_on__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def is_in_proof(self) -> bool:
        """Not handed over: the printer does not have it."""
        return self.status in (self.Status.COMPOSED, self.Status.APPROVED)
