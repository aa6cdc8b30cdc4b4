"""What-if: more hours for a provider. Answered by the engine, in memory; nothing is written."""

from dataclasses import dataclass, replace

from accounts.actors import Actor
from allocation import engine
from allocation.services.claim import night_run
from allocation.snapshot import take_snapshot
from allocation.wording import WHY_NOT
from choices.models import Person
from choices.selectors import visible_persons
from common import clock
from providers.models import Contract
from secrecy.gate import counts_everybody


@dataclass(frozen=True)
class MoreRoom:
    """``persons``: visible people who would come, ``hidden``: the others. ``elsewhere``: people who would get another
    place because of them. ``why_none``: the obstacle if nobody would come.
    """

    minutes: int
    persons: list[Person]
    hidden: int
    taken_minutes: int
    elsewhere: int
    why_none: str


def more_room(*, contract: Contract, minutes: int, actor: Actor) -> MoreRoom:
    """The next night with ``minutes`` a month more under the contract's ceiling, compared with the next night
    unchanged.
    """
    problem = take_snapshot(night_run(clock.today()), areas=[contract.area]).problem
    code = contract.provider.code
    raised = replace(
        problem,
        contracts=tuple(
            replace(each, ceiling_minutes=each.ceiling_minutes + minutes)
            if each.provider == code and each.ceiling_minutes is not None
            else each
            for each in problem.contracts
        ),
    )
    before = {placement.person: placement.provider for placement in engine.allocate(problem).placements}
    outcome = engine.allocate(raised)
    changed = [each for each in outcome.placements if before[each.person] != each.provider]
    come = [each.person for each in changed if each.provider == code]
    granted = {member.id: member.minutes for unit in problem.units for member in unit.members}
    seen = list(visible_persons(actor=actor).filter(reference__in=come).order_by("order_key", "pk"))
    if not counts_everybody(actor):
        come = [person.reference for person in seen]
        known = visible_persons(actor=actor).filter(reference__in=[each.person for each in changed])
        elsewhere = known.count() - len(come)
    else:
        elsewhere = len(changed) - len(come)
    return MoreRoom(
        minutes=minutes,
        persons=seen,
        hidden=len(come) - len(seen),
        taken_minutes=sum(granted[person] for person in come),
        elsewhere=elsewhere,
        why_none="" if come else _why_none(outcome, contract),
    )


def _why_none(outcome: engine.Outcome, contract: Contract) -> str:
    """Reason why the head of the queue would still not come."""
    lines = [line for each in outcome.placements for line in each.unmet if line.provider == contract.provider.code]
    first = min(lines, key=lambda line: line.place_in_queue or 0, default=None)
    return str(WHY_NOT[first.why]).format(provider=contract.provider.name) if first else ""
