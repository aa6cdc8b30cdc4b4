"""Handover to a provider that is late, or waits for the municipality's answer."""

import datetime
from collections.abc import Iterable

from django.db.models import F, Min, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.actors import Actor
from choices.selectors import visible_persons
from desk.work.columns import Rows, columns, day_of, days_after
from desk.work.item import Item
from desk.work.kind import Group, Kind
from handover.models import Order
from handover.selectors import late_to_receive, with_questions, without_first_visit

ANSWER_DAYS = 1


class HandoverWork(Kind):
    """About an order. The detail is the provider's name."""

    group = Group.PEOPLE

    def address(self, item: Item) -> str:
        return reverse("casework:handover", args=[item.reference])

    def _rows(self, orders: QuerySet[Order], actor: Actor, due: object) -> list[Rows]:
        own = orders.filter(person__in=visible_persons(actor=actor))
        return [columns(own, due=due, detail=F("placement__contract__provider__name"))]


class NotReceived(HandoverWork):
    code, order = "ej-mottaget", 42
    title = _("Utföraren har inte tagit emot")
    why = _("Ring utföraren. Den ska planera innan dagen kommer.")

    def rows(self, *, actor: Actor, today: datetime.date) -> Iterable[Rows]:
        # From the first day on it is the visit that is missing.
        late = late_to_receive(today=today).exclude(Q(kind=Order.Kind.START, day__lte=today))
        return self._rows(late, actor, "receive_by")


class NoFirstVisit(HandoverWork):
    code, order = "forsta-besok", 41
    title = _("Inget första besök än")
    why = _("Hjälpen skulle ha börjat. Ring personen och utföraren.")

    def rows(self, *, actor: Actor, today: datetime.date) -> Iterable[Rows]:
        return self._rows(without_first_visit(today=today), actor, "day")


class ProviderAsks(HandoverWork):
    code, order = "utforare-fragar", 43
    title = _("Fråga från en utförare")
    why = _("Svara, så att utföraren kan planera.")

    def rows(self, *, actor: Actor, today: datetime.date) -> Iterable[Rows]:
        asked = with_questions().annotate(asked_on=Min(day_of("messages__at"), filter=Q(messages__waits=True)))
        return self._rows(asked, actor, days_after(F("asked_on"), ANSWER_DAYS))


HANDOVER_KINDS = (NoFirstVisit, NotReceived, ProviderAsks)
