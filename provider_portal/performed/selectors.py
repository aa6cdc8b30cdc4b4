"""Performed time as the provider has reported it, and the references of its clients."""

import datetime
from dataclasses import dataclass

from django.db.models.functions import Collate

from accounts.actors import Actor
from allocation.models.placement import PlacementQuerySet
from allocation.selectors import own_placements
from choices.models import Person
from common.percent import percent
from followup.performed import Performed, performed_in
from followup.quarters import months_before
from secrecy.protected import protected

MONTHS = 6


@dataclass(frozen=True)
class ReportedMonth:
    month: datetime.date
    performed: Performed

    @property
    def quotient(self) -> str:
        """``97,5 %``. Empty: nothing is reported."""
        found = self.performed.quotient
        return percent(*found) if found else ""


def reported_months(*, provider: str, today: datetime.date) -> list[ReportedMonth]:
    """The last whole months, newest first. Without protected people, like all figures."""
    months = [months_before(today, count) for count in range(1, MONTHS + 1)]
    found = performed_in(months=months)
    return [ReportedMonth(month, found[month].get(provider, Performed())) for month in months]


def referenced(*, actor: Actor, today: datetime.date) -> PlacementQuerySet:
    """Placements of the clients whom the provider sees now, by name. Nobody protected: it is for a file."""
    own = own_placements(actor=actor, today=today).exclude(person__in=Person.objects.filter(protected()))
    return own.select_related("person").order_by(Collate("person__order_key", "C"), "person_id", "valid_from")
