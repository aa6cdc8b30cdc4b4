from typing import Any, ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import F, OuterRef, Q, Subquery, Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from common import clock
from providers.models import Area, Provider, ServiceType


class PaymentBasis(models.Model):
    """The payment basis of a month: draft → with the providers for remarks → approved by another person → sealed.

    ``month``: its first day. Until it is approved it is computed anew each night from what is known. A sealed basis
    never changes (reimbursement/sql/payment.sql); later knowledge gives adjustments in the next one. ``failure``: why
    the latest computation was refused, one sentence per fault; the stored lines are then those of the one before.
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("Utkast")
        REMARKS = "remarks", _("Hos utförarna för synpunkter")
        APPROVED = "approved", _("Godkänt")
        SEALED = "sealed", _("Låst")

    OPEN = (State.DRAFT, State.REMARKS)

    month = models.DateField(_("månad"), unique=True)
    state = models.CharField(_("status"), max_length=8, choices=State, default=State.DRAFT)
    computed_at = models.DateTimeField(_("räknades"), null=True, blank=True)
    problem_sha256 = models.CharField(_("underlagets kontrollsumma"), max_length=64, blank=True)
    outcome_sha256 = models.CharField(_("utfallets kontrollsumma"), max_length=64, blank=True)
    engine_version = models.CharField(_("motorns version"), max_length=20, blank=True)
    failure = models.JSONField(_("fel"), default=list, blank=True)
    sent_at = models.DateTimeField(_("skickades"), null=True, blank=True)
    sent_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("skickades av"),
    )
    remarks_until = models.DateField(_("synpunkter senast"), null=True, blank=True)
    approved_at = models.DateTimeField(_("godkändes"), null=True, blank=True)
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("godkändes av"),
    )
    sealed_at = models.DateTimeField(_("låstes"), null=True, blank=True)
    sealed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("låstes av")
    )

    class Meta:
        verbose_name = _("ersättningsunderlag")
        verbose_name_plural = _("ersättningsunderlag")
        ordering = ["-month"]
        constraints = [
            models.CheckConstraint(name="reimbursement_basis_whole_month", condition=Q(month__day=1)),
            models.UniqueConstraint(
                Value(1),
                name="reimbursement_basis_one_open",
                condition=~Q(state="sealed"),
                violation_error_message=_("Månaden före är inte låst än."),
            ),
            models.CheckConstraint(
                name="reimbursement_basis_two_people",
                condition=Q(approved_by__isnull=True) | ~Q(approved_by=F("sent_by")),
                violation_error_message=_("Den som skickade ut underlaget kan inte själv godkänna det."),
            ),
            models.CheckConstraint(
                name="reimbursement_basis_state_has_its_moment",
                condition=Q(state="draft", sent_at=None, approved_at=None, sealed_at=None)
                | Q(
                    state="remarks",
                    sent_at__isnull=False,
                    remarks_until__isnull=False,
                    approved_at=None,
                    sealed_at=None,
                )
                | Q(state="approved", sent_at__isnull=False, approved_at__isnull=False, sealed_at=None)
                | Q(state="sealed", sent_at__isnull=False, approved_at__isnull=False, sealed_at__isnull=False),
            ),
            models.CheckConstraint(
                name="reimbursement_basis_approved_is_computed",
                condition=Q(state__in=["draft", "remarks"])
                | Q(problem_sha256__regex="^[0-9a-f]{64}$", outcome_sha256__regex="^[0-9a-f]{64}$", failure=[]),
            ),
        ]

    def __str__(self) -> str:
        return self.month_text

    @property
    def month_text(self) -> str:
        """As in the engine and in addresses: 2020-11."""
        return f"{self.month:%Y-%m}"

    @property
    def is_open(self) -> bool:
        return self.state in self.OPEN

    @property
    def is_answer_time_over(self) -> bool:
        """Whether the providers' last day to answer has passed."""
        return self.remarks_until is not None and self.remarks_until < clock.today()


class BasisDocument(models.Model):
    """The problem and the outcome exactly as computed: canonical JSON, compressed, with its SHA-256."""

    class Kind(models.TextChoices):
        PROBLEM = "problem", _("Underlag")
        OUTCOME = "outcome", _("Utfall")

    basis = models.ForeignKey(PaymentBasis, models.PROTECT, related_name="documents", verbose_name=_("månad"))
    kind = models.CharField(_("slag"), max_length=7, choices=Kind)
    sha256 = models.CharField(_("kontrollsumma"), max_length=64)
    content_gzip = models.BinaryField(_("innehåll"))

    class Meta:
        verbose_name = _("handling i ersättningsunderlag")
        verbose_name_plural = _("handlingar i ersättningsunderlag")
        constraints = [models.UniqueConstraint(name="reimbursement_document_one_of_a_kind", fields=["basis", "kind"])]

    def __str__(self) -> str:
        return f"{self.basis}: {self.kind}"


class BasisLineQuerySet(models.QuerySet["BasisLine"]):
    def named(self) -> Self:
        """With ``area_name`` and ``service_name``; the code where it names nothing any longer."""
        names = {
            f"{field}_name": Coalesce(Subquery(model.objects.filter(code=OuterRef(field)).values("name")), F(field))
            for field, model in (("area", Area), ("service", ServiceType))
        }
        return self.annotate(**names)


class BasisLine(models.Model):
    """One line, or one adjustment of a sealed month, of a basis. ``ore``: what it adds to the payment.

    ``reference``: made of the line's key, the same each time the month is computed. ``person``: the reference of a
    person, "" for lines without one. It is no foreign key: accounts outlive the person's file, and the reference then
    leads to nobody. ``content``: the engine's line or adjustment, with its days.
    """

    basis = models.ForeignKey(PaymentBasis, models.PROTECT, related_name="lines", verbose_name=_("månad"))
    position = models.PositiveIntegerField(_("ordning"))
    reference = models.CharField(_("referens"), max_length=20)
    provider = models.ForeignKey(Provider, models.PROTECT, related_name="+", verbose_name=_("utförare"))
    kind = models.CharField(_("slag"), max_length=20)
    # The first day of the month that is corrected; None: the month of the basis.
    corrects = models.DateField(_("rättar"), null=True, blank=True)
    person = models.CharField(_("person"), max_length=20, blank=True)
    area = models.CharField(_("område"), max_length=30, blank=True)
    service = models.CharField(_("insats"), max_length=30, blank=True)
    tax_code = models.CharField(_("momskod"), max_length=20)
    ore = models.BigIntegerField(_("öre"))
    content = models.JSONField(_("rad"))
    # Of ``named``.
    area_name: str
    service_name: str

    objects: ClassVar[Any] = BasisLineQuerySet.as_manager()

    class Meta:
        verbose_name = _("rad i ersättningsunderlag")
        verbose_name_plural = _("rader i ersättningsunderlag")
        ordering = ["position"]
        indexes = [
            models.Index(name="reimbursement_line_provider", fields=["basis", "provider", "position"]),
            models.Index(name="reimbursement_line_person", fields=["person"], condition=~Q(person="")),
        ]
        constraints = [
            models.UniqueConstraint(name="reimbursement_line_once", fields=["basis", "reference"]),
            models.UniqueConstraint(name="reimbursement_line_in_order", fields=["basis", "position"]),
        ]

    def __str__(self) -> str:
        return self.reference
