"""Snapshot: the state as of a day, as one problem for the engine.

"As of" means the effective date as known now: decisions, placements, contracts, ceilings, guarantees and the ramp
step valid that day; deaths and ended decisions known now. Offers and placements that begin later count as reserved
room.
"""

import datetime
from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from allocation import engine
from allocation.facts.room import Amount, reserved
from allocation.models import AllocationRun
from allocation.snapshot.leaving import Leaving, with_fallbacks
from allocation.snapshot.people import PersonState, people
from allocation.snapshot.scope import areas_of, policy_of
from providers.models import Area, Provider
from providers.selectors import ContractTerms, contract_terms, share_bp_by_area


@dataclass(frozen=True)
class Snapshot:
    """``states``: reference → person's id and state. ``leaving``: units whose provider leaves, by id (exit runs
    only).
    """

    problem: engine.Problem
    states: Mapping[str, tuple[int, PersonState]]
    leaving: Mapping[str, Leaving]


def take_snapshot(run: AllocationRun, areas: Collection[Area] | None = None) -> Snapshot:
    """Input of ``run``, for its own areas unless others are given.

    Call it inside the run's transaction, after ``lock_room``.
    """
    day = run.effective_date
    areas = list(areas_of(run)) if areas is None else areas
    terms = [term for term in contract_terms(day=day) if term.contract.area in areas]
    found = people(run, areas)
    contracts = _contracts(day, terms)
    units, leaving = with_fallbacks(run, found, contracts)
    return Snapshot(
        problem=engine.Problem(
            effective_date=day,
            round=run.label,
            seed=run.seed,
            policy=policy_of(run),
            areas=tuple(_areas(day, areas, units)),
            providers=tuple(
                engine.Provider(id=provider.code, municipal=provider.is_municipal)
                for provider in Provider.objects.order_by("code")
            ),
            contracts=tuple(contracts),
            units=tuple(units),
        ),
        states={state.reference: (person, state) for person, state in found.states.items()},
        leaving=leaving,
    )


def _areas(day: datetime.date, areas: Collection[Area], units: list[engine.Unit]) -> list[engine.Area]:
    """The share cap is a share of all granted minutes in the area, answered or not, whichever the provider."""
    base: defaultdict[str, int] = defaultdict(int)
    for unit in units:
        base[unit.area] += sum(member.minutes for member in unit.members)
    shares = share_bp_by_area(day=day)
    return [
        engine.Area(
            id=area.code,
            share_cap_minutes=None if (bp := shares.get(area.pk)) is None else bp * base[area.code] // 10_000,
            share_bp=bp,
            share_base_minutes=base[area.code],
        )
        for area in sorted(areas, key=lambda area: area.code)
    ]


def _contracts(day: datetime.date, terms: list[ContractTerms]) -> list[engine.Contract]:
    reserved_now = reserved({term.contract.area for term in terms}, day=day)
    return [
        engine.Contract(
            area=term.contract.area.code,
            provider=term.contract.provider.code,
            ceiling_minutes=term.ceiling_minutes,
            ceiling_persons=term.ceiling_persons,
            tolerance_minutes=term.tolerance_minutes,
            guaranteed_minutes=term.guaranteed_minutes,
            reserved_minutes=reserved_now.get(term.contract.pk, Amount()).minutes,
            reserved_persons=reserved_now.get(term.contract.pk, Amount()).persons,
            intake=term.intake,
        )
        for term in sorted(terms, key=lambda term: (term.contract.area.code, term.contract.provider.code))
        # The municipality always has room: it is no contract to the engine.
        if not term.contract.provider.is_municipal
    ]
