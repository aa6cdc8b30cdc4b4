"""The morning: an officer approves the list that the night proposes, with somebody held back now and then."""

from random import Random
from typing import TYPE_CHECKING

from accounts.roles import Role
from administration.night import approve_list
from allocation.models import AllocationRun
from allocation.services.decide_night import changes, compute_again
from allocation.services.review import StaleRun
from tests.year import hands
from tests.year.log import Contradiction
from tests.year.plan import Plan

if TYPE_CHECKING:
    from tests.year.year import Year

# Of the lists: approved in the morning, later in the day, or not at all. Nobody works at weekends.
_WHEN = {"early": 0.75, "late": 0.2, "never": 0.05}
HOLDS_BACK = 0.15


class Morning:
    def __init__(self, year: "Year", number: int) -> None:
        self.year, self.random = year, Random(f"{year.seed} {number} morning")
        self.plan = Plan(f"{number}.morning.0", "morning")
        self.proposed_at = len(year.events) - 1
        self.when = "never" if year.day.weekday() >= 5 else self.random.choices(tuple(_WHEN), _WHEN.values())[0]

    def come(self, when: str) -> None:
        if when != self.when or self.year.alone or self.plan.id in self.year.left_out:
            return
        year, actor = self.year, self.year.town.actor(Role.SENIOR_OFFICER)
        run = AllocationRun.objects.get(
            kind=AllocationRun.Kind.NIGHT, business_date=year.day, status=AllocationRun.Status.PROPOSED
        )
        if self.random.random() < HOLDS_BACK:
            run = self._hold_back(run)
        try:
            done = approve_list(run=run, actor=actor)
        except StaleRun as error:
            if when == "early":
                raise Contradiction("the morning's list", str(year.day), str(error), "as it was at night") from error
            run = compute_again(run=run, actor=actor)
            self._log("recomputed", run)
            done = approve_list(run=run, actor=actor)
        by = done.approved_by.get_full_name() if done.approved_by else ""
        data = hands.outcome(year.town, done) | {"proposed_at": self.proposed_at, "by": by}
        year.log("approved", self.plan, [], data)
        year.done_plans.append(self.plan)

    def _hold_back(self, run: AllocationRun) -> AllocationRun:
        """One of those for whom something would change."""
        town = self.year.town
        concerned = sorted(town.numbers[each.person.reference] for each in changes(run).select_related("person"))
        if not concerned:
            return run
        number = self.random.choice(concerned)
        actor = town.actor(Role.SENIOR_OFFICER)
        again = compute_again(run=run, actor=actor, hold_back=[town.person(number)], reason="Ska ringas först")
        self._log("held_back", again, number)
        return again

    def _log(self, kind: str, run: AllocationRun, *who: int) -> None:
        self.year.log(kind, self.plan, who, hands.outcome(self.year.town, run))
        self.proposed_at = len(self.year.events) - 1
