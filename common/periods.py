"""Effective-dated rows: a half-open period ``[valid_from, valid_until)``, open when ``valid_until`` is null."""

import datetime
from typing import Any, Self, TypeVar

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import CheckConstraint, F, Func, Q, Value
from django.utils.translation import gettext_lazy as _


def date_range(start: str = "valid_from", end: str = "valid_until") -> Func:
    return Func(F(start), F(end), Value("[)"), function="DATERANGE", output_field=DateRangeField())


def period_forward(name: str, start: str = "valid_from", end: str = "valid_until") -> CheckConstraint:
    """Constraint: the end is after the start."""
    return CheckConstraint(
        name=name,
        condition=Q(**{f"{end}__isnull": True}) | Q(**{f"{end}__gt": F(start)}),
        violation_error_message=_("Slutdatum måste ligga efter startdatum."),
    )


def no_overlap(
    name: str, *same: str, message: Any, start: str = "valid_from", end: str = "valid_until", **kwargs: Any
) -> ExclusionConstraint:
    """Constraint: two rows that agree in the fields ``same`` never share a day."""
    return ExclusionConstraint(
        name=name,
        expressions=[
            *((field, RangeOperators.EQUAL) for field in same),
            (date_range(start, end), RangeOperators.OVERLAPS),
        ],
        violation_error_message=message,
        **kwargs,
    )


M = TypeVar("M", bound=models.Model)


class PeriodQuerySet(models.QuerySet[M]):
    def on(self, day: datetime.date) -> Self:
        """Rows valid on that day."""
        return self.filter(Q(valid_until__isnull=True) | Q(valid_until__gt=day), valid_from__lte=day)


PeriodManager = models.Manager.from_queryset(PeriodQuerySet)


class Period(models.Model):
    valid_from = models.DateField(_("gäller från"))
    valid_until = models.DateField(
        _("gäller till"), null=True, blank=True, help_text=_("Första dagen som inte längre gäller.")
    )

    objects = PeriodManager()

    class Meta:
        abstract = True

    def covers(self, day: datetime.date) -> bool:
        """``PeriodQuerySet.on`` for a row in memory."""
        return self.valid_from <= day and (self.valid_until is None or self.valid_until > day)
