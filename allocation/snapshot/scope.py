"""Which areas a run is about, and by which rules."""

import datetime

from django.db.models import Exists, OuterRef, QuerySet

from allocation import engine
from allocation.models import AllocationRun
from choices.models import ChoiceRound
from providers.models import Area, PolicyFields
from providers.selectors import municipality


def areas_of(run: AllocationRun) -> QuerySet[Area]:
    """The areas of the round or the exit; a night is about every area that no choice round is being held in."""
    if run.kind == AllocationRun.Kind.ROUND:
        assert run.round is not None  # noqa: S101  (allocation_run_round_has_round)
        return run.round.areas.all()
    if run.kind == AllocationRun.Kind.EXIT:
        return Area.objects.filter(contracts__exits=run.exit).distinct()
    return Area.objects.exclude(rounds__in=rounds_being_held(run.business_date))


def rounds_being_held(day: datetime.date) -> QuerySet[ChoiceRound]:
    """From the first day to choose until the round is applied, its areas' room is the round's to give out."""
    applied = AllocationRun.objects.filter(round=OuterRef("pk"), status=AllocationRun.Status.APPLIED)
    return ChoiceRound.objects.filter(~Exists(applied), opens_on__lte=day, starts_on__gte=day)


def policy_of(run: AllocationRun) -> engine.Policy:
    """A round's rules are frozen with it. Otherwise the municipality's own; nobody is asked to move by night."""
    rules: PolicyFields = run.round or municipality()
    return engine.Policy(
        switch_when_share_full=rules.switch_rule,  # type: ignore[arg-type]
        household_class=rules.household_class,
        no_answer=rules.no_answer_rule,  # type: ignore[arg-type]
        call_list=run.round is not None and rules.call_list,
    )
