"""Letters that need staff."""

import datetime
from collections.abc import Iterable
from typing import Any

from django.db.models import F
from django.urls import reverse
from django.utils.translation import gettext, gettext_noop
from django.utils.translation import gettext_lazy as _

from accounts.actors import Actor
from accounts.roles import Right
from choices.selectors import visible_persons
from desk.work.actions import SAY_DONE
from desk.work.columns import Rows, columns, day_of, days_after
from desk.work.forms import ReturnForm
from desk.work.item import Item
from desk.work.kind import Action, Group, Kind
from letters import addressees
from letters import selectors as letters
from letters.models import Letter, LetterKind, ReturnedLetter
from letters.services import handle_return, mark_protected_posted

RETURN_DAYS, MAIL_DAYS, HELD_DAYS = 3, 1, 3

# The values of letters.facts.common and letters.services.digital.
HELD_FOR_A_HUMAN = (
    gettext_noop("Adressen saknas eller är inte hel."),
    gettext_noop("Företrädarens adress saknas eller är inte hel."),
    gettext_noop("Kopian gäller någon med skyddade uppgifter. Skicka den för hand."),
    *(addressees.PROTECTED_SINCE, addressees.MOVED, addressees.RENAMED),
    gettext_noop("Namnet eller adressen har tecken som brevet inte kan visa. Skriv dem med latinska bokstäver."),
)


def _return_handled(item: Item, data: dict[str, Any], actor: Actor) -> str:
    returned = letters.open_returns(actor=actor).get(letter__reference=item.reference)
    handle_return(returned=returned, how=data["handled"], note=data["note"], actor=actor)
    return gettext("Klart. Nya brev skickas till personen igen.")


def _posted(item: Item, data: dict[str, Any], actor: Actor) -> str:
    mark_protected_posted(letters=[letters.letter(reference=item.reference, actor=actor)], actor=actor)
    return gettext("Brevet är postat.")


class AtThePrinter(Kind):
    code, group, order = "tryckeri", Group.LETTERS, 5
    title = _("Ring tryckeriet")
    why = _("Ett brev som ligger hos tryckeriet ska inte postas. Mottagaren har avlidit eller fått skyddade uppgifter.")
    right = Right.MAKE_LETTERS
    can_be_done = True
    actions = (SAY_DONE,)

    def rows(self, *, actor: Actor, today: datetime.date) -> Iterable[Rows]:
        batches = letters.to_call_back(actor=actor).select_related(None)
        return [columns(batches, person=None, due=day_of("handed_over_at"))]

    def links(self, item: Item, actor: Actor) -> list[tuple[str, str]]:
        return [(gettext("Visa vilka brev som ska tas ut"), reverse("casework:batch", args=[item.reference]))]


class ReturnedMail(Kind):
    code, group, order = "retur", Group.LETTERS, 10
    title = _("Brev som kom tillbaka")
    why = _("Inga fler brev skickas dit förrän någon har tagit reda på varför.")
    how = _(
        "Ring eller slå upp adressen. Rätta den i verksamhetssystemet: den kommer hit med nästa inläsning."
        " Skriv sedan här vad du har gjort."
    )
    actions = (Action("hanterad", _("Jag har rett ut det"), _return_handled, ReturnForm),)

    def rows(self, *, actor: Actor, today: datetime.date) -> Iterable[Rows]:
        returned = letters.open_returns(actor=actor).select_related(None)
        due = days_after(F("returned_on"), RETURN_DAYS)
        about = {"reference": "letter__reference", "person": "letter__person"}
        return [columns(returned, **about, due=due, detail=F("reason"))]

    def detail(self, item: Item) -> str:
        return str(ReturnedLetter.Reason(item.raw).label)


class HeldLetter(Kind):
    """Letters that cannot be sent automatically: no address, or a copy that would reveal a protected person."""

    code, group, order = "stoppat", Group.LETTERS, 20
    title = _("Brev som inte kan skickas")
    why = _("Ta reda på adressen, eller skicka det för hand.")
    can_be_done = True
    actions = (SAY_DONE,)

    def rows(self, *, actor: Actor, today: datetime.date) -> Iterable[Rows]:
        held = Letter.objects.filter(
            route=Letter.Route.HOLD,
            hold_reason__in=HELD_FOR_A_HUMAN,
            person__deceased_on__isnull=True,
            posted_on__isnull=True,
            corrected_by__isnull=True,
            person__in=visible_persons(actor=actor),
        )
        return [columns(held, due=days_after(day_of("created_at"), HELD_DAYS), detail=F("hold_reason"))]


class ProtectedMail(Kind):
    code, group, order = "skyddad", Group.LETTERS, 30
    title = _("Skyddad post")
    why = _("Läggs i två kuvert och skickas för hand.")
    how = _(
        "Skriv ut brevet. Lägg det i ett förslutet kuvert med personnumret på, och det i ett ytterkuvert till"
        " Skatteverket, Box 2820, 403 20 Göteborg."
    )
    right = Right.SEE_PROTECTED
    actions = (Action("postad", _("Brevet är postat"), _posted),)

    def rows(self, *, actor: Actor, today: datetime.date) -> Iterable[Rows]:
        waiting = letters.protected_mail(actor=actor).select_related(None)
        return [columns(waiting, due=days_after(day_of("created_at"), MAIL_DAYS), detail=F("kind"))]

    def detail(self, item: Item) -> str:
        return str(LetterKind(item.raw).label)

    def links(self, item: Item, actor: Actor) -> list[tuple[str, str]]:
        return [(gettext("Öppna brevet (PDF)"), reverse("casework:letter", args=[item.reference]))]
