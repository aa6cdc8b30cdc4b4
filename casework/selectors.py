"""What only the pages read. Everything about people starts from ``visible_persons``."""

import datetime
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Exists, F, OuterRef, Prefetch, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce, Collate

from accounts.actors import Actor
from allocation.models import AllocationRun, ContactTask, OutcomeRow, Placement
from allocation.selectors import MOVES
from choices.models import CareDecision, Person
from choices.selectors import visible_persons
from choices.swedish_order import sort_key
from providers.models import Area, Provider

ROWS_ON_A_PAGE = 50


def page_of(rows: QuerySet[Any], number: str | None) -> "Page[Any]":
    """A page of rows; a number that does not exist gives the nearest that does."""
    return Paginator(rows, ROWS_ON_A_PAGE).get_page(number)


# Byte by byte: the key is made to be compared so, whatever the database's own order is.
PEOPLE_IN_ORDER = (Collate("sort_name", "C"), F("id"))


def people(
    *, actor: Actor, day: datetime.date, name: str = "", area: Area | None = None, provider: Provider | None = None
) -> QuerySet[Person]:
    """The people ``actor`` may see, with what they have on ``day``. ``PEOPLE_IN_ORDER`` is their Swedish order.

    Each carries ``minutes`` (granted, following the choice) and ``placements_that_day``.
    """
    persons = visible_persons(actor=actor)
    for word in name.split():
        persons = persons.filter(sort_name__contains=sort_key(word))
    if area:
        persons = persons.filter(area=area)
    if provider:
        served = Placement.objects.on(day).filter(person=OuterRef("pk"), contract__provider=provider)
        persons = persons.filter(Exists(served))
    that_day = Placement.objects.on(day).select_related("contract__provider")
    granted = (
        CareDecision.objects.on(day)
        .filter(person=OuterRef("pk"), service_type__follows_choice=True)
        .values("person")
        .values_list(Sum("minutes"))
    )
    return (
        persons.select_related("area")
        .annotate(minutes=Coalesce(Subquery(granted), 0))
        .prefetch_related(Prefetch("placements", that_day, to_attr="placements_that_day"))
    )


def people_to_phone(*, run: AllocationRun, actor: Actor) -> QuerySet[OutcomeRow]:
    """Those who are moved against their choice, and those the run proposes to ask; only whom ``actor`` may see.

    Each person carries ``calls``: the run's tasks, none until it is applied.
    """
    moved_against_choice = Q(answered=True) & MOVES & ~Q(how=OutcomeRow.How.WISH)
    has_call = Exists(ContactTask.objects.filter(run=run, person=OuterRef("person")))
    return (
        run.rows.filter(moved_against_choice | has_call, person__in=visible_persons(actor=actor))
        .select_related("person", "area", "provider", "provider_before")
        .prefetch_related(
            Prefetch("person__contact_tasks", ContactTask.objects.filter(run=run), to_attr="calls"),
        )
        .order_by(Collate("person__sort_name", "C"), "id")
    )
