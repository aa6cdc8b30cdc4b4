import datetime
from typing import Any, ClassVar, Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from choices.models.person import Person
from common.periods import Period, PeriodQuerySet, no_overlap, period_forward
from providers.models import ServiceType


class CareDecisionQuerySet(PeriodQuerySet["CareDecision"]):
    def following_choice(self, day: datetime.date) -> Self:
        """Help granted on the day for the services that follow the choice: it makes a person in care."""
        return self.on(day).filter(service_type__follows_choice=True)

    def following_choice_from(self, day: datetime.date) -> Self:
        """The same granted on the day or for later."""
        return self.filter(service_type__follows_choice=True).exclude(valid_until__lte=day)


CareDecisionManager = models.Manager.from_queryset(CareDecisionQuerySet)


class CareDecision(Period):
    """Granted help of one service type (biståndsbeslut), in minutes a month.

    A new decision changes the minutes, never the provider. A person with only a safety alarm has 0 minutes and is
    still a client.
    """

    person = models.ForeignKey(Person, models.PROTECT, related_name="care_decisions", verbose_name=_("person"))
    service_type = models.ForeignKey(ServiceType, models.PROTECT, related_name="+", verbose_name=_("insats"))
    source_reference = models.CharField(_("beslut i verksamhetssystemet"), max_length=40, unique=True)
    decided_on = models.DateField(_("beslutsdatum"))
    minutes = models.PositiveIntegerField(_("minuter per månad"))

    objects: ClassVar[Any] = CareDecisionManager()

    class Meta:
        verbose_name = _("biståndsbeslut")
        verbose_name_plural = _("biståndsbeslut")
        ordering = ["person", "valid_from"]
        indexes = [models.Index(name="choices_caredecision_decided", fields=["decided_on"])]
        constraints = [
            period_forward("choices_caredecision_forward"),
            no_overlap(
                "choices_caredecision_no_overlap",
                "person",
                "service_type",
                message=_("Personen har redan ett beslut om samma insats under den tiden."),
                # Deferred: an import may move the border between two decisions in any order.
                deferrable=models.Deferrable.IMMEDIATE,
            ),
            models.CheckConstraint(
                name="choices_caredecision_at_most_a_month",
                # 31 days of 24 hours, two carers at a time.
                condition=models.Q(minutes__lte=2 * 31 * 24 * 60),
                violation_error_message=_("Så många minuter ryms inte på en månad."),
            ),
        ]

    def __str__(self) -> str:
        return self.source_reference
