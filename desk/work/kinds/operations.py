"""Work of operators: failed runs, problem reports about the website."""

import datetime
from collections.abc import Iterable

from django.db.models import Case, CharField, F, Subquery, Value, When
from django.db.models.functions import Coalesce, Concat
from django.utils.translation import gettext_lazy as _

from accounts.actors import Actor
from allocation.models import AllocationRun, Night, RunFailure
from citizens.models import FaultReport
from desk.work.actions import SAY_DONE
from desk.work.columns import Rows, columns, day_of, days_after
from desk.work.item import Item
from desk.work.kind import Group, Kind

FAULT_DAYS = 7
# Days that a failed run (other than a night) is listed.
FAILURE_DAYS = 30


class FailedRun(Kind):
    """A night that failed and has not been done since; another run that failed."""

    code, group, order = "korning", Group.OPERATIONS, 10
    title = _("En körning misslyckades")
    why = _("Inget har ändrats. Driften ska veta det.")
    can_be_done = True
    actions = (SAY_DONE,)

    def rows(self, *, actor: Actor, today: datetime.date) -> Iterable[Rows]:
        last = Subquery(Night.objects.order_by("-business_date").values("business_date")[:1])
        nights = RunFailure.objects.filter(
            kind=AllocationRun.Kind.NIGHT, business_date__gt=Coalesce(last, Value(datetime.date.min))
        )
        others = RunFailure.objects.exclude(kind=AllocationRun.Kind.NIGHT).filter(
            business_date__gte=today - datetime.timedelta(days=FAILURE_DAYS)
        )
        return [
            columns(rows, reference="pk", person=None, due="business_date", detail=F("kind"))
            for rows in (nights, others)
        ]

    def detail(self, item: Item) -> str:
        return str(AllocationRun.Kind(item.raw).label)


class WebsiteFault(Kind):
    """A problem report about the website, with page and contact details."""

    code, group, order = "fel", Group.OPERATIONS, 20
    title = _("Fel på webbplatsen")
    why = _("Någon har anmält något som inte går att använda. Skicka det till dem som sköter webbplatsen, och svara.")
    can_be_done = True
    actions = (SAY_DONE,)

    def rows(self, *, actor: Actor, today: datetime.date) -> Iterable[Rows]:
        detail_words = Concat("words", _before(" – ", "where"), _before(" – ", "contact"), output_field=CharField())
        due = days_after(day_of("sent_at"), FAULT_DAYS)
        return [columns(FaultReport.objects.all(), person=None, due=due, detail=detail_words)]


def _before(sign: str, field: str) -> Case:
    return Case(When(**{field: ""}, then=Value("")), default=Concat(Value(sign), F(field)))
