"""Answers to offers, choices to register, people who have not chosen, news of people from elsewhere."""

import datetime
from collections.abc import Iterable

from django.db.models import Exists, F, Min, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.actors import Actor
from accounts.roles import Right
from allocation.facts.served import NEW_DAYS
from allocation.models import Offer, Placement
from choices.models import CareDecision, Person, RegisterTask
from choices.selectors import visible_persons
from desk.models import Scan
from desk.work.actions import SAY_DONE
from desk.work.columns import Rows, columns, day_of, days_after
from desk.work.item import Item
from desk.work.kind import Group, Kind
from providers.models import Municipality
from reimbursement.models import Absence

SCAN_DAYS = 1
REGISTER_DAYS = 1


class OpenOffer(Kind):
    code, group, order = "erbjudande", Group.PEOPLE, 50
    title = _("Svar på ett erbjudande")
    why = _("Har personen svarat? Skriv in svaret.")

    def rows(self, *, actor: Actor, today: datetime.date) -> Iterable[Rows]:
        offers = Offer.objects.filter(status=Offer.Status.OPEN, person__in=visible_persons(actor=actor))
        return [columns(offers, due="answer_by", detail=F("contract__provider__name"))]

    def address(self, item: Item) -> str:
        return reverse("casework:offer", args=[item.reference])


class WaitingScan(Kind):
    code, group, order = "blankett", Group.PEOPLE, 60
    title = _("Blankett att registrera")
    why = _("Ett val har kommit in på papper.")
    right = Right.REGISTER_CHOICE

    def rows(self, *, actor: Actor, today: datetime.date) -> Iterable[Rows]:
        waiting = Scan.objects.filter(choice=None, put_away_at=None)
        whose = waiting.filter(person__in=visible_persons(actor=actor))
        nobodys = waiting.filter(person__isnull=True)
        return [columns(rows, due=days_after(F("received_on"), SCAN_DAYS)) for rows in (whose, nobodys)]

    def address(self, item: Item) -> str:
        if item.person:
            return reverse("casework:new_choice", args=[item.person.reference]) + f"?blankett={item.reference}"
        return reverse("casework:scan", args=[item.reference])


class NotChosen(Kind):
    """Granted care, no own provider yet, and no choice: with an interim provider, or without any."""

    code, group, order = "nytt", Group.PEOPLE, 70
    title = _("Har inte valt")
    why = _("Ny hjälp. Berätta att personen får välja.")

    def rows(self, *, actor: Actor, today: datetime.date) -> Iterable[Rows]:
        decided = _granted(today).values("person").values_list(Min("decided_on"))
        due = days_after(Subquery(decided), Subquery(Municipality.objects.values("choice_days")))
        return [columns(rows, person="pk", due=due) for rows in new_people(actor=actor, today=today)]

    def address(self, item: Item) -> str:
        return reverse("casework:new_choice", args=[item.reference])


class RegisterNews(Kind):
    """Reports of the population register that need a human."""

    code, group, order = "folkbokforing", Group.PEOPLE, 90
    title = _("Ny uppgift från folkbokföringen")
    why = _("Ta ställning. Rätta i verksamhetssystemet om det behövs: det kommer hit med nästa inläsning.")
    can_be_done = True
    actions = (SAY_DONE,)

    def rows(self, *, actor: Actor, today: datetime.date) -> Iterable[Rows]:
        changes = RegisterTask.objects.filter(person__in=visible_persons(actor=actor))
        return [columns(changes, due=days_after(day_of("created_at"), REGISTER_DAYS), detail=F("kind"))]

    def detail(self, item: Item) -> str:
        return str(RegisterTask.Kind(item.raw).label)


class ReportedDeath(Kind):
    """A death that was reported for payment, of a person who is alive for everything else. It ends by itself when the
    day is known or the report is withdrawn.
    """

    code, group, order = "dod-rapporterad", Group.PEOPLE, 79
    title = _("Dödsfall som bara är rapporterat")
    why = _("Kontrollera, och rätta i verksamhetssystemet. Till dess får personen brev och erbjudanden.")

    def rows(self, *, actor: Actor, today: datetime.date) -> Iterable[Rows]:
        people = visible_persons(actor=actor).filter(deceased_on__isnull=True)
        deaths = Absence.objects.standing().filter(kind=Absence.Kind.DEATH, person__in=people)
        due = days_after(day_of("registered_at"), REGISTER_DAYS)
        return [columns(deaths, due=due, detail=Coalesce("provider__name", Value("")))]

    def address(self, item: Item) -> str:
        return reverse("casework:absences", args=[item.person.reference]) if item.person else super().address(item)


def new_people(*, actor: Actor, today: datetime.date) -> tuple[QuerySet[Person], QuerySet[Person]]:
    """People without a choice and without an own provider: with an interim one, and new ones without any."""
    live = Placement.objects.covering_some_day().filter(person=OuterRef("pk")).exclude(valid_until__lte=today)
    people = visible_persons(actor=actor).filter(deceased_on__isnull=True).without_choice()
    since = today - datetime.timedelta(days=NEW_DAYS)
    new = CareDecision.objects.following_choice_from(today).filter(decided_on__gte=since)
    interim = Placement.objects.filter(interim=True).exclude(valid_until__lte=today)
    meanwhile = people.filter(
        ~Exists(live.filter(interim=False)), Exists(_granted(today)), pk__in=interim.values("person")
    )
    return meanwhile, people.filter(~Exists(live), pk__in=new.values("person"))


def _granted(today: datetime.date) -> QuerySet[CareDecision]:
    """Granted care of the person of the outer query."""
    return CareDecision.objects.following_choice_from(today).filter(person=OuterRef("pk"))
