"""Facts of decision letters: from a run, or from a manual placement."""

import datetime
from collections.abc import Iterator, Mapping
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce

from accounts.models import User
from accounts.roles import Right, role_with
from allocation.facts.days import next_start
from allocation.facts.origins import Origin, origins
from allocation.facts.people import with_alarm_only
from allocation.facts.queues import all_places
from allocation.models import AllocationRun, ContactTask, Offer, OutcomeRow, Placement
from allocation.snapshot import areas_of
from allocation.wording import NO_QUEUE
from choices.models import Choice
from common import clock
from handover.deadlines import call_by
from letters.facts.common import Draft, Setting, current_providers, provider_facts, with_copies
from letters.models import Letter, LetterKind
from letters.stacks import of_run, of_today
from providers.models import Provider

# People at a time: bounds memory; a few queries for each chunk.
_CHUNK = 2000


def decision_drafts(*, run: AllocationRun, persons: list[int] | None = None) -> Iterator[Draft]:
    """Drafts for each person of the run to inform now, with copies, in the order of the outcome rows.

    A person on the call list gets the letter when the call is completed, or after its deadline. ``persons``: only
    these, whether they have a letter or not.
    """
    setting = Setting.of(LetterKind.DECISION)
    names = dict(Provider.objects.values_list("code", "name"))
    shared = _of_run(run, setting)
    places: Places = {}
    day = setting.day
    rows = _told(run).select_related("person", "provider", "provider_before").order_by("id")
    if persons is not None:
        rows = rows.filter(person__in=persons)
    else:
        rows = rows.exclude(Exists(Letter.objects.filter(run=run, person=OuterRef("person"), kind=setting.kind)))
    last = 0
    while chunk := list(rows.filter(id__gt=last)[:_CHUNK]):
        if not last:
            day = next_start(setting.day)
            places = places_on(day, run)
        last = chunk[-1].pk
        ids = [row.person_id for row in chunk]
        choices, phoned = choices_of_run(run, ids), _phoned(run, ids)
        began = origins(ids, day=day, known=run.proposed_at)
        had = current_providers(ids, run.effective_date - datetime.timedelta(days=1))
        drafts = (
            setting.draft(
                row.person,
                stack=of_run(run, setting.day),
                cause={"run": run},
                facts=shared
                | {"phoned_on": phoned.get(row.person_id, "")}
                | _outcome(row, choices.get(row.person_id), names, places, began)
                | _change(provider_before(row, had), row.provider, run.effective_date, setting),
            )
            for row in chunk
        )
        yield from with_copies(drafts, setting.day)


def provider_before(row: OutcomeRow, had: Mapping[int, Provider]) -> str:
    """Provider of the person until the run's starts; ``had``: of its last day before. A placement that never began does
    not count.
    """
    before = had.get(row.person_id) or row.provider_before
    return before.name if before else ""


def manual_placement_drafts(*, placement: Placement) -> Iterator[Draft]:
    """Drafts for a manual placement, or one by an accepted offer."""
    setting = Setting.of(LetterKind.DECISION)
    last = placement.valid_from - datetime.timedelta(days=1)
    before = current_providers([placement.person_id], last).get(placement.person_id)
    decided = placement.registered_at.astimezone(clock.STOCKHOLM).date()
    draft = setting.draft(
        placement.person,
        stack=of_today(setting.day),
        cause={"placement": placement},
        facts={
            "starts_on": placement.valid_from.isoformat(),
            "decided_on": decided.isoformat(),
            **decider(placement.decided_by),
            "no_answer_rule": "",
            "phoned_on": "",
            "minutes": None,
            "alarm_only": placement.person_id in with_alarm_only([placement.person_id], day=placement.valid_from),
            "answered": True,
            "how": "accepted" if Offer.objects.filter(placement=placement).exists() else "hand",
            "wish_rank": None,
            "provider": provider_facts(placement.contract.provider),
            "choice": None,
            "queues": True,
            "unmet": [],
        }
        | _change(
            before.name if before and before != placement.contract.provider else "",
            placement.contract.provider,
            placement.valid_from,
            setting,
        ),
    )
    return with_copies([draft], setting.day)


def _change(before: str, provider: Provider, start: datetime.date, setting: Setting) -> dict[str, Any]:
    """The provider before, and the last day for a new one to phone; empty where nobody new comes, or has come."""
    comes = before != provider.name and start > setting.day
    last = call_by(start=start, decided_on=setting.day, own=setting.municipality).isoformat() if comes else ""
    return {"before": before, "call_by": last}


