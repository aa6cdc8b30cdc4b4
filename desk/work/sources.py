"""How each thing that needs a human is known from what is stored. Nothing here is stored itself.

Each function gives rows of: reference (names the item together with the kind), person, area, last day, detail.
"""

import datetime
from collections.abc import Callable
from typing import Any

from django.db.models import (
    BigIntegerField,
    Case,
    CharField,
    DateField,
    Exists,
    F,
    Func,
    Min,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Cast, Coalesce, Concat, TruncDate
from django.utils.translation import gettext_lazy as _

from accounts.actors import Actor
from accounts.roles import Right
from allocation.models import AllocationRun, ContactTask, Night, Offer, Placement, ProviderExit, RunFailure
from choices.models import CareDecision, Choice, HouseholdMember, RegisterTask
from choices.selectors import visible_persons
from citizens.models import FaultReport
from common.clock import STOCKHOLM
from desk.models import Scan
from letters import selectors as letters
from letters.models import Letter
from providers.selectors import municipality

Rows = QuerySet[Any, tuple[Any, ...]]

# Days within which it is to be done, from when it began.
SCAN_DAYS, RETURN_DAYS, MAIL_DAYS, RUN_DAYS, HOUSEHOLD_DAYS, HELD_DAYS, FAULT_DAYS, REGISTER_DAYS = (
    1,
    3,
    1,
    3,
    14,
    3,
    7,
    1,
)
# A decision without a provider older than this is a gap, and the night makes a call of it.
NEW_DAYS = 60
# A failed run that is not a night's is told of so long.
FAILURE_DAYS = 30


def _rows(
    rows: QuerySet[Any], *, due: Any, reference: str = "reference", person: str | None = "person", detail: Any = None
) -> Rows:
    """The columns of an item, of the same types for every kind, so that all can be put into one list."""
    empty = Cast(Value(None), BigIntegerField())
    area = {"pk": "area", None: None}.get(person, f"{person}__area")
    return rows.order_by().values_list(
        Cast(reference, CharField()),
        Cast(F(person), BigIntegerField()) if person else empty,
        Cast(F(area), BigIntegerField()) if area else empty,
        Cast(due, DateField()),
        Cast(detail or Value(""), CharField()),
    )


def _after(moment: Any, days: int) -> Func:
    """So many days after a date or the Swedish day of a moment."""
    day = Cast(moment, DateField())
    return Func(day, Value(days), template="(%(expressions)s)", arg_joiner=" + ", output_field=DateField())


def _day_of(field: str) -> TruncDate:
    return TruncDate(field, tzinfo=STOCKHOLM)


def not_chosen(actor: Actor, today: datetime.date) -> list[Rows]:
    """Granted help, nobody of their own yet, and no choice: with an interim provider, or without any."""
    days = municipality().choice_days
    chose = Choice.objects.filter(person=OuterRef("pk"))
    granted = CareDecision.objects.filter(person=OuterRef("pk"), service_type__follows_choice=True).exclude(
        valid_until__lte=today
    )
    live = Placement.objects.covering_some_day().filter(person=OuterRef("pk")).exclude(valid_until__lte=today)
    people = visible_persons(actor=actor).filter(~Exists(chose), deceased_on__isnull=True)
    decided = granted.values("person").values_list(Min("decided_on"))
    new = CareDecision.objects.filter(
        decided_on__gte=today - datetime.timedelta(days=NEW_DAYS), service_type__follows_choice=True
    ).exclude(valid_until__lte=today)
    interim = Placement.objects.filter(interim=True).exclude(valid_until__lte=today)
    meanwhile = people.filter(~Exists(live.filter(interim=False)), Exists(granted), pk__in=interim.values("person"))
    nobody = people.filter(~Exists(live), pk__in=new.values("person"))
    return [_rows(rows, person="pk", due=_after(Subquery(decided), days)) for rows in (meanwhile, nobody)]


def scans(actor: Actor, today: datetime.date) -> list[Rows]:
    waiting = Scan.objects.filter(choice=None, put_away_at=None)
    if not actor.may(Right.REGISTER_CHOICE):
        return []
    whose = waiting.filter(person__in=visible_persons(actor=actor))
    return [
        _rows(rows, due=_after(F("received_on"), SCAN_DAYS)) for rows in (whose, waiting.filter(person__isnull=True))
    ]


def calls(*kinds: str) -> Callable[[Actor, datetime.date], list[Rows]]:
    def tasks(actor: Actor, today: datetime.date) -> list[Rows]:
        to_do = ContactTask.objects.filter(
            status=ContactTask.Status.TO_DO, kind__in=kinds, person__in=visible_persons(actor=actor)
        )
        return [_rows(to_do, due="due_on", detail=F("kind"))]

    return tasks


def offers(actor: Actor, today: datetime.date) -> list[Rows]:
    offers = Offer.objects.filter(status=Offer.Status.OPEN, person__in=visible_persons(actor=actor))
    provider = F("contract__provider__name")
    return [_rows(offers, due="answer_by", detail=provider)]


def returns(actor: Actor, today: datetime.date) -> list[Rows]:
    returned = letters.open_returns(actor=actor).select_related(None)
    due = _after(F("returned_on"), RETURN_DAYS)
    return [_rows(returned, reference="letter__reference", person="letter__person", due=due, detail=F("reason"))]


def protected_mail(actor: Actor, today: datetime.date) -> list[Rows]:
    waiting = letters.protected_mail(actor=actor).select_related(None)
    due = _after(_day_of("created_at"), MAIL_DAYS)
    return [_rows(waiting, due=due, detail=F("kind"))]


def held_letters(actor: Actor, today: datetime.date) -> list[Rows]:
    """Letters that no post takes and somebody must: no address, or a copy that would tell of somebody protected."""
    held = Letter.objects.filter(
        route=Letter.Route.HOLD,
        hold_reason__in=[str(reason) for reason in HELD_FOR_A_HUMAN],
        person__deceased_on__isnull=True,
        posted_on__isnull=True,
        corrected_by__isnull=True,
        person__in=visible_persons(actor=actor),
    )
    due = _after(_day_of("created_at"), HELD_DAYS)
    return [_rows(held, due=due, detail=F("hold_reason"))]


# The words of letters.facts.common and letters.services.digital.
HELD_FOR_A_HUMAN = (
    _("Adressen saknas eller är inte hel."),
    _("Företrädarens adress saknas eller är inte hel."),
    _("Kopian gäller någon med skyddade uppgifter. Skicka den för hand."),
    _("Namnet eller adressen har tecken som brevet inte kan visa. Skriv dem med latinska bokstäver."),
)


def left_behind(actor: Actor, today: datetime.date) -> list[Rows]:
    """Somebody in a household has died, and somebody else lives there still: their joint wish holds no longer."""
    of_the_dead = HouseholdMember.objects.filter(
        person__deceased_on__isnull=False, valid_until__isnull=True, person__in=visible_persons(actor=actor)
    )
    others = HouseholdMember.objects.filter(
        household=OuterRef("household"), valid_until__isnull=True, person__deceased_on__isnull=True
    )
    due = _after(F("person__deceased_on"), HOUSEHOLD_DAYS)
    rows = of_the_dead.filter(Exists(others))
    return [_rows(rows, reference="person__reference", due=due)]


def register_tasks(actor: Actor, today: datetime.date) -> list[Rows]:
    """What the population register told and does not settle by itself."""
    told = RegisterTask.objects.filter(person__in=visible_persons(actor=actor))
    return [_rows(told, due=_after(_day_of("created_at"), REGISTER_DAYS), detail=F("kind"))]


def runs(actor: Actor, today: datetime.date) -> list[Rows]:
    """Proposals to approve, never one's own; and approved runs to carry out."""
    if not actor.may(Right.APPROVE_RUN):
        return []
    waiting = AllocationRun.objects.filter(
        Q(status=AllocationRun.Status.APPROVED)
        | Q(status=AllocationRun.Status.PROPOSED) & (Q(proposed_by=None) | ~Q(proposed_by=actor.user_id))
    )
    return [_rows(waiting, person=None, due=_after(_day_of("proposed_at"), RUN_DAYS), detail=F("status"))]


def exits(actor: Actor, today: datetime.date) -> list[Rows]:
    if not actor.may(Right.MAKE_OFFERS):
        return []
    leaving = ProviderExit.objects.filter(status=ProviderExit.Status.OPEN)
    return [_rows(leaving, person=None, due="moved_by", detail=F("provider__name"))]


def faults(actor: Actor, today: datetime.date) -> list[Rows]:
    """What somebody could not use on the website, with where it was and how they are reached."""
    if not actor.may(Right.WORK_LIST):
        return []
    told = Concat("words", _before(" – ", "where"), _before(" – ", "contact"), output_field=CharField())
    due = _after(_day_of("sent_at"), FAULT_DAYS)
    return [_rows(FaultReport.objects.all(), person=None, due=due, detail=told)]


def _before(sign: str, field: str) -> Case:
    return Case(When(**{field: ""}, then=Value("")), default=Concat(Value(sign), F(field)))


def failures(actor: Actor, today: datetime.date) -> list[Rows]:
    """A night that failed and has not been done since; another run that failed."""
    if not actor.may(Right.WORK_LIST):
        return []
    last = Subquery(Night.objects.order_by("-business_date").values("business_date")[:1])
    nights = RunFailure.objects.filter(
        kind=AllocationRun.Kind.NIGHT, business_date__gt=Coalesce(last, Value(datetime.date.min))
    )
    others = RunFailure.objects.exclude(kind=AllocationRun.Kind.NIGHT).filter(
        business_date__gte=today - datetime.timedelta(days=FAILURE_DAYS)
    )
    return [
        _rows(rows, reference="pk", person=None, due="business_date", detail=F("kind")) for rows in (nights, others)
    ]
