"""Areas and rules of a run."""

import datetime

from django.db.models import Exists, OuterRef, QuerySet

from allocation import engine
from allocation.models import AllocationRun
from choices.models import ChoiceRound
from providers.models import Area, Contract, PolicyFields, Provider
from providers.selectors import municipality


def areas_of(run: AllocationRun) -> QuerySet[Area]:
    """Areas of the round or exit; a night covers every area where the municipality has a contract, and no choice round
    is open.
    """
    if run.kind == AllocationRun.Kind.ROUND:
        assert run.round is not None  # noqa: S101  (allocation_run_round_has_round)
        return run.round.areas.all()
    if run.kind == AllocationRun.Kind.EXIT:
        return Area.objects.filter(contracts__exits=run.exit).distinct()
    every = Area.objects.exclude(rounds__in=rounds_being_held(run.business_date))
    return every.exclude(pk__in=areas_without_municipality(run.effective_date).values("pk"))


def areas_without_municipality(day: datetime.date) -> QuerySet[Area]:
    """Areas where the municipality has no contract: nobody can be allocated there, since it always has room."""
    own = Contract.objects.on(day).filter(area=OuterRef("pk"), provider__kind=Provider.Kind.MUNICIPAL)
    return Area.objects.filter(~Exists(own))


def rounds_being_held(day: datetime.date) -> QuerySet[ChoiceRound]:
    """Rounds from their first day to choose until they are applied: their areas' room is reserved for them."""
    applied = AllocationRun.objects.filter(round=OuterRef("pk"), status=AllocationRun.Status.APPLIED)
    return ChoiceRound.objects.filter(~Exists(applied), opens_on__lte=day, starts_on__gte=day)


def policy_of(run: AllocationRun) -> engine.Policy:
    """A round's frozen rules; for other runs the municipality's rules, without a call list."""
    rules: PolicyFields = run.round or municipality()
    return engine.Policy(
        switch_when_share_full=rules.switch_rule,  # type: ignore[arg-type]
        household_class=rules.household_class,
        no_answer=rules.no_answer_rule,  # type: ignore[arg-type]
        call_list=run.round is not None and rules.call_list,
    )
