"""Households whose joint choice is in question: a death, or protection of a member."""

import datetime
from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery, Value
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.actors import Actor
from choices.households import leave_household
from choices.models import HouseholdMember, Person
from choices.selectors import visible_persons
from common import clock
from desk.work import marks
from desk.work.actions import SAY_DONE
from desk.work.columns import Rows, columns, days_after
from desk.work.forms import DoneForm
from desk.work.item import Item, day_in_words
from desk.work.kind import Action, Group, Kind
from secrecy.protected import not_protected, protected

HOUSEHOLD_DAYS = 14
# A membership that ended with a death long ago came with the first import: no call.
NEWS_DAYS = 365


@transaction.atomic
def _spoken_with(item: Item, data: dict[str, Any], actor: Actor) -> str:
    dead = Person.objects.get(reference=item.reference)
    marks.done(item=item, seen=data["seen"], reason=data["reason"], actor=actor)
    if dead.deceased_on:
        leave_household(person=dead, on=dead.deceased_on, actor=actor)
    return gettext("Sparat. Hushållet är avslutat.")


class DeathInHousehold(Kind):
    """One item per death, about the survivor. It stays until an officer declares it done, also when the household has
    been ended elsewhere.
    """

    code, group, order = "dodsfall", Group.PEOPLE, 80
    title = _("Dödsfall i ett hushåll")
    why = _("Någon bor kvar. Valet tillsammans gäller inte längre.")
    how = _(
        "Ring den som bor kvar, beklaga, och fråga om valet fortfarande gäller. Skriv sedan här vad ni kom fram till."
        " Då avslutas hushållet. Skriv aldrig i ett brev till den ena vad den andra hade valt."
    )
    can_be_done = True
    actions = (Action("avsluta", _("Avsluta hushållet"), _spoken_with, DoneForm),)

    def rows(self, *, actor: Actor, today: datetime.date) -> Iterable[Rows]:
        left = _left(actor, OuterRef("household")).order_by("pk").values("person")[:1]
        died = HouseholdMember.objects.filter(
            Q(valid_until__isnull=True)
            | Q(
                valid_until__gte=F("person__deceased_on"),
                person__deceased_on__gte=today - datetime.timedelta(days=NEWS_DAYS),
            ),
            person__deceased_on__isnull=False,
            person__in=visible_persons(actor=actor),
        ).annotate(died_on=F("person__deceased_on"), dead=F("person__reference"), left=Subquery(left))
        of_left = Person.objects.filter(pk=OuterRef("left")).values("area")
        return [
            columns(
                died.filter(left__isnull=False).annotate(left__area=Subquery(of_left)),
                reference="dead",
                person="left",
                due=days_after(F("died_on"), HOUSEHOLD_DAYS),
                detail=F("died_on"),
            )
        ]

    def detail(self, item: Item) -> str:
        return gettext("Bor kvar. Någon i hushållet avled den %(day)s.") % {"day": day_in_words(item.raw)}

    def links(self, item: Item, actor: Actor) -> list[tuple[str, str]]:
        member = HouseholdMember.objects.filter(person__reference=item.reference).latest("valid_from")
        others = (
            _left(actor, member.household_id).exclude(person=item.person).values_list("person__reference", flat=True)
        )
        pages = [
            (gettext("Den som avled"), item.reference),
            *((gettext("En till som bor kvar"), other) for other in others),
        ]
        return [(words, reverse("casework:person", args=[reference])) for words, reference in pages]


@transaction.atomic
def _lives_elsewhere(item: Item, data: dict[str, Any], actor: Actor) -> str:
    member = HouseholdMember.objects.get(pk=item.reference)
    marks.done(item=item, seen=data["seen"], reason=data["reason"], actor=actor)
    leave_household(person=member.person, on=clock.today(), actor=actor)
    return gettext("Sparat. Hushållet är avslutat.")


class ProtectedInHousehold(Kind):
    """A protected member of a household with unprotected ones: a joint choice places them with one provider, from which
    the others could infer where the protected one is. Whether they still live together is for an officer to find out;
    the program splits nobody. The reference is the membership: a new one is a new item.
    """

    code, group, order = "skyddad-i-hushall", Group.PEOPLE, 81
    title = _("Skyddad person i ett hushåll")
    why = _("De kan få samma utförare. Den som inte är skyddad kan då räkna ut var den andra finns.")
    how = _(
        "Ta reda på om de bor ihop. Gör de inte det: avsluta hushållet, så räknas de var för sig från i dag. Bor de"
        " ihop: skriv det och välj Klart. Berätta aldrig för den ena vad den andra har valt."
    )
    can_be_done = True
    actions = (Action("avsluta", _("Avsluta hushållet"), _lives_elsewhere, DoneForm), SAY_DONE)

    def rows(self, *, actor: Actor, today: datetime.date) -> Iterable[Rows]:
        others = HouseholdMember.objects.filter(
            not_protected("person"), household=OuterRef("household"), valid_until__isnull=True
        ).filter(person__deceased_on__isnull=True, person__merged_into__isnull=True)
        members = HouseholdMember.objects.filter(
            Exists(others),
            valid_until__isnull=True,
            person__in=visible_persons(actor=actor).filter(protected(), deceased_on__isnull=True),
        )
        # Nothing says since when the person has been protected: it is for today, every day.
        return [columns(members, reference="pk", due=Value(today))]


def _left(actor: Actor, household: Any) -> QuerySet[HouseholdMember]:
    """Living members of a household whom ``actor`` may see."""
    return HouseholdMember.objects.filter(
        household=household,
        valid_until__isnull=True,
        person__in=visible_persons(actor=actor).filter(deceased_on__isnull=True),
    )
