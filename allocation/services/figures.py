"""Figures of a run, written once with it: a summary page costs the same for any number of people.

Everything in minutes a month and persons. ``areas`` is as of the run: the ceilings that it was computed under.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from allocation import engine
from allocation.facts.rounds import Answer, answers_by_person
from allocation.models import OutcomeRow
from allocation.models.run import moves
from allocation.services.compute import Computed

Figures = dict[str, Any]
At = tuple[str, str]
# Columns of the statement ``run_people``: answer, how, is offer, rank, persons, minutes.
Outcome = tuple[str, str, bool, int | None, int, int]

# Column positions in a row of ``store.rows_of``.
PERSON, MINUTES, ANSWERED, BEFORE, PROVIDER, HOW, RANK, ACT = 1, 3, 4, 5, 6, 7, 8, 10


def figures_of(computed: Computed, rows: Sequence[tuple[Any, ...]]) -> Figures:
    """``rows``: the stored rows. Persons are counted from them, hours from everybody in the areas."""
    chose = answers_by_person(computed.run.round, known=computed.run.proposed_at)
    return {
        **people_of(_outcome(row, chose) for row in rows),
        "in_round": computed.run.round_id is not None,
        "moved": sum(1 for row in rows if moves(before=row[BEFORE], provider=row[PROVIDER], act=row[ACT])),
        "areas": _areas(computed),
    }


def people_of(outcomes: Iterable[Outcome]) -> Figures:
    """People by their answer: chose in the round, chose earlier, others."""
    choosers = {Answer.CHOSE: _Choosers(), Answer.EARLIER: _Choosers()}
    persons = declined = 0
    by_rule: Counter[str] = Counter()
    for answer, how, is_offer, rank, number, minutes in outcomes:
        persons += number
        declined += number if answer == Answer.DECLINED else 0
        if answer in choosers:
            choosers[Answer(answer)].add(how, is_offer, rank, number, minutes)
        else:
            by_rule[str(how)] += number
    return {
        "persons": persons,
        "chose": choosers[Answer.CHOSE].figures,
        "earlier": choosers[Answer.EARLIER].figures,
        "declined": declined,
        "by_no_answer": dict(sorted(by_rule.items())),
    }


def _outcome(row: Sequence[Any], chose: Mapping[int, bool]) -> Outcome:
    """Outcome in the vocabulary of the relation ``run_person``."""
    in_round = chose.get(row[PERSON])
    if in_round:
        answer = Answer.CHOSE
    elif row[ANSWERED]:
        answer = Answer.EARLIER
    else:
        answer = Answer.SILENT if in_round is None else Answer.DECLINED
    return answer, row[HOW], row[ACT] == OutcomeRow.Act.OFFER, row[RANK], 1, row[MINUTES]


class _Choosers:
    """People with a choice, in persons and minutes, by the rank of the wish that is met after the run."""

    def __init__(self) -> None:
        self._by_rank: defaultdict[str, list[int]] = defaultdict(lambda: [0, 0])
        self._against = 0

    def add(self, how: str, is_offer: bool, rank: int | None, persons: int, minutes: int) -> None:
        sums = self._by_rank["offered" if is_offer else str(rank) if rank else "none"]
        sums[0] += persons
        sums[1] += minutes
        self._against += persons if how == OutcomeRow.How.FALLBACK else 0

    @property
    def figures(self) -> Figures:
        return {"by_rank": dict(sorted(self._by_rank.items())), "against": self._against}


class _Sums:
    """Sums of minutes and persons per area and provider."""

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
        for unmet in computed.unmet(placement):
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
    for total in computed.outcome.totals:
        contracts[total.area] += _leaving(total, contracts[total.area])
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


def _leaving(total: engine.AreaTotal, rows: list[Figures]) -> list[Figures]:
    """Providers with an ended contract and remaining clients: their hours are in the area's sums."""
    known = {row["provider"] for row in rows}
    return [
        {"provider": each.provider, "used": each.minutes, "persons": each.persons, "leaving": True}
        for each in total.contracts
        if each.provider not in known and each.persons
    ]


def _contract(
    contract: engine.Contract, total: engine.AreaTotal, offered: tuple[int, int], waiting: tuple[int, int]
) -> Figures:
    """The engine's total counts all that takes room: placed, offered, reserved for others."""
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
