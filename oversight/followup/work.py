"""Kinds of work: complaints to answer, remarks to be remedied, checks that are due."""

import datetime
from collections.abc import Iterable

from django.db.models import Exists, F, OuterRef, Q, Value
from django.db.models.functions import Concat
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.actors import Actor
from accounts.roles import Right
from desk.work import Group, Item, Kind
from desk.work.columns import Rows, columns
from followup.complaints import visible_complaints
from followup.models import ProviderCheck

# A check stands in the list so long before its day.
DAYS = 30
# Between the provider's code and name in the detail.
_MARK = "|"


class ComplaintToAnswer(Kind):
    code, group, order = "synpunkt", Group.PEOPLE, 65
    title = _("Synpunkt att svara på")
    why = _("Någon har lämnat en synpunkt på en utförare. Ta reda på vad som hände, och svara.")
    right = Right.SEE_PERSONS

    def rows(self, *, actor: Actor, today: datetime.date) -> Iterable[Rows]:
        waiting = visible_complaints(actor=actor).filter(answered_on=None)
        return [columns(waiting.select_related(None), due=F("answer_by"), detail=F("provider__name"))]

    def address(self, item: Item) -> str:
        return reverse("casework:complaint", args=[item.reference])


class _OfProvider(Kind):
    """About a provider's checks. Right: the administrators'."""

    group = Group.OPERATIONS
    right = Right.MANAGE_PROVIDERS
    whose = Concat("provider__code", Value(_MARK), "provider__name")

    def address(self, item: Item) -> str:
        return reverse("casework:control", args=[item.raw.partition(_MARK)[0]])

    def detail(self, item: Item) -> str:
        return item.raw.partition(_MARK)[2]


class RemarkToRemedy(_OfProvider):
    code, order = "anmarkning", 60
    title = _("Anmärkning som inte är rättad")
    why = _("En kontroll gav en anmärkning. Fråga utföraren om den är rättad, och skriv hur.")

    def rows(self, *, actor: Actor, today: datetime.date) -> Iterable[Rows]:
        open_now = ProviderCheck.objects.filter(remedy_by__isnull=False, remedied_on=None)
        return [columns(open_now, person=None, due=F("remedy_by"), detail=self.whose)]


class CheckToMake(_OfProvider):
    code, order = "kontroll", 61
    title = _("Kontroll att göra")
    why = _("Nästa kontroll av utföraren är snart. Gör den, och skriv in vad du såg.")

    def rows(self, *, actor: Actor, today: datetime.date) -> Iterable[Rows]:
        later = ProviderCheck.objects.filter(
            Q(made_on__gt=OuterRef("made_on")) | Q(made_on=OuterRef("made_on"), pk__gt=OuterRef("pk")),
            Q(point=OuterRef("point")) | Q(point=None),
            provider=OuterRef("provider"),
            kind=OuterRef("kind"),
        )
        due = ProviderCheck.objects.filter(~Exists(later), next_on__lte=today + datetime.timedelta(days=DAYS))
        return [columns(due, person=None, due=F("next_on"), detail=self.whose)]
