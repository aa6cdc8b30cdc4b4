"""A run in figures: written once with it, so that a page about the whole costs the same for any number of people.

Everything in minutes a month and persons. ``areas`` is as of the run: the ceilings that it was computed under.
"""

from collections import Counter, defaultdict
from collections.abc import Sequence
from typing import Any

from allocation import engine
from allocation.models import OutcomeRow
from allocation.services.compute import Computed

Figures = dict[str, Any]
At = tuple[str, str]

# Where things stand in a row of ``store.rows_of``.
ANSWERED, BEFORE, PROVIDER, HOW, RANK = 4, 5, 6, 7, 8


def figures_of(computed: Computed, rows: Sequence[tuple[Any, ...]]) -> Figures:
    """``rows``: those that are stored. Persons are counted by them, hours by everybody in the areas."""
    answered = [row for row in rows if row[ANSWERED]]
    wishes = [row for row in answered if row[HOW] == OutcomeRow.How.WISH]
    return {
        "persons": len(rows),
        "answered": len(answered),
        "by_rank": dict(sorted(Counter(str(row[RANK]) for row in wishes).items())),
        "unmet": len(answered) - len(wishes),
        "moved": sum(1 for row in rows if row[BEFORE] and row[BEFORE] != row[PROVIDER]),
        "moved_against_choice": sum(1 for row in answered if row[HOW] == OutcomeRow.How.FALLBACK),
        "by_no_answer": dict(sorted(Counter(str(row[HOW]) for row in rows if not row[ANSWERED]).items())),
        "areas": _areas(computed),
    }


class _Sums:
    """Minutes and persons for each area and provider."""

    def __init__(self) -> None:
        self._at: defaultdict[At, list[int]] = defaultdict(lambda: [0, 0])

    def add(self, at: At, minutes: int) -> None:
        sums = self._at[at]
        sums[0] += minutes
        sums[1] += 1

    def __getitem__(self, at: At) -> tuple[int, int]:
        minutes, persons = self._at.get(at, (0, 0))
        return minutes, persons


def _areas(computed: Computed) -> list[Figures]:
    municipal = next(provider.id for provider in computed.problem.providers if provider.municipal)
    own, offered, waiting = _Sums(), _Sums(), _Sums()
    for placement in computed.outcome.placements:
        person = computed.snapshot.states[placement.person][1]
        at = person.area, placement.provider
        if placement.provider == municipal:
            own.add(at, person.minutes)
        elif computed.act(placement) == OutcomeRow.Act.OFFER:
            offered.add(at, person.minutes)
        for unmet in placement.unmet:
            if unmet.place_in_queue is not None:
                waiting.add((person.area, unmet.provider), person.minutes)
    totals = {total.area: total for total in computed.outcome.totals}
    contracts: defaultdict[str, list[Figures]] = defaultdict(list)
    for area in computed.problem.areas:
        minutes, persons = own[area.id, municipal]
        contracts[area.id].append({"provider": municipal, "used": minutes, "persons": persons})
    for contract in computed.problem.contracts:
        at = contract.area, contract.provider
        contracts[contract.area].append(_contract(contract, totals[contract.area], offered[at], waiting[at]))
    return [
        {
            "area": area.id,
            "base": area.share_base_minutes or 0,
            "share_bp": area.share_bp,
            "external": totals[area.id].external_minutes,
            "committed": totals[area.id].committed_minutes,
            "contracts": contracts[area.id],
        }
        for area in computed.problem.areas
    ]


def _contract(
    contract: engine.Contract, total: engine.AreaTotal, offered: tuple[int, int], waiting: tuple[int, int]
) -> Figures:
    """The engine's total holds all that takes room: who is placed, who is asked, and what is kept for others."""
    whole = next(row for row in total.contracts if row.provider == contract.provider)
    return {
        "provider": contract.provider,
        "ceiling": contract.ceiling_minutes,
        "ceiling_persons": contract.ceiling_persons,
        "guaranteed": contract.guaranteed_minutes,
        "used": whole.minutes - contract.reserved_minutes - offered[0],
        "persons": whole.persons - contract.reserved_persons - offered[1],
        "reserved": contract.reserved_minutes,
        "reserved_persons": contract.reserved_persons,
        "offered": offered[0],
        "offered_persons": offered[1],
        "waiting": waiting[0],
        "waiting_persons": waiting[1],
    }
