"""State of one area during a run: the current place of each unit. Nothing else in the engine is mutable."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from allocation.engine.lottery import unit_lottery
from allocation.engine.outcome import How
from allocation.engine.problem import Area, Contract, Problem, Unit

from .applicant import MUNICIPAL, NO_PARTS, SPLIT, Applicants, Parts, give_up_wishes
from .site import Site

Key = tuple[int, date, int]


class State:
    """Units and sites are indices into the arrays below.
    place     site, MUNICIPAL or SPLIT        better    number of wishes better than that
    minutes   taken at a site, with reserved  persons   likewise
    drawn     units in lottery order          draw      per unit: position in that order
    queues    per site: (unit, number of the wish) in key order
    ranks     per unit and wish: position in that order
    """

    def __init__(self, problem: Problem, area: Area, units: Iterable[Unit], municipal: str) -> None:
        mine = sorted(units, key=lambda unit: unit.id)
        self.area = area
        self.share = area.share_cap_minutes
        self.policy = problem.policy
        self.sites = _sites(problem, area, mine, municipal)
        applicants = Applicants(problem, area, self.sites, municipal)
        self.applicants = [applicants.read(unit) for unit in mine]
        self.place = [applicant.home for applicant in self.applicants]
        self.better = [len(applicant.wishes) for applicant in self.applicants]
        self.leaves = [applicant.leaves for applicant in self.applicants]
        self.no_answer_how: dict[int, How] = {}
        self.minutes = [site.reserved_minutes for site in self.sites]
        self.persons = [site.reserved_persons for site in self.sites]
        for unit in range(len(self.applicants)):
            self._count(unit, +1)
        # Units are in id order, and stable sorting keeps that order among equals.
        lotteries = [unit_lottery(problem, unit) for unit in mine]
        self.drawn = sorted(range(len(mine)), key=lotteries.__getitem__)
        self.draw = _places(self.drawn)
        self.area_order = _places(sorted(self.drawn, key=self._area_date))
        self.queues: list[list[tuple[int, int]]] = []
        self.ranks: list[list[int]] = []
        self.line_up()

    def _area_date(self, unit: int) -> date:
        return self.applicants[unit].unit.area_date or date.max

    def key(self, unit: int, wish: int) -> Key:
        """Queue key at a provider. Its clients (class 0) keep their places and are in no queue."""
        return (self.queue_class((unit, wish)), self.received((unit, wish)), self.draw[unit])

    def queue_class(self, entry: tuple[int, int]) -> int:
        unit, wish = entry
        applicant = self.applicants[unit]
        joins_household = (
            self.policy.household_class and self.place[unit] == SPLIT and applicant.wishes[wish] in applicant.parts
        )
        return 1 if joins_household else 2

    def received(self, entry: tuple[int, int]) -> date:
        unit, wish = entry
        applicant = self.applicants[unit]
        return applicant.unit.wishes[applicant.wish_numbers[wish] - 1].date

    def line_up(self) -> None:
        """Order by class, date and lottery: three stable sorts, the least significant key first."""
        queues: list[list[tuple[int, int]]] = [[] for _ in self.sites]
        for unit in self.drawn:
            for wish, site in enumerate(self.applicants[unit].wishes):
                queues[site].append((unit, wish))
        self.ranks = [[0] * len(applicant.wishes) for applicant in self.applicants]
        for queue in queues:
            queue.sort(key=self.received)
            if self.policy.household_class:
                queue.sort(key=self.queue_class)
            for rank, (unit, wish) in enumerate(queue):
                self.ranks[unit][wish] = rank
        self.queues = queues

    def waits(self, unit: int, wish: int) -> bool:
        return wish < self.better[unit]

    def waiting_at(self, site: int) -> Iterable[tuple[int, int]]:
        better = self.better
        return (entry for entry in self.queues[site] if entry[1] < better[entry[0]])

    def nobody_waits(self, site: int) -> bool:
        return next(iter(self.waiting_at(site)), None) is None

    def parts(self, unit: int) -> Parts:
        """The unit's (minutes, persons) at each external site now."""
        applicant, place = self.applicants[unit], self.place[unit]
        if place == MUNICIPAL:
            return NO_PARTS
        if place == SPLIT:
            return applicant.parts
        return {place: (applicant.minutes, applicant.persons)}

    def external_minutes(self, unit: int) -> int:
        place = self.place[unit]
        if place == SPLIT:
            return self.applicants[unit].external_minutes
        return 0 if place == MUNICIPAL else self.applicants[unit].minutes

    def gain(self, unit: int, site: int) -> tuple[int, int]:
        """Minutes and persons that the unit would add at the site; members already there add nothing."""
        applicant, place = self.applicants[unit], self.place[unit]
        if place == SPLIT:
            minutes, persons = applicant.parts.get(site, (0, 0))
            return applicant.minutes - minutes, applicant.persons - persons
        return (0, 0) if place == site else (applicant.minutes, applicant.persons)

    def external(self) -> int:
        """X: all minutes at external providers."""
        return sum(self.minutes)

    def committed(self) -> int:
        """L: the same, where a provider below its guarantee counts as its guarantee."""
        return sum(site.committed(minutes) for site, minutes in zip(self.sites, self.minutes, strict=True))

    def change(self, unit: int, to: int) -> tuple[int, int]:
        """Rise of X and L if the unit moved to the site."""
        rise = self._rise(to, self.gain(unit, to)[0])
        for site, (minutes, _) in self.parts(unit).items():
            if site != to:
                rise += self._rise(site, -minutes)
        return self.applicants[unit].minutes - self.external_minutes(unit), rise

    def _rise(self, site: int, minutes: int) -> int:
        committed = self.sites[site].committed
        return committed(self.minutes[site] + minutes) - committed(self.minutes[site])

    def fits(self, unit: int, site: int) -> bool:
        return self.sites[site].fits(self.minutes[site], self.persons[site], *self.gain(unit, site))

    def share_allows(self, new: int, rise: int) -> bool:
        """Strict at area level: minutes above the share may stay, but may not grow."""
        if self.share is None:
            return True
        external, committed = self.external(), self.committed()
        return external + new <= max(self.share, external) and committed + rise <= max(self.share, committed)

    def grant(self, unit: int, wish: int) -> None:
        self.move(unit, self.applicants[unit].wishes[wish])
        self.better[unit] = wish

    def leave(self, unit: int) -> None:
        """Move to the municipal provider, by choice or rule; a unit larger than the share loses its wishes."""
        self.move(unit, MUNICIPAL)
        applicant = self.applicants[unit]
        if applicant.wishes and self.share is not None and applicant.minutes > self.share:
            give_up_wishes(applicant)
            self.better[unit] = 0

    def move(self, unit: int, place: int) -> None:
        self._count(unit, -1)
        self.place[unit] = place
        self._count(unit, +1)
        self.leaves[unit] = False

    def _count(self, unit: int, sign: int) -> None:
        for site, (minutes, persons) in self.parts(unit).items():
            self.minutes[site] += sign * minutes
            self.persons[site] += sign * persons


def _places(order: list[int]) -> list[int]:
    """Position of each unit in the order."""
    places = [0] * len(order)
    for place, unit in enumerate(order):
        places[unit] = place
    return places


def _sites(problem: Problem, area: Area, units: list[Unit], municipal: str) -> list[Site]:
    contracts = {c.provider: c for c in problem.contracts if c.area == area.id}
    clients = {m.current for unit in units for m in unit.members if m.current is not None}
    providers = sorted((set(contracts) | clients) - {municipal})
    return [_site(provider, contracts.get(provider)) for provider in providers]


def _site(provider: str, contract: Contract | None) -> Site:
    if contract is None:
        # The contract has ended, yet clients remain: they count, and nobody may join.
        return Site(provider, False, False, None, None, 0, 0, 0, 0)
    return Site(
        provider=provider,
        has_contract=True,
        intake=contract.intake,
        ceiling=contract.ceiling_minutes,
        ceiling_persons=contract.ceiling_persons,
        tolerance=contract.tolerance_minutes,
        guarantee=contract.guaranteed_minutes,
        reserved_minutes=contract.reserved_minutes,
        reserved_persons=contract.reserved_persons,
    )
