"""People without a provider and unexplained interim providers (allocation.facts.served), each until resolved."""

import datetime
from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.actors import Actor
from allocation.facts import scope, served
from allocation.models import ContactTask
from choices.models import Person
from choices.selectors import visible_persons
from desk.work.columns import Rows, from_named, ids_of
from desk.work.item import Item, day_in_words
from desk.work.kind import Group, ScannedKind
from desk.work.kinds.people import new_people

INTERIM_DAYS = 30


class Unserved(ScannedKind):
    """In care without a provider, and in no other kind: no call because of it, not new. Today's decisions are handled
    by the next night.
    """

    code, group, order = "ingen", Group.PEOPLE, 15
    title = _("Ingen utförare i dag")
    why = _("Personen har beviljad hjälp, men ingen utförare. Ta reda på varför, och ordna en utförare.")

    def find(self, *, today: datetime.date) -> Iterable[int]:
        return served.unserved_ids(day=today)

    def rows_among(self, ids: Sequence[int], *, actor: Actor, today: datetime.date) -> Iterable[Rows]:
        calls = ContactTask.objects.filter(
            person=OuterRef("pk"), kind=ContactTask.Kind.GAP, status=ContactTask.Status.TO_DO
        )
        _meanwhile, nobody = new_people(actor=actor, today=today)
        shown = visible_persons(actor=actor).filter(~Exists(calls), pk__in=ids)
        shown = shown.exclude(pk__in=nobody.filter(pk__in=ids).values("pk"))
        sql, parameters = served.unserved_items(day=today, scope=scope.people(ids))
        due = "coalesce(f.starts_on, f.since + (SELECT choice_days FROM providers_municipality))"
        return [_rows(sql, parameters, due=due, shown=shown, before=today)]

    def address(self, item: Item) -> str:
        return reverse("casework:person", args=[item.reference])

    def detail(self, item: Item) -> str:
        if not item.raw:
            return ""
        return gettext("En utförare börjar den %(day)s") % {"day": day_in_words(item.raw)}


class InterimForGood(ScannedKind):
    """An unexplained interim provider: no start decided, no waiting wish, not new."""

    code, group, order = "tillfallig", Group.PEOPLE, 75
    title = _("Tillfällig utförare, inget på gång")
    why = _("Personen står inte i någon kö. Fråga vilken utförare personen vill ha.")

    def find(self, *, today: datetime.date) -> Iterable[int]:
        return served.unexplained_interim_ids(day=today)

    def rows_among(self, ids: Sequence[int], *, actor: Actor, today: datetime.date) -> Iterable[Rows]:
        meanwhile, _nobody = new_people(actor=actor, today=today)
        shown = visible_persons(actor=actor).filter(pk__in=ids)
        shown = shown.exclude(pk__in=meanwhile.filter(pk__in=ids).values("pk"))
        sql, parameters = served.unexplained_interim_items(day=today, scope=scope.people(ids))
        return [_rows(sql, parameters, due=f"f.since + {INTERIM_DAYS}", shown=shown, before=today)]

    def address(self, item: Item) -> str:
        return reverse("casework:new_choice", args=[item.reference])


def _rows(sql: str, parameters: dict[str, Any], *, due: str, shown: QuerySet[Person], before: datetime.date) -> Rows:
    """Rows of a fact that began before a day, without the people who are not ``shown``."""
    visible, facts = ids_of(shown), from_named(sql, parameters)
    if not visible.sql:
        return Rows()
    return Rows(
        f"SELECT f.reference::varchar, f.person_id, f.area_id, ({due})::date, coalesce(f.starts_on::varchar, '')"  # noqa: S608
        f" FROM ({facts.sql}) AS f (reference, person_id, area_id, since, starts_on)"
        f" WHERE f.since < %s AND f.person_id IN ({visible.sql})",
        (*facts.parameters, before, *visible.parameters),
    )
