from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from common import clock
from common.references import new_reference
from providers.models import Provider
from reimbursement.models.basis import PaymentBasis


class Remark(models.Model):
    """A provider's remark on its lines of a basis, and the answer.

    ``line``: reference of a line; "" for all of them. ``about``: the amount when the remark was made, in öre.
    """

    reference = models.CharField(_("referens"), max_length=20, unique=True, default=new_reference, editable=False)
    basis = models.ForeignKey(PaymentBasis, models.PROTECT, related_name="remarks", verbose_name=_("månad"))
    provider = models.ForeignKey(Provider, models.PROTECT, related_name="+", verbose_name=_("utförare"))
    line = models.CharField(_("rad"), max_length=20, blank=True)
    ore = models.BigIntegerField(_("belopp då"))
    text = models.CharField(_("synpunkt"), max_length=1000)
    made_at = models.DateTimeField(_("kom in"), default=clock.now)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("skrevs av"))
    answer = models.CharField(_("svar"), max_length=1000, blank=True)
    answered_at = models.DateTimeField(_("besvarades"), null=True, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("besvarades av"),
    )

    class Meta:
        verbose_name = _("synpunkt på ersättningsunderlag")
        verbose_name_plural = _("synpunkter på ersättningsunderlag")
        ordering = ["made_at", "id"]
        constraints = [
            models.CheckConstraint(name="reimbursement_remark_says_something", condition=~Q(text="")),
            models.CheckConstraint(
                name="reimbursement_remark_answer_is_whole",
                condition=Q(answer="", answered_at=None, answered_by=None)
                | (~Q(answer="") & Q(answered_at__isnull=False, answered_by__isnull=False)),
            ),
        ]

    def __str__(self) -> str:
        return self.reference
