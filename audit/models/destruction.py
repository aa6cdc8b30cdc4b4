from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from common import clock
from common.references import new_reference


class Destruction(models.Model):
    """A destruction of files (gallring): proposed by one person, approved by another, then executed. Also its
    protocol.

    Contains no personal data: only dates, and references that lead nowhere afterwards.
    """

    class Status(models.TextChoices):
        PROPOSED = "proposed", _("Förslag")
        APPROVED = "approved", _("Godkänd")
        DONE = "done", _("Genomförd")
        CANCELLED = "cancelled", _("Avbruten")

    reference = models.CharField(_("referens"), max_length=20, unique=True, default=new_reference, editable=False)
    status = models.CharField(_("status"), max_length=9, choices=Status, default=Status.PROPOSED)
    # Cut-off date of the files.
    as_of = models.DateField(_("per den"))
    proposed_at = models.DateTimeField(_("föreslogs"), default=clock.now)
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("föreslogs av")
    )
    approved_at = models.DateTimeField(_("godkändes"), null=True, blank=True)
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("godkändes av"),
    )
    finished_at = models.DateTimeField(_("avslutades"), null=True, blank=True)

    class Meta:
        verbose_name = _("gallring")
        verbose_name_plural = _("gallringar")
        ordering = ["-proposed_at"]
        constraints = [
            models.UniqueConstraint(
                name="audit_destruction_one_proposal",
                fields=["status"],
                condition=Q(status="proposed"),
                violation_error_message=_("Det finns redan ett förslag till gallring. Godkänn eller avbryt det först."),
            ),
            models.CheckConstraint(
                name="audit_destruction_four_eyes",
                condition=Q(approved_by__isnull=True) | ~Q(approved_by=F("proposed_by")),
                violation_error_message=_("Du har själv gjort förslaget. En annan person måste godkänna det."),
            ),
            models.CheckConstraint(
                name="audit_destruction_done_is_approved",
                condition=Q(status__in=["proposed", "cancelled"])
                | Q(approved_by__isnull=False, approved_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.reference


class DestroyedFile(models.Model):
    """One person's file in a destruction. ``rows``: number destroyed of each kind, once executed."""

    class Outcome(models.TextChoices):
        WAITING = "waiting", _("Väntar")
        DESTROYED = "destroyed", _("Gallrad")
        SPARED = "spared", _("Inte gallrad: det har kommit nya anteckningar")

    destruction = models.ForeignKey(Destruction, models.PROTECT, related_name="files", verbose_name=_("gallring"))
    person_reference = models.CharField(_("akt"), max_length=20, db_index=True)
    last_note = models.DateField(_("sista anteckningen"))
    due_from = models.DateField(_("ska gallras från"))
    done_by = models.DateField(_("senast"))
    outcome = models.CharField(_("utfall"), max_length=9, choices=Outcome, default=Outcome.WAITING)
    destroyed_at = models.DateTimeField(_("gallrades"), null=True, blank=True)
    rows = models.JSONField(_("uppgifter"), default=dict, blank=True)
    # File names of letters on disk; emptied when they are deleted.
    letter_files = models.JSONField(_("brevfiler"), default=list, blank=True)

    class Meta:
        verbose_name = _("gallrad akt")
        verbose_name_plural = _("gallrade akter")
        ordering = ["done_by", "person_reference"]
        constraints = [
            models.UniqueConstraint(name="audit_destroyedfile_once", fields=["destruction", "person_reference"]),
            models.CheckConstraint(
                name="audit_destroyedfile_has_moment",
                condition=~Q(outcome="destroyed") | Q(destroyed_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.person_reference
