from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from common.four_eyes import FourEyes, two_people
from providers.models.terms import Area, Contract


class QuotaChange(FourEyes):
    """A new share for an area, or a new ceiling or guarantee for a contract, awaiting a second person.

    Share in basis points; ceiling in minutes a month, persons, or both; guarantee in minutes a month.
    """

    class Kind(models.TextChoices):
        SHARE = "share", _("andel")
        CEILING = "ceiling", _("tak")
        GUARANTEE = "guarantee", _("garanti")

    area = models.ForeignKey(
        Area, models.PROTECT, null=True, blank=True, related_name="quota_changes", verbose_name=_("område")
    )
    share_bp = models.PositiveIntegerField(_("högsta externa andel"), null=True, blank=True)
    contract = models.ForeignKey(
        Contract, models.PROTECT, null=True, blank=True, related_name="quota_changes", verbose_name=_("avtal")
    )
    minutes = models.PositiveIntegerField(_("minuter per månad"), null=True, blank=True)
    persons = models.PositiveIntegerField(_("personer"), null=True, blank=True)
    tolerance_minutes = models.PositiveIntegerField(_("tolerans, minuter"), default=0)
    guaranteed_minutes = models.PositiveIntegerField(_("garanterade minuter per månad"), null=True, blank=True)
    valid_from = models.DateField(_("gäller från"))

    class Meta:
        verbose_name = _("ändring av andel eller tak")
        verbose_name_plural = _("ändringar av andel eller tak")
        ordering = ["-proposed_at", "-id"]
        constraints = [
            two_people("providers_quotachange_two_people"),
            models.CheckConstraint(
                name="providers_quotachange_share_or_ceiling",
                condition=Q(
                    area__isnull=False,
                    share_bp__isnull=False,
                    contract__isnull=True,
                    minutes=None,
                    persons=None,
                    guaranteed_minutes=None,
                )
                | Q(area__isnull=True, share_bp__isnull=True, contract__isnull=False)
                & (
                    Q(guaranteed_minutes__isnull=True) & (Q(minutes__isnull=False) | Q(persons__isnull=False))
                    | Q(guaranteed_minutes__isnull=False, minutes=None, persons=None)
                ),
                violation_error_message=_(
                    "Ange en andel för ett område, eller ett tak eller en garanti för ett avtal."
                ),
            ),
            models.CheckConstraint(
                name="providers_quotachange_at_most_all",
                condition=Q(share_bp__isnull=True) | Q(share_bp__lte=10000),
                violation_error_message=_("Andelen kan inte vara mer än 100 procent."),
            ),
            models.UniqueConstraint(
                name="providers_quotachange_one_open",
                fields=["area", "contract"],
                condition=Q(state="proposed", guaranteed_minutes__isnull=True),
                nulls_distinct=False,
                violation_error_message=_("Det finns redan ett förslag som väntar på beslut."),
            ),
            models.UniqueConstraint(
                name="providers_quotachange_one_open_guarantee",
                fields=["contract"],
                condition=Q(state="proposed", guaranteed_minutes__isnull=False),
                violation_error_message=_("Det finns redan ett förslag som väntar på beslut."),
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def kind(self) -> Kind:
        if self.contract_id is None:
            return self.Kind.SHARE
        return self.Kind.CEILING if self.guaranteed_minutes is None else self.Kind.GUARANTEE

    @property
    def owner(self) -> Area | Contract:
        """Owner of the quota: an area for a share, a contract for ceilings and guarantees."""
        owner = self.contract or self.area
        assert owner is not None  # noqa: S101  (a constraint)
        return owner
