"""A provider that leaves: registered, decided, undone, and its clients moved, on the pages where people do it."""

import datetime
from random import Random
from typing import TYPE_CHECKING, Any

from accounts.roles import Role
from administration.runs.undo import undo as undo_run
from allocation.models import AllocationRun, ProviderExit
from allocation.services import apply_run, approve_run
from letters.services import create_letters
from tests.year import hands
from tests.year.compare import exits
from tests.year.plan import Plan

if TYPE_CHECKING:
    from tests.year.year import Year

_DAY = datetime.timedelta(days=1)


def at_its_time(year: "Year", number: int) -> list[Plan]:
    """One exit at once, one planned, and one that is decided and undone."""
    random = Random(f"{year.seed} leaving")
    leaving = random.sample(("q", "r"), 2)
    at = {
        "undone": year.days // 3 + random.randrange(3),
        "at_once": year.days // 2 + random.randrange(3),
        "planned": year.days * 2 // 3 + random.randrange(3),
    }
    # The clients are helped by the leaving provider or by the municipality until they move.
    first, other = random.sample(("leaving", "municipal"), 2)
    cases = {
        "undone": {"provider": "p", "ends_in": 20, "moved_in": 27, "meanwhile": first},
        "at_once": {"provider": leaving[0], "ends_in": 0, "moved_in": 8, "meanwhile": other},
        "planned": {"provider": leaving[1], "ends_in": 25, "moved_in": 32, "meanwhile": first},
    }
    plans = [Plan(f"{number}.exit.{case}", "exit", (), data) for case, data in cases.items() if number == at[case]]
    return [*plans, *_following(year, number, undone_after=random.randrange(1, 5))]


def _following(year: "Year", number: int, undone_after: int) -> list[Plan]:
    """What an earlier event asks for."""
    plans = []
    for exit in year.book.exits:
        if not exit.open:
            continue
        data = {"reference": exit.reference}
        if exit.provider == "p" and year.day == exit.began + undone_after * _DAY:
            plans.append(Plan(f"{number}.exit_undone", "exit_undone", (), data))
        elif year.day == max(exit.began + 3 * _DAY, exit.ends_on - 14 * _DAY):
            plans.append(Plan(f"{number}.exit_run.{exit.provider}", "exit_run", (), data))
        elif year.day == exit.moved_by - _DAY:
            plans.append(Plan(f"{number}.exit_done.{exit.provider}", "exit_done", (), data))
    return plans


def _exit(year: "Year", plan: Plan, provider: str, ends_in: int, moved_in: int, meanwhile: str) -> None:
    """Registered by mistake and taken back, then registered again and decided by another."""
    areas = [area for area in year.town.areas if year.may_be_chosen(provider, area)]
    ends_on, moved_by = year.day + ends_in * _DAY, year.day + moved_in * _DAY
    filled = {
        "areas": areas, "reason": "contract", "ends_on": str(ends_on), "moved_by": str(moved_by), "rule": "external",
        "meanwhile": meanwhile, "phone_first": "on",
    }  # fmt: skip
    reader = year.pages.reader
    reader.go_to(year.day)
    exits.compare_preview(reader, provider, areas, filled, ends_on)
    for answer, role in (("nej", Role.ADMIN), ("ja", Role.SENIOR_OFFICER)):
        reader.post(Role.ADMIN, "casework:provider_exit", provider, data=filled)
        exit = ProviderExit.objects.get(provider__code=provider, status="proposed")
        reader.post(role, "casework:exit_decide", exit.reference, data={"answer": answer})
    year.log("exit_withdrawn", plan, [], {"provider": provider})
    exit.refresh_from_db()
    data = {
        "reference": exit.reference,
        "provider": provider,
        "areas": areas,
        "rule": exit.rule,
        "meanwhile": meanwhile,
    }
    year.log("exit", plan, [], data | {"ends_on": ends_on, "moved_by": moved_by, "permit_withdrawn": False})


def _exit_undone(year: "Year", plan: Plan, reference: str) -> None:
    reader = year.pages.reader
    reader.go_to(year.day)
    reader.post(Role.SENIOR_OFFICER, "casework:exit_undo", reference, data={"reason": "Rätten har ändrat beslutet"})
    year.log("exit_undone", plan, [], {"reference": reference})


def _exit_run(year: "Year", plan: Plan, reference: str) -> None:
    """Proposed on the exit's page. Half of the time it is undone the same day, and done again."""
    if Random(f"{year.seed} {plan.id} undone").random() < 0.5:
        run = _moves(year, plan, reference)
        label = run.label

        def undo() -> None:
            undo_run(run=run, reason="Fel datum", actor=year.town.actor(Role.SENIOR_OFFICER))

        year.attempt("run_undone", plan, [], {"label": label}, undo)
        run.refresh_from_db()
        if run.status == AllocationRun.Status.APPLIED:
            return
    _moves(year, plan, reference)


def _moves(year: "Year", plan: Plan, reference: str) -> AllocationRun:
    reader, senior = year.pages.reader, year.town.actor(Role.SENIOR_OFFICER)
    reader.go_to(year.day)
    exit = ProviderExit.objects.get(reference=reference)
    data = {"starts_on": str(exit.moved_by - 2 * _DAY)}
    reader.post(Role.ADMIN, "casework:exit_propose", reference, data=data)
    run = AllocationRun.objects.filter(exit=exit, status=AllocationRun.Status.PROPOSED).latest("pk")
    apply_run(run=approve_run(run=run, actor=senior), actor=senior)
    run.refresh_from_db()
    create_letters(run=run, actor=senior)
    year.log("exit_run", plan, [], {"reference": reference} | hands.outcome(year.town, run))
    exits.compare(reader)
    return run


def _exit_done(year: "Year", plan: Plan, reference: str) -> None:
    """Closed when nobody is left; refused otherwise."""
    reader = year.pages.reader
    reader.go_to(year.day)
    reader.post(Role.ADMIN, "casework:exit_finish", reference)
    is_done = ProviderExit.objects.filter(reference=reference, status=ProviderExit.Status.DONE).exists()
    exits.compare_done(reader, reference, is_done)
    if is_done:
        year.log("exit_done", plan, [], {"reference": reference})


ACTS: dict[str, Any] = {
    "exit": _exit,
    "exit_undone": _exit_undone,
    "exit_run": _exit_run,
    "exit_done": _exit_done,
}
