"""Officers' own entries. Work items are computed, and not stored."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from choices.models import Choice, Person
from common import clock
from common.references import new_reference


class Note(models.Model):
    """A note about a person (tjänsteanteckning). Append-only: a correction is another note."""

    reference = models.CharField(_("referens"), max_length=20, unique=True, default=new_reference, editable=False)
    person = models.ForeignKey(Person, models.PROTECT, related_name="notes", verbose_name=_("person"))
    text = models.TextField(_("anteckning"), max_length=4000)
    written_at = models.DateTimeField(_("skrevs"), default=clock.now)
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("skrevs av")
    )

    class Meta:
        verbose_name = _("anteckning")
        verbose_name_plural = _("anteckningar")
        ordering = ["-written_at", "-id"]
        constraints = [models.CheckConstraint(name="casework_note_says_something", condition=~Q(text=""))]

    def __str__(self) -> str:
        return self.reference


class Scan(models.Model):
    """A form received on paper or by e-mail, as a file. Pending until its choice is registered, or it is dismissed.

    ``received_on``: day of receipt, not of scanning. The file is stored under the reference and never changes.
    """

    class Kind(models.TextChoices):
        PDF = "application/pdf", "PDF"
        JPEG = "image/jpeg", "JPEG"
        PNG = "image/png", "PNG"

    reference = models.CharField(_("referens"), max_length=20, unique=True, default=new_reference, editable=False)
    # Empty until the person is identified.
    person = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="scans", verbose_name=_("person")
    )
    choice = models.ForeignKey(
        Choice, models.PROTECT, null=True, blank=True, related_name="scans", verbose_name=_("val")
    )
    received_on = models.DateField(_("kom in"))
    kind = models.CharField(_("slag"), max_length=20, choices=Kind)
    size = models.PositiveIntegerField(_("byte"))
    sha256 = models.CharField(_("kontrollsumma"), max_length=64)
    added_at = models.DateTimeField(_("lades in"), default=clock.now)
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("lades in av")
    )
    # Dismissed without a choice: something else, a blank, a copy.
    put_away_at = models.DateTimeField(_("lades undan"), null=True, blank=True)
    put_away_why = models.CharField(_("varför"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("inskannad blankett")
        verbose_name_plural = _("inskannade blanketter")
        ordering = ["received_on", "id"]
        indexes = [
            models.Index(
                name="casework_scan_waiting", fields=["received_on", "id"], condition=Q(choice=None, put_away_at=None)
            )
        ]
        constraints = [
            models.CheckConstraint(
                name="casework_scan_of_the_choice_or_put_away",
                condition=Q(choice__isnull=True) | Q(person__isnull=False, put_away_at__isnull=True),
            ),
            models.CheckConstraint(
                name="casework_scan_put_away_says_why", condition=Q(put_away_at__isnull=True) | ~Q(put_away_why="")
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def file_name(self) -> str:
        endings = {self.Kind.PDF: "pdf", self.Kind.JPEG: "jpg", self.Kind.PNG: "png"}
        return f"scans/{self.reference}.{endings[self.Kind(self.kind)]}"


class WorkMark(models.Model):
    """An officer's mark on a work item: assignee, snoozed until, done.

    ``key``: the item's kind and the reference of its subject. The item itself is computed (desk.work); a mark without
    an item is ignored. ``version`` rises with every change, for the optimistic lock.
    """

    key = models.CharField(_("vad"), max_length=60, unique=True)
    # Links the mark to the person's file.
    person = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="work_marks", verbose_name=_("person")
    )
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("vem har den")
    )
    rests_until = models.DateField(_("vilar till"), null=True, blank=True)
    reason = models.CharField(_("varför"), max_length=200, blank=True)
    done_at = models.DateTimeField(_("klar"), null=True, blank=True)
    version = models.PositiveIntegerField(_("version"), default=1)
    changed_at = models.DateTimeField(_("ändrades"), default=clock.now)
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("ändrades av")
    )

    class Meta:
        verbose_name = _("märkning i arbetslistan")
        verbose_name_plural = _("märkningar i arbetslistan")
        constraints = [
            models.CheckConstraint(
                name="casework_workmark_rest_says_why",
                condition=Q(rests_until__isnull=True) | ~Q(reason=""),
                violation_error_message=_("Skriv varför det får vänta."),
            ),
        ]

    def __str__(self) -> str:
        return self.key
