"""Offers that an officer makes between the nights: to those whom the next night would ask, in the same order."""

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
class Turn:
    """Somebody whose turn it is, or a household that chose together: everybody's reference → minutes a month.

    ``waited``: a night has drawn the lottery for them. Until then their order among those of the same date is open.
    """

    minutes_of: Mapping[str, int]
    queue_date: datetime.date
    waited: bool

    @property
    def minutes(self) -> int:
        return sum(self.minutes_of.values())


def whose_turn(*, contract: Contract) -> list[Turn]:
    """Whom the next night would ask for this contract, the first in the queue first. Nothing is written.

    Call it after ``lock_room`` if something is to be done about it.
    """
    run = _run()
    return _turns(compute_for(run, [contract.area]), contract)


@transaction.atomic
def offer_places(*, contract: Contract, most: int, actor: Actor) -> list[Offer]:
    """Offer a place to the first in the queue for whom there is room, at most ``most`` households.

    Raises:
        ValidationError: a choice round is being held there, nobody's turn, or the order is not drawn yet.
    """
    actor.require(Right.MAKE_OFFERS)
    lock_room(areas=[contract.area])
    if contract.area.rounds.filter(pk__in=rounds_being_held(clock.today()).values("pk")).exists():
        raise ValidationError(_("En valomgång pågår i området. Platserna delas ut när den är klar."))
    turns = whose_turn(contract=contract)
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
    # As the night, but everybody is asked first, whatever the night does.
    run.makes_offers = True
    return run


def _turns(computed: Computed, contract: Contract) -> list[Turn]:
    asked: dict[str, list[str]] = {}
    for placement in computed.outcome.placements:
        if placement.provider == contract.provider.code and computed.act(placement) == OutcomeRow.Act.OFFER:
            asked.setdefault(placement.unit, []).append(placement.person)
    units = {unit.id: unit for unit in computed.problem.units if unit.id in asked}

    def key(unit: str) -> tuple[datetime.date, int, str]:
        date = next(wish.date for wish in units[unit].wishes if wish.provider == contract.provider.code)
        return date, unit_lottery(computed.problem, units[unit]), unit

    return [
        Turn(
            minutes_of={person: computed.snapshot.states[person][1].minutes for person in asked[unit]},
            queue_date=key(unit)[0],
            waited=all(computed.snapshot.states[person][1].waits_since for person in asked[unit]),
        )
        for unit in sorted(asked, key=key)
    ]


def _offers(contract: Contract, turn: Turn) -> list[Offer]:
    dates = offer_dates(day=clock.today(), municipality=municipality(), not_before=day_of(contract, clock.today()))
    persons = list(Person.objects.filter(reference__in=turn.minutes_of).order_by("reference"))
    # A better place is offered instead, as the night does.
    Offer.objects.unfinished().filter(person__in=persons).update(status=Offer.Status.WITHDRAWN, answered_at=clock.now())
    # A name of its own for this very asking: earlier answers of the same household are another matter.
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
