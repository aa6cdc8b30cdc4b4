"""Decisions without a letter, and letters that repeat a decision (letters.consistency)."""

import datetime
from collections.abc import Iterable, Sequence

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import F, Func, IntegerField, OuterRef
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.actors import Actor
from accounts.roles import Right
from allocation.models import AllocationRun
from choices.selectors import visible_persons
from desk.work.actions import SAY_DONE
from desk.work.columns import Rows, columns, day_of, days_after
from desk.work.item import Item
from desk.work.kind import Group, ScannedKind
from letters.consistency import duplicate_letters, manual_placements_without_letter, placements_without_letter

LETTER_DAYS = 2
MOST_COUNTED = 100


class RunWithoutLetters(ScannedKind):
    """An applied run with placements without a letter: one item, however many they are."""

    code, group, order = "obesked", Group.LETTERS, 40
    title = _("Besked som inte är skrivna")
    why = _("Fördelningen är genomförd, men alla har inte fått ett brev.")
    right = Right.MAKE_LETTERS

    def find(self, *, today: datetime.date) -> Iterable[int]:
        untold = placements_without_letter(today=today)
        return untold.order_by().values_list("run", flat=True).distinct()

    def rows_among(self, ids: Sequence[int], *, actor: Actor, today: datetime.date) -> Iterable[Rows]:
        untold = placements_without_letter(today=today)
        # Counted to a limit: just after a round it is everybody.
        some = ArraySubquery(untold.filter(run=OuterRef("pk")).order_by().values("pk")[: MOST_COUNTED + 1])
        runs = AllocationRun.objects.filter(pk__in=ids).annotate(
            count=Func(some, function="cardinality", output_field=IntegerField())
        )
        found = runs.filter(count__gt=0)
        return [columns(found, person=None, due=days_after(day_of("applied_at"), LETTER_DAYS), detail=F("count"))]

    def address(self, item: Item) -> str:
        return reverse("casework:run", args=[item.reference])

    def detail(self, item: Item) -> str:
        if int(item.raw) > MOST_COUNTED:
            return str(_("Personer utan brev: fler än %(count)s") % {"count": MOST_COUNTED})
        return str(_("Personer utan brev: %(count)s") % {"count": item.raw})


class PlacementWithoutLetter(ScannedKind):
    """A manual placement without a letter. The reference is the placement's number."""

    code, group, order = "obesked-hand", Group.LETTERS, 45
    title = _("Ändrad utförare utan besked")
    why = _("Personen har fått en ny utförare och inget brev om det. Ring eller skriv.")
    can_be_done = True
    actions = (SAY_DONE,)

    def find(self, *, today: datetime.date) -> Iterable[int]:
        return manual_placements_without_letter().values_list("pk", flat=True)

    def rows_among(self, ids: Sequence[int], *, actor: Actor, today: datetime.date) -> Iterable[Rows]:
        shown = manual_placements_without_letter().filter(pk__in=ids, person__in=visible_persons(actor=actor))
        due = days_after(day_of("registered_at"), LETTER_DAYS)
        return [columns(shown, reference="pk", due=due, detail=F("contract__provider__name"))]


class DuplicateLetter(ScannedKind):
    """One decision announced in two letters. The reference is that of the later one."""

    code, group, order = "dubbelt", Group.LETTERS, 50
    title = _("Två brev om samma beslut")
    why = _("Ring och berätta vilket brev som gäller.")
    can_be_done = True
    actions = (SAY_DONE,)

    def find(self, *, today: datetime.date) -> Iterable[int]:
        return duplicate_letters(today=today).values_list("pk", flat=True)

    def rows_among(self, ids: Sequence[int], *, actor: Actor, today: datetime.date) -> Iterable[Rows]:
        doubled = duplicate_letters(today=today).filter(pk__in=ids, person__in=visible_persons(actor=actor))
        return [columns(doubled, due=days_after(day_of("created_at"), LETTER_DAYS))]

    def links(self, item: Item, actor: Actor) -> list[tuple[str, str]]:
        return [(gettext("Öppna brevet (PDF)"), reverse("casework:letter", args=[item.reference]))]
