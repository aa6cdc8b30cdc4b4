"""Kinds of work: complaints to answer, decisions to execute, remarks to be remedied, checks that are due."""

import datetime
from collections.abc import Iterable, Sequence

from django.db.models import Exists, F, OuterRef, Q, Value
from django.db.models.functions import Concat
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.actors import Actor
from accounts.roles import Right
from allocation.facts.scope import people
from choices.selectors import visible_persons
from common import clock
from desk.work import Group, Item, Kind, ScannedKind
from desk.work.columns import Rows, columns, from_named, ids_of
from desk.work.item import day_in_words
from followup.complaints import visible_complaints
from followup.models import ProviderCheck
from followup.not_executed import to_execute_ids, to_execute_items

# A check stands in the list so long before its day.
DAYS = 30
# Between the parts of a detail.
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


class DecisionToExecute(ScannedKind):
    """Not executed, or interrupted, and soon or already on the list for IVO (``followup.not_executed``). Due on the
    first day after three months. One line for each person, service and gap.
    """

    code, group, order = "ej-verkstallt", Group.PEOPLE, 16
    title = _("Beslut som inte är verkställt")
    why = _("Hjälpen är beviljad men ges inte. Efter tre månader rapporteras det till IVO, med skälet.")

    def find(self, *, today: datetime.date) -> Iterable[int]:
        return to_execute_ids(day=today)

    def rows_among(self, ids: Sequence[int], *, actor: Actor, today: datetime.date) -> Iterable[Rows]:
        visible = ids_of(visible_persons(actor=actor).filter(pk__in=ids))
        if not visible.sql:
            return []
        gaps = from_named(*to_execute_items(day=today, scope=people(ids)))
        return [
            Rows(
                # The service by its id: a code may be too long for the key of a mark.
                "SELECT (g.reference || '_' || g.service || '_' || g.starts_on)::varchar, g.person_id, g.area_id,"  # noqa: S608
                " g.late_from, concat_ws('|', g.reference, g.code, g.starts_on, g.since, g.is_start)::varchar"
                f" FROM ({gaps.sql}) AS g"
                " (reference, person_id, area_id, service, code, starts_on, late_from, since, is_start)"
                f" WHERE g.person_id IN ({visible.sql})",
                (*gaps.parameters, *visible.parameters),
            )
        ]

    def address(self, item: Item) -> str:
        """The reason is stated once three months are over; before that the person needs a provider."""
        reference, service, starts_on, *_rest = item.raw.split(_MARK)
        if item.due > clock.today():
            return reverse("casework:person", args=[reference])
        return reverse("casework:delay_reason", args=[reference, service, starts_on])

    def detail(self, item: Item) -> str:
        *_rest, since, is_start = item.raw.split(_MARK)
        words = gettext("Beslutat den %(day)s") if is_start == "t" else gettext("Utan hjälp sedan den %(day)s")
        return words % {"day": day_in_words(since)}


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