def choices_of_run(run: AllocationRun, persons: list[int]) -> dict[int, Choice]:
    """Choice of each person used by the run: the last received of those registered when it was proposed, of records
    merged into the person's too."""
    found = (
        Choice.objects.known_at(run.proposed_at)
        .filter(Q(person__in=persons) | Q(person__merged_into__in=persons))
        .annotate(of_person=Coalesce("person__merged_into", "person"))
        .order_by("of_person", "-received_on", "-id")
        .distinct("of_person")
        .select_related("mandate", "person")
        .prefetch_related("wishes__provider")
    )
    return {choice.person.merged_into_id or choice.person_id: choice for choice in found}


Places = Mapping[tuple[int, str], int]
Origins = Mapping[tuple[int, str], Origin]


def places_on(day: datetime.date, run: AllocationRun) -> Places:
    """Places on the day the letter is written: people tried in the run who opted out of queueing have none."""
    return all_places(list(areas_of(run)), day=day)


def unmet_facts(
    row: OutcomeRow, choice: Choice | None, names: dict[str, str], places: Places, began: Origins
) -> list[dict[str, Any]]:
    """Unmet wishes: reason, place in the queue (None: in no queue there), and origin of the place."""
    ranks = {wish.provider.code: wish.rank for wish in choice.wishes.all()} if choice else {}
    return [
        {
            "provider": names[unmet["provider"]],
            "rank": ranks.get(unmet["provider"]),
            "why": unmet["why"],
            "place": places.get((row.person_id, unmet["provider"])),
            "origin": _origin(began.get((row.person_id, unmet["provider"])), unmet["why"]),
        }
        for unmet in row.unmet
    ]


def _origin(origin: Origin | None, why: str) -> dict[str, Any] | None:
    if origin is None or why in NO_QUEUE:
        return None
    return {
        "sentences": origin.sentences,
        "since": origin.since.isoformat(),
        "lot": origin.open_lot.number if origin.open_lot else None,
    }


def choice_facts(choice: Choice | None) -> dict[str, Any] | None:
    if choice is None:
        return None
    return {
        "received_on": choice.received_on.isoformat(),
        "declines": choice.declines_to_choose,
        "chosen_by": choice.mandate.kind if choice.mandate else "",
    }


def _of_run(run: AllocationRun, setting: Setting) -> dict[str, Any]:
    if run.approved_at is None:
        raise ValueError(f"run {run.reference} has not been approved")
    return {
        "starts_on": run.effective_date.isoformat(),
        "decided_on": run.approved_at.astimezone(clock.STOCKHOLM).date().isoformat(),
        **decider(run.approved_by),
        "no_answer_rule": (run.round or setting.municipality).no_answer_rule,
        "diary_number": run.round.diary_number if run.round else "",
    }


def decider(user: User | None) -> dict[str, str]:
    """Name and role of the person who decided."""
    if user is None:
        return {"decided_by": "", "decided_role": ""}
    role = role_with(Right.APPROVE_RUN, user.groups.values_list("name", flat=True))
    return {"decided_by": user.get_full_name(), "decided_role": role or ""}


def _told(run: AllocationRun) -> QuerySet[OutcomeRow]:
    """A round informs everybody; other runs only people whose provider changes. A void placement gives no letter."""
    rows = run.rows.all() if run.kind == AllocationRun.Kind.ROUND else run.rows.filter(act=OutcomeRow.Act.PLACE)
    waits = ContactTask.objects.filter(
        run=run, person=OuterRef("person"), kind=ContactTask.Kind.MOVED, status="to_do", due_on__gte=clock.today()
    )
    void = Placement.objects.void().filter(run=run, person=OuterRef("person"))
    return rows.exclude(Exists(waits)).exclude(Exists(void))


def _phoned(run: AllocationRun, persons: list[int]) -> dict[int, str]:
    """Time of the completed call, for people on the call list."""
    kinds = {"exit": run.exit, "kind": ContactTask.Kind.EXIT} if run.exit else {"run": run, "kind": "moved"}
    reached = ContactTask.objects.filter(person__in=persons, status=ContactTask.Status.DONE, **kinds)
    return {
        task.person_id: task.done_at.astimezone(clock.STOCKHOLM).date().isoformat()
        for task in reached
        if task.done_at is not None
    }


def _outcome(
    row: OutcomeRow, choice: Choice | None, names: dict[str, str], places: Places, began: Origins
) -> dict[str, Any]:
    return {
        "minutes": row.minutes,
        "alarm_only": row.minutes == 0,
        "answered": row.answered,
        "how": row.how,
        "wish_rank": row.wish_rank,
        "provider": provider_facts(row.provider),
        "choice": choice_facts(choice),
        "queues": choice.queue_if_full if choice else True,
        "unmet": unmet_facts(row, choice, names, places, began),
    }
