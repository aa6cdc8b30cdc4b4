"""Offers made by an officer between two nights, in the order the next night would use."""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.roles import Right
from allocation.engine.lottery import unit_lottery
from allocation.facts.days import day_of
from allocation.locking import lock_room
from allocation.models import AllocationRun, Offer, OutcomeRow
from allocation.services.claim import night_run
from allocation.services.compute import Computed, compute_for
from allocation.snapshot.scope import rounds_being_held
from audit.services import record
from choices.models import Person
from common import clock
from common.references import new_reference
from providers.models import Contract
from providers.notice import offer_dates
from providers.selectors import municipality


@dataclass(frozen=True)
class NextUnit:
    """A unit at the head of the queue: each member's reference → minutes a month.

    ``waited``: a night has drawn the unit's lottery number. Until then its order among units of the same date is open.
    """

    minutes_of: Mapping[str, int]
    queue_date: datetime.date
    waited: bool

    @property
    def minutes(self) -> int:
        return sum(self.minutes_of.values())


def next_in_queue(*, contract: Contract) -> list[NextUnit]:
    """Units that the next night would offer this contract, in queue order. Reads only.

    Call it after ``lock_room`` before acting on the result.
    """
    run = _run()
    return _turns(compute_for(run, [contract.area]), contract)


@transaction.atomic
def offer_places(*, contract: Contract, most: int, actor: Actor) -> list[Offer]:
    """Offer a place to the first units in the queue that fit, at most ``most`` of them.

    Raises:
        ValidationError: a choice round is open there, no unit fits, or the order is not drawn yet.
    """
    actor.require(Right.MAKE_OFFERS)
    lock_room(areas=[contract.area])
    if contract.area.rounds.filter(pk__in=rounds_being_held(clock.today()).values("pk")).exists():
        raise ValidationError(_("En valomgång pågår i området. Platserna delas ut när den är klar."))
    turns = next_in_queue(contract=contract)
    first = [turn for turn in turns[:most] if turn.waited]
    if not turns:
        raise ValidationError(_("Det finns ingen som väntar och får plats."))
    if not first:
        raise ValidationError(_("Den som står först har inte varit med i någon nattkörning än. Vänta till i morgon."))
    offers = [offer for turn in first for offer in _offers(contract, turn)]
    for offer in offers:
        record(
            actor=actor,
            action="offer.make",
            person_reference=offer.person.reference,
            object_reference=offer.reference,
            data={"provider": contract.provider.code, "answer_by": str(offer.answer_by)},
        )
    return offers


def _run() -> AllocationRun:
    run = night_run(clock.today())
    # As in the night, but every unit gets an offer first, independent of the night's mode.
    run.makes_offers = True
    return run


def _turns(computed: Computed, contract: Contract) -> list[NextUnit]:
    asked: dict[str, list[str]] = {}
    for placement in computed.outcome.placements:
        if placement.provider == contract.provider.code and computed.act(placement) == OutcomeRow.Act.OFFER:
            asked.setdefault(placement.unit, []).append(placement.person)
    units = {unit.id: unit for unit in computed.problem.units if unit.id in asked}

    def key(unit: str) -> tuple[datetime.date, int, str]:
        date = next(wish.date for wish in units[unit].wishes if wish.provider == contract.provider.code)
        return date, unit_lottery(computed.problem, units[unit]), unit

    return [
        NextUnit(
            minutes_of={person: computed.snapshot.states[person][1].minutes for person in asked[unit]},
            queue_date=key(unit)[0],
            waited=all(computed.snapshot.states[person][1].waits_since for person in asked[unit]),
        )
        for unit in sorted(asked, key=key)
    ]


def _offers(contract: Contract, turn: NextUnit) -> list[Offer]:
    dates = offer_dates(day=clock.today(), municipality=municipality(), not_before=day_of(contract, clock.today()))
    persons = list(Person.objects.filter(reference__in=turn.minutes_of).order_by("reference"))
    # A better place is offered instead, as in the night.
    Offer.objects.unfinished().filter(person__in=persons).update(status=Offer.Status.WITHDRAWN, answered_at=clock.now())
    # A group id unique to this request, so that earlier answers of the same household do not count.
    unit = new_reference()
    return Offer.objects.bulk_create(
        Offer(
            reference=new_reference(),
            person=person,
            contract=contract,
            unit=unit,
            minutes=turn.minutes_of[person.reference],
            starts_on=dates.starts_on,
            answer_by=dates.answer_by,
        )
        for person in persons
    )
