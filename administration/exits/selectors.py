"""Progress of a provider exit, for the people an officer may see."""

from dataclasses import dataclass

from django.db.models import Count, F, Prefetch, Q, QuerySet, Sum
from django.db.models.functions import Collate
from django.http import QueryDict

from accounts.actors import Actor
from allocation.models import AllocationRun, ContactTask, OutcomeRow, Placement, ProviderExit
from allocation.services import clients_of
from choices.models import Person
from choices.selectors import visible_persons
from secrecy.gate import counts_everybody
from staff_ui.paging import KeysetPage, keyset_page


@dataclass(frozen=True)
class Move:
    """Number of clients who move to a provider, with their minutes a month. ``wished``: by their own wish."""

    provider: str
    persons: int
    minutes: int
    wished: int


@dataclass(frozen=True)
class ExitPage:
    """``left``: clients without another decided provider. ``page``: those of them that the actor may see.

    ``plan``: the latest valid run, with its ``moves`` and the clients it finds no place for, limited to those that the
    actor may see.
    """

    clients: int
    left: int
    to_call: int
    called: int
    runs: list[AllocationRun]
    plan: AllocationRun | None
    moves: list[Move]
    unplaced: list[Person]
    page: KeysetPage


def exit_page(*, exit: ProviderExit, actor: Actor, query: QueryDict) -> ExitPage:
    clients, left, tasks = clients_of(exit), clients_of(exit, day=exit.moved_by), exit.contact_tasks.all()
    seen = visible_persons(actor=actor)
    if not counts_everybody(actor):
        # List and counts agree.
        clients, left = clients.filter(pk__in=seen.values("pk")), left.filter(pk__in=seen.values("pk"))
        tasks = tasks.filter(person__in=seen)
    calls = ContactTask.objects.filter(exit=exit)
    now = Placement.objects.covering_some_day().filter(contract__in=exit.contracts.all())
    shown = (
        seen.filter(pk__in=left.values("pk"))
        .select_related("area")
        .prefetch_related(
            Prefetch("contact_tasks", calls, to_attr="calls"), Prefetch("placements", now, to_attr="there")
        )
    )
    plan = exit.runs.exclude(status__in=AllocationRun.ENDED).order_by("-proposed_at").first()
    return ExitPage(
        clients=clients.count(),
        left=left.count(),
        to_call=tasks.filter(status=ContactTask.Status.TO_DO).count(),
        called=tasks.filter(status=ContactTask.Status.DONE).count(),
        runs=list(exit.runs.order_by("-proposed_at")),
        plan=plan,
        moves=_moves(exit, plan) if plan else [],
        unplaced=list(_unplaced(exit, plan).filter(pk__in=seen.values("pk"))) if plan else [],
        page=keyset_page(shown, (Collate("order_key", "C"), F("id")), query),
    )


def _moves(exit: ProviderExit, plan: AllocationRun) -> list[Move]:
    """Of the clients. The run may place others in the area too."""
    rows = plan.rows.filter(act=OutcomeRow.Act.PLACE, provider_before=exit.provider).values("provider__name")
    counted = rows.annotate(
        persons=Count("pk"), hours=Sum("minutes"), wished=Count("pk", filter=~Q(how=OutcomeRow.How.EXIT))
    )
    return [
        Move(row["provider__name"], row["persons"], row["hours"], row["wished"])
        for row in counted.order_by("provider__name")
    ]


def _unplaced(exit: ProviderExit, plan: AllocationRun) -> QuerySet[Person]:
    """Clients on the day of the plan without a place in it."""
    placed = plan.rows.filter(act=OutcomeRow.Act.PLACE).values("person")
    return clients_of(exit, day=plan.effective_date).exclude(pk__in=placed).order_by("order_key", "pk")
