import datetime
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from common import clock
from letters.models.kinds import Language, LetterKind


def four_eyes(name: str) -> models.CheckConstraint:
    """The proposer does not approve. The system itself (texts that came with the product) counts as nobody."""
    return models.CheckConstraint(
        name=name,
        condition=Q(approved_by__isnull=True) | Q(proposed_by__isnull=True) | ~Q(approved_by=F("proposed_by")),
        violation_error_message=_("Du har själv gjort förslaget. En annan person måste godkänna det."),
    )


class Approved(models.Model):
    """Proposed by one person, approved by another, and valid from a day on."""

    valid_from = models.DateField(_("gäller från"), default=datetime.date(2016, 1, 1))
    proposed_at = models.DateTimeField(_("föreslogs"), default=clock.now)
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("föreslogs av"),
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
    rejected_at = models.DateTimeField(_("avslogs"), null=True, blank=True)

    class Meta:
        abstract = True

    @property
    def is_open(self) -> bool:
        return self.approved_at is None and self.rejected_at is None


class LetterTextQuerySet(models.QuerySet["LetterText"]):
    def in_use(self, day: datetime.date) -> Self:
        """Version of each kind and language used for letters of ``day``."""
        approved = self.filter(approved_at__isnull=False, valid_from__lte=day)
        return approved.order_by("kind", "language", "-valid_from", "-version").distinct("kind", "language")


class LetterText(Approved):
    """Text of a kind of letter in one language (brevtext). Versions are never edited; a new one is added.

    ``blocks`` maps a block's name to its text, which may use the letter's facts as ``{provider}``.
    """

    kind = models.CharField(_("slag"), max_length=12, choices=LetterKind)
    language = models.CharField(_("språk"), max_length=5, choices=Language)
    version = models.PositiveIntegerField(_("version"))
    blocks = models.JSONField(_("text"))

    # Set by selectors: letters of today use this version.
    is_in_use = False

    objects = LetterTextQuerySet.as_manager()

    class Meta:
        verbose_name = _("brevtext")
        verbose_name_plural = _("brevtexter")
        ordering = ["kind", "language", "-version"]
        constraints = [
            models.UniqueConstraint(name="letters_text_one_per_version", fields=["kind", "language", "version"]),
            four_eyes("letters_text_four_eyes"),
            models.CheckConstraint(
                name="letters_text_approved_or_rejected",
                condition=Q(approved_at__isnull=True) | Q(rejected_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.language} {self.version}"


class AppealRule(Approved):
    """Appeal notice for a kind of letter: whether and where it may be appealed (besvärshänvisning, FL 33 §). Decided
    by the municipality's lawyer.

    ``legal_basis``: the provision that the decision rests on; ``court``: the court of appeal. An appeal is sent to
    the deciding authority (FL 43 §). Each change is a new row.
    """

    kind = models.CharField(_("slag"), max_length=12, choices=LetterKind)
    legal_basis = models.CharField(_("lagrum"), max_length=120)
    appealable = models.BooleanField(_("kan överklagas"), default=False)
    court = models.CharField(_("domstol"), max_length=80, blank=True)

    class Meta:
        verbose_name = _("besvärshänvisning")
        verbose_name_plural = _("besvärshänvisningar")
        ordering = ["kind", "-valid_from", "-id"]
        constraints = [
            four_eyes("letters_appeal_four_eyes"),
            models.CheckConstraint(
                name="letters_appeal_has_court",
                condition=Q(appealable=False) | ~Q(court=""),
                violation_error_message=_("Ange vilken domstol man överklagar till."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.valid_from}"
