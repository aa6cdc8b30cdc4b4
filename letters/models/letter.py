from django.db import models
from django.db.models import F, Func, IntegerField, Q, Value
from django.db.models.lookups import Exact
from django.utils.translation import gettext_lazy as _

from allocation.models import AllocationRun, Offer, Placement, ProviderExit
from choices.models import Choice, ChoiceRound, MandateHolder, Person
from common import clock
from common.references import new_reference
from letters.models.batch import PrintBatch
from letters.models.kinds import Language, LetterKind
from letters.models.text import LetterText

# A letter has one cause, the row that made it necessary. ``cause_on`` is the cause of a letter due to a date only.
CAUSES = ("run", "round", "offer", "exit", "choice", "placement", "cause_on")

IS_UNSENT = Q(route="print", posted_on__isnull=True) | Q(route="digital", delivery="")


class Letter(models.Model):
    """One letter to one person (brev). Its facts are frozen when it is created; the PDF follows from facts and text.

    ``route``: way of delivery; a protected person's letter is never in the ordinary print batch. ``stack``: letters
    printed together. ``holder``: set on the copy to a holder of a mandate.
    """

    class Route(models.TextChoices):
        PRINT = "print", _("Vanlig utskrift")
        PROTECTED = "protected", _("Skyddad post")
        DIGITAL = "digital", _("Digital brevlåda")
        HOLD = "hold", _("Skickas inte")

    reference = models.CharField(_("referens"), max_length=20, unique=True, default=new_reference, editable=False)
    kind = models.CharField(_("slag"), max_length=12, choices=LetterKind)
    person = models.ForeignKey(Person, models.PROTECT, related_name="letters", verbose_name=_("person"))
    holder = models.ForeignKey(
        MandateHolder, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("kopia till")
    )
    version = models.PositiveIntegerField(_("version"), default=1)
    corrects = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="corrected_by", verbose_name=_("rättar")
    )
    # --- Cause of the letter: one of these.
    run = models.ForeignKey(
        AllocationRun, models.PROTECT, null=True, blank=True, related_name="letters", verbose_name=_("körning")
    )
    round = models.ForeignKey(
        ChoiceRound, models.PROTECT, null=True, blank=True, related_name="letters", verbose_name=_("valomgång")
    )
    offer = models.ForeignKey(
        Offer, models.PROTECT, null=True, blank=True, related_name="letters", verbose_name=_("erbjudande")
    )
    exit = models.ForeignKey(
        ProviderExit, models.PROTECT, null=True, blank=True, related_name="letters", verbose_name=_("avtalsupphörande")
    )
    choice = models.ForeignKey(
        Choice, models.PROTECT, null=True, blank=True, related_name="letters", verbose_name=_("val")
    )
    placement = models.ForeignKey(
        Placement, models.PROTECT, null=True, blank=True, related_name="letters", verbose_name=_("placering")
    )
    cause_on = models.DateField(_("dag"), null=True, blank=True)

    route = models.CharField(_("väg"), max_length=9, choices=Route, default=Route.PRINT)
    hold_reason = models.CharField(_("varför det inte skickas"), max_length=100, blank=True)
    language = models.CharField(_("språk"), max_length=5, choices=Language)
    text = models.ForeignKey(LetterText, models.PROTECT, related_name="+", verbose_name=_("brevtext"))
    layout_version = models.PositiveIntegerField(_("layoutens version"))
    facts = models.JSONField(_("uppgifter"))
    stack = models.CharField(_("bunt"), max_length=40, db_index=True)
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
    # Receipt of the digital mailbox.
    delivery = models.CharField(_("kvitto från digital brevlåda"), max_length=80, blank=True)

    class Meta:
        verbose_name = _("brev")
        verbose_name_plural = _("brev")
        ordering = ["-created_at", "-id"]
        indexes = [
            models.Index(
                name="letters_letter_unrendered", fields=["stack", "id"], condition=Q(rendered_at__isnull=True)
            ),
            models.Index(name="letters_letter_unsent", fields=["created_at"], condition=IS_UNSENT),
        ]
        constraints = [
            models.UniqueConstraint(
                name="letters_letter_once",
                fields=["person", "kind", "version", "holder", *CAUSES],
                nulls_distinct=False,
                violation_error_message=_("Brevet finns redan."),
            ),
            models.CheckConstraint(
                name="letters_letter_one_cause",
                condition=Exact(
                    Func(*(F(cause) for cause in CAUSES), function="num_nonnulls", output_field=IntegerField()),
                    Value(1),
                ),
                violation_error_message=_("Ett brev har en orsak, och bara en."),
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
            models.CheckConstraint(
                name="letters_letter_later_version_corrects",
                condition=Q(version=1) | Q(corrects__isnull=False),
                violation_error_message=_("En ny version pekar på den gamla."),
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def file_name(self) -> str:
        return f"letters/{self.reference}.pdf"
