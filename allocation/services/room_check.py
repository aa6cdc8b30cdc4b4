"""Room for placements outside runs: manual ones, and accepted offers. Same limits and arithmetic as in a run."""

import datetime
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from allocation.engine.fit_check import Obstacle, obstacle
from allocation.models import AllocationRun, Offer, Placement
from allocation.snapshot import take_snapshot
from choices.models import Person
from common import clock
from providers.models import Contract

WORDS: dict[Obstacle, Any] = {
    "no_contract": _("Utföraren har inget avtal i området den dagen."),
    "intake_stopped": _("Utföraren tar inte emot någon ny den dagen."),
    "ceiling": _("Det finns inte plats under utförarens tak."),
    "share": _("De externa utförarnas andel i området är fylld."),
    "guarantee_reserved": _("Det som är kvar av andelen är garanterat andra utförare."),
}


def check_room(
    *, persons: Sequence[Person], contract: Contract, day: datetime.date, promised: Sequence[Offer] = ()
) -> None:
    """Raise ValidationError unless all ``persons`` fit the contract from ``day``. Call it after ``lock_room``.

    ``promised``: their own offers, whose reserved room they take.
    """
    if contract.valid_until is not None and contract.valid_until <= day:
        raise ValidationError(WORDS["no_contract"])
    run = AllocationRun(
        kind=AllocationRun.Kind.NIGHT, business_date=day, effective_date=day, seed="room", label=f"room {day}"
    )
    snapshot = take_snapshot(run, areas=[contract.area])
    if missing := [person for person in persons if person.reference not in snapshot.states]:
        moved = missing[0].area_id != contract.area_id
        words = _("%(who)s bor inte kvar i området.") if moved else _("%(who)s har ingen beviljad hjälp den dagen.")
        raise ValidationError(words % {"who": missing[0].reference})
    minutes = sum(offer.minutes for offer in promised)
    contracts = tuple(
        replace(
            each,
            reserved_minutes=max(each.reserved_minutes - minutes, 0),
            reserved_persons=max(each.reserved_persons - len(promised), 0),
        )
        if each.provider == contract.provider.code
        else each
        for each in snapshot.problem.contracts
    )
    problem = replace(snapshot.problem, contracts=contracts)
    if found := obstacle(problem, {person.reference: contract.provider.code for person in persons}):
        raise ValidationError(WORDS[found])


def start_placement(
    *,
    person: Person,
    contract: Contract,
    day: datetime.date,
    end_reason: str,
    reason: str = "",
    run: AllocationRun | None = None,
    decided_by_id: int | None = None,
    interim: bool = False,
) -> Placement:
    """End the current placement on ``day`` and start the new one. The caller checks the room.

    Raises:
        ValidationError: another placement is decided for later.
    """
    later = person.placements.covering_some_day().filter(valid_from__gt=day)
    if later.exists():
        raise ValidationError(_("En annan utförare är redan beslutad från en senare dag. Ångra det först."))
    for before in Placement.objects.on(day).filter(person=person):
        goes_on = _goes_on(before, day)
        if goes_on is not None:
            # A decided placement that has not begun is replaced; the current one continues until the new one begins.
            before.end_was, before.valid_until, before.end_reason = before.valid_until, before.valid_from, end_reason
            before.save(update_fields=["valid_until", "end_was", "end_reason"])
            before = goes_on
            before.valid_until = before.end_was
        before.end_was, before.valid_until, before.end_reason = before.valid_until, day, end_reason
        before.save(update_fields=["valid_until", "end_was", "end_reason"])
    return Placement.objects.create(
        person=person,
        contract=contract,
        valid_from=day,
        interim=interim,
        run=run,
        decided_by_id=decided_by_id,
        reason=reason,
    )


def _goes_on(not_begun: Placement, day: datetime.date) -> Placement | None:
    """Placement before ``not_begun``, if ``not_begun`` is in the future and the placement can last until ``day``."""
    if not clock.today() < not_begun.valid_from < day:
        return None
    before: Placement | None = (
        Placement.objects.covering_some_day()
        .filter(person=not_begun.person_id, valid_until=not_begun.valid_from)
        .select_related("contract")
        .first()
    )
    if before is None or (before.contract.valid_until is not None and before.contract.valid_until < day):
        return None
    return before
