"""How far a provider's leaving has come, for the people an officer may see."""

from dataclasses import dataclass

from django.db.models import F, Prefetch
from django.db.models.functions import Collate
from django.http import QueryDict

from accounts.actors import Actor
from allocation.models import AllocationRun, ContactTask, Placement, ProviderExit
from allocation.services import clients_of
from choices.selectors import visible_persons
from secrecy.gate import counts_everybody
from staff_ui.paging import KeysetPage, keyset_page


@dataclass(frozen=True)
class ExitPage:
    """``left``: clients with nobody else decided. ``page``: those of them that the actor may see."""

    clients: int
    left: int
    to_call: int
    called: int
    runs: list[AllocationRun]
    page: KeysetPage


def exit_page(*, exit: ProviderExit, actor: Actor, query: QueryDict) -> ExitPage:
    clients, left, tasks = clients_of(exit), clients_of(exit, day=exit.moved_by), exit.contact_tasks.all()
    seen = visible_persons(actor=actor)
    if not counts_everybody(actor):
        # What the list shows, and what the counts say, are the same.
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
    return ExitPage(
        clients=clients.count(),
        left=left.count(),
        to_call=tasks.filter(status=ContactTask.Status.TO_DO).count(),
        called=tasks.filter(status=ContactTask.Status.DONE).count(),
        runs=list(exit.runs.order_by("-proposed_at")),
        page=keyset_page(shown, (Collate("order_key", "C"), F("id")), query),
    )
