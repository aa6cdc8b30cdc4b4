from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from allocation.models import AllocationRun
from botkyrka_hemtjanst import clock
from botkyrka_hemtjanst.references import new_reference
from choices.models import Person


class LetterKind(models.TextChoices):
    DECISION = "decision", _("Besked om utförare")


class LetterText(models.Model):
    """The words of a kind of letter in one language (brevtext). A version is never edited: a new one is added.

    ``blocks`` maps a block's name to its text. The text may use the letter's facts as ``{provider}``. A text marked
    with ``appeal`` carries the notice of how to appeal (FL 33 §): the municipality's lawyer decides.
    """

    kind = models.CharField(_("slag"), max_length=12, choices=LetterKind)
    language = models.CharField(_("språk"), max_length=5)
    version = models.PositiveIntegerField(_("version"))
    blocks = models.JSONField(_("text"))
    appeal = models.BooleanField(_("med besvärshänvisning"), default=False)
    created_at = models.DateTimeField(_("skapad"), default=clock.now)

    class Meta:
        verbose_name = _("brevtext")
        verbose_name_plural = _("brevtexter")
        ordering = ["kind", "language", "-version"]
        constraints = [
            models.UniqueConstraint(name="letters_text_one_per_version", fields=["kind", "language", "version"])
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.language} {self.version}"


class PrintBatch(models.Model):
    """What goes to the printer together: one merged PDF sorted by postcode, and a manifest that reconciles."""

    reference = models.CharField(_("referens"), max_length=20, unique=True, default=new_reference, editable=False)
    run = models.OneToOneField(AllocationRun, models.PROTECT, related_name="print_batch", verbose_name=_("körning"))
    created_at = models.DateTimeField(_("skapad"), default=clock.now)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("skapad av")
    )
    letters_count = models.PositiveIntegerField(_("brev"))
    pages_count = models.PositiveIntegerField(_("sidor"))
    pdf_sha256 = models.CharField(_("kontrollsumma"), max_length=64)
    manifest_sha256 = models.CharField(_("manifestets kontrollsumma"), max_length=64)

    class Meta:
        verbose_name = _("utskriftsomgång")
        verbose_name_plural = _("utskriftsomgångar")
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return self.reference


class Letter(models.Model):
    """One letter to one person (brev). Its facts are frozen when it is made; the PDF follows from facts and text.

    ``route`` says which way it goes: a protected person's letter is never in the ordinary print batch.
    """

    class Route(models.TextChoices):
        PRINT = "print", _("Vanlig utskrift")
        PROTECTED = "protected", _("Skyddad post")
        HOLD = "hold", _("Skickas inte")

    reference = models.CharField(_("referens"), max_length=20, unique=True, default=new_reference, editable=False)
    kind = models.CharField(_("slag"), max_length=12, choices=LetterKind)
    person = models.ForeignKey(Person, models.PROTECT, related_name="letters", verbose_name=_("person"))
    run = models.ForeignKey(
        AllocationRun, models.PROTECT, null=True, blank=True, related_name="letters", verbose_name=_("körning")
    )
    version = models.PositiveIntegerField(_("version"), default=1)
    route = models.CharField(_("väg"), max_length=9, choices=Route, default=Route.PRINT)
    hold_reason = models.CharField(_("varför det inte skickas"), max_length=100, blank=True)
    language = models.CharField(_("språk"), max_length=5)
    text = models.ForeignKey(LetterText, models.PROTECT, related_name="+", verbose_name=_("brevtext"))
    layout_version = models.PositiveIntegerField(_("layoutens version"))
    facts = models.JSONField(_("uppgifter"))
    sort_postcode = models.CharField(_("postnummer"), max_length=10, blank=True)
    created_at = models.DateTimeField(_("skapad"), default=clock.now)

    # Set once, when the PDF exists.
    rendered_at = models.DateTimeField(_("framställd"), null=True, blank=True)
    pages = models.PositiveIntegerField(_("sidor"), null=True, blank=True)
    sha256 = models.CharField(_("kontrollsumma"), max_length=64, blank=True)

    batch = models.ForeignKey(
        PrintBatch, models.PROTECT, null=True, blank=True, related_name="letters", verbose_name=_("utskriftsomgång")
    )
    posted_on = models.DateField(_("postad"), null=True, blank=True)

    class Meta:
        verbose_name = _("brev")
        verbose_name_plural = _("brev")
        ordering = ["-created_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                name="letters_letter_once",
                fields=["run", "person", "kind", "version"],
                violation_error_message=_("Brevet finns redan."),
            ),
            models.CheckConstraint(
                name="letters_letter_rendered_is_whole",
                condition=Q(rendered_at__isnull=True, sha256="", pages__isnull=True)
                | (Q(rendered_at__isnull=False, pages__gt=0) & ~Q(sha256="")),
            ),
            models.CheckConstraint(
                name="letters_letter_batch_only_ordinary_print",
                condition=Q(batch__isnull=True) | Q(route="print"),
                violation_error_message=_("Bara brev med vanlig utskrift får ligga i en utskriftsomgång."),
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def file_name(self) -> str:
        return f"letters/{self.reference}.pdf"
