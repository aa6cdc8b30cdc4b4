"""Terms of payment: dated rows of one table, each decided by two people."""

from django.db import models
from django.db.models import Case, F, Q, Value, When
from django.db.models.functions import Concat
from django.utils.translation import gettext_lazy as _

from common.four_eyes import FourEyes, two_people
from common.periods import Period, no_overlap, period_forward
from providers.models import Area, Provider, ServiceType
from reimbursement.models.absence import Absence


class TermKind(models.TextChoices):
    POLICY = "policy", _("Regler för månaden")
    SERVICE = "service", _("Insats och momskod")
    RATE = "rate", _("Pris per timme")
    FIXED_SUM = "fixed_sum", _("Fast belopp för larm")
    LADDER = "ladder", _("Frånvarotrappa")
    VAT_COMPENSATION = "vat_compensation", _("Ersättning för moms")
    OVERHEAD = "municipal_overhead", _("Avdrag för gemensamma kostnader")
    FIRST_MONTH = "first_month", _("Ersättning för första månaden")
    GUARANTEE = "guarantee", _("Pris för garanterad volym")
    TAX = "tax", _("Momskod")
    COST_ACCOUNT = "cost_account", _("Kostnadskonto")
    LIABILITY_ACCOUNT = "liability_account", _("Skuldkonto")
    OBJECTS = "objects", _("Kostnadsställe")
    PAYEE = "payee", _("Utförarens betalningsuppgifter")
    PAYER = "payer", _("Kommunens uppgifter på fakturor")


# Kinds whose tax code says what the row is about; of other kinds it is part of the terms.
ABOUT_A_TAX_CODE = (TermKind.VAT_COMPENSATION, TermKind.OVERHEAD, TermKind.TAX, TermKind.COST_ACCOUNT)
IN_ORE = (TermKind.RATE, TermKind.FIXED_SUM, TermKind.FIRST_MONTH, TermKind.GUARANTEE)
IN_BASIS_POINTS = (TermKind.VAT_COMPENSATION, TermKind.OVERHEAD, TermKind.TAX)
# Settled for a whole month.
WHOLE_MONTHS = (TermKind.POLICY, TermKind.VAT_COMPENSATION, TermKind.OVERHEAD)
_NEEDS_TAX_CODE = (TermKind.SERVICE, TermKind.FIXED_SUM, TermKind.FIRST_MONTH, TermKind.GUARANTEE, TermKind.TAX)
_NEEDS_PROVIDER_KIND = (TermKind.VAT_COMPENSATION, TermKind.OVERHEAD, TermKind.LIABILITY_ACCOUNT)


def _only_of(kinds: tuple[TermKind, ...], **empty: object) -> Q:
    return Q(kind__in=kinds) | Q(**empty)


class Term(FourEyes, Period):
    """A rate, a ladder or another term, from its day until the next one about the same.

    Empty area, service, provider kind or line kind: all. ``ore``: price of an hour, or a sum. ``details``: the rest,
    by kind (``reimbursement.term_details``). A row takes effect when approved; approved rows about the same never
    overlap. ``replaced``: another row from the same day has taken its place.
    """

    kind = models.CharField(_("slag"), max_length=20, choices=TermKind)
    area = models.ForeignKey(Area, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("område"))
    service_type = models.ForeignKey(
        ServiceType, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("insats")
    )
    provider = models.ForeignKey(
        Provider, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("utförare")
    )
    provider_kind = models.CharField(_("driftsform"), max_length=12, choices=Provider.Kind, blank=True)
    away = models.CharField(_("frånvaro"), max_length=10, choices=Absence.Kind, blank=True)
    planned = models.BooleanField(_("planerad"), default=False)
    line_kind = models.CharField(_("slag av rad"), max_length=20, blank=True)
    tax_code = models.SlugField(_("momskod"), max_length=20, blank=True)
    ore = models.PositiveBigIntegerField(_("öre"), null=True, blank=True)
    basis_points = models.IntegerField(_("hundradels procent"), null=True, blank=True)
    details = models.JSONField(_("villkor"), default=dict, blank=True)
    replaced = models.BooleanField(_("ersatt"), default=False, editable=False)
    about = models.GeneratedField(
        expression=Concat(
            F("kind"),
            Value("/"),
            F("area"),
            Value("/"),
            F("service_type"),
            Value("/"),
            F("provider"),
            Value("/"),
            F("provider_kind"),
            Value("/"),
            F("away"),
            Case(When(planned=True, then=Value("+")), default=Value("/")),
            F("line_kind"),
            Value("/"),
            Case(When(kind__in=ABOUT_A_TAX_CODE, then=F("tax_code")), default=Value("")),
            output_field=models.TextField(),
        ),
        output_field=models.TextField(),
        db_persist=True,
    )

    class Meta:
        verbose_name = _("villkor för ersättning")
        verbose_name_plural = _("villkor för ersättning")
        ordering = ["kind", "about", "valid_from", "id"]
        constraints = [
            two_people("reimbursement_term_two_people"),
            period_forward("reimbursement_term_forward"),
            no_overlap(
                "reimbursement_term_no_overlap",
                "about",
                message=_("Det finns redan ett villkor om samma sak under den tiden."),
                condition=Q(state="approved", replaced=False),
            ),
            models.CheckConstraint(
                name="reimbursement_term_amounts",
                condition=Q(kind__in=IN_ORE, ore__isnull=False, basis_points=None)
                | Q(kind__in=IN_BASIS_POINTS, ore=None, basis_points__gte=-10_000, basis_points__lte=10_000)
                | (~Q(kind__in=(*IN_ORE, *IN_BASIS_POINTS)) & Q(ore=None, basis_points=None)),
                violation_error_message=_("Ange ett belopp eller en procentsats."),
            ),
            models.CheckConstraint(
                name="reimbursement_term_whole_months",
                condition=~Q(kind__in=WHOLE_MONTHS)
                | Q(valid_from__day=1) & (Q(valid_until__isnull=True) | Q(valid_until__day=1)),
                violation_error_message=_("Det börjar gälla den första i en månad. Välj den dagen."),
            ),
            models.CheckConstraint(
                name="reimbursement_term_tax_code",
                condition=~Q(kind__in=_NEEDS_TAX_CODE) | ~Q(tax_code=""),
                violation_error_message=_("Välj en momskod."),
            ),
            models.CheckConstraint(
                name="reimbursement_term_about",
                condition=_only_of((TermKind.RATE, TermKind.FIXED_SUM, TermKind.OBJECTS), area=None)
                & _only_of((TermKind.RATE, TermKind.SERVICE), service_type=None)
                & (~Q(kind=TermKind.SERVICE) | Q(service_type__isnull=False))
                & (Q(kind=TermKind.PAYEE, provider__isnull=False) | (~Q(kind=TermKind.PAYEE) & Q(provider=None)))
                & (Q(kind=TermKind.LADDER) & ~Q(away="") | (~Q(kind=TermKind.LADDER) & Q(away="", planned=False)))
                & _only_of((TermKind.COST_ACCOUNT,), line_kind="")
                & (~Q(kind__in=_NEEDS_PROVIDER_KIND) | ~Q(provider_kind="")),
                violation_error_message=_("Ange vad villkoret gäller."),
            ),
            models.CheckConstraint(
                name="reimbursement_term_replaced_was_approved",
                condition=Q(replaced=False) | Q(state="approved"),
            ),
        ]

    Kind = TermKind

    def __str__(self) -> str:
        return self.reference
