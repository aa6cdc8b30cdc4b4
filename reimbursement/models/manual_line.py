from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from common.four_eyes import FourEyes, two_people
from providers.models import Provider


class ManualLine(FourEyes):
    """A sum decided by two people, with its reason. It belongs to a month; of a sealed month it is an adjustment.

    ``person``: the reference of a person, "" for none. ``ore``: a deduction is negative.
    """

    month = models.DateField(_("månad"))
    provider = models.ForeignKey(Provider, models.PROTECT, related_name="+", verbose_name=_("utförare"))
    person = models.CharField(_("person"), max_length=20, blank=True)
    tax_code = models.SlugField(_("momskod"), max_length=20)
    ore = models.BigIntegerField(_("öre"))

    class Meta:
        verbose_name = _("beslutat belopp")
        verbose_name_plural = _("beslutade belopp")
        ordering = ["-proposed_at", "-id"]
        constraints = [
            two_people("reimbursement_manual_two_people"),
            models.CheckConstraint(name="reimbursement_manual_whole_month", condition=Q(month__day=1)),
            models.CheckConstraint(
                name="reimbursement_manual_an_amount",
                condition=~Q(ore=0) & Q(ore__gte=-1_000_000_000_000, ore__lte=1_000_000_000_000),
                violation_error_message=_("Ange ett belopp som inte är noll."),
            ),
            models.CheckConstraint(
                name="reimbursement_manual_has_a_reason",
                condition=~Q(reason=""),
                violation_error_message=_("Skriv varför beloppet betalas."),
            ),
        ]

    def __str__(self) -> str:
        return self.reference
