"""Other algorithms on the same people, reduced to their features: a person is a seat, and nobody has a provider.

Each takes a `Market` and returns the number of people placed. None supports hours, current clients, a share over a
group, guarantees, reasons or an audit.
"""

from __future__ import annotations

from dataclasses import dataclass
from heapq import heappop, heappush

from allocation.engine import Problem

from .engine_problem import MUNICIPAL


@dataclass(frozen=True)
class Market:
    """`lists`: per person the providers' numbers, best first; `order`: priority of the people, the same at every
    provider; `seats` per provider. A provider in another area is another provider.
    """

    lists: list[list[int]]
    order: list[int]
    seats: list[int]


def market_of(problem: Problem) -> Market:
    """Seats: ceilings divided by the mean of minutes."""
    number_of = {(contract.area, contract.provider): i for i, contract in enumerate(problem.contracts)}
    lists: list[list[int]] = []
    dates = []
    minutes = 0
    for unit in problem.units:
        minutes += sum(member.minutes for member in unit.members)
        lists.append([number_of[unit.area, wish.provider] for wish in unit.wishes if wish.provider != MUNICIPAL])
        dates.append((unit.area_date is None, unit.area_date and unit.area_date.toordinal(), unit.id))
    ranked = sorted(range(len(lists)), key=dates.__getitem__)
    order = [0] * len(ranked)
    for place, person in enumerate(ranked):
        order[person] = place
    mean = max(1, minutes // max(1, len(lists)))
    return Market(lists, order, [(contract.ceiling_minutes or 0) // mean for contract in problem.contracts])


def textbook(market: Market) -> int:
    """Gale and Shapley's deferred acceptance with seats, person-proposing, in plain Python."""
    held: list[list[tuple[int, int]]] = [[] for _ in market.seats]
    next_wish = [0] * len(market.lists)
    asking = list(range(len(market.lists)))
    while asking:
        person = asking.pop()
        wishes, at = market.lists[person], next_wish[person]
        if at == len(wishes):
            continue
        next_wish[person] = at + 1
        queue = held[wishes[at]]
        heappush(queue, (-market.order[person], person))
        if len(queue) > market.seats[wishes[at]]:
            asking.append(heappop(queue)[1])
    return sum(map(len, held))


def matching(market: Market) -> int:
    """The package of that name on PyPI: hospitals and residents, resident-optimal."""
    from matching.games import HospitalResident

    asked_by: dict[int, list[int]] = {site: [] for site in range(len(market.seats))}
    for person in sorted(range(len(market.lists)), key=market.order.__getitem__):
        for site in market.lists[person]:
            asked_by[site].append(person)
    wanted = {site: people for site, people in asked_by.items() if people}
    game = HospitalResident.create_from_dictionaries(
        {person: wishes for person, wishes in enumerate(market.lists) if wishes},
        wanted,
        {site: market.seats[site] for site in wanted},
    )
    return sum(len(residents) for residents in game.solve(optimal="resident").values())


class MinCostFlow:
    """OR-tools: min-cost assignment, in which a second wish costs more than a first. It passes people in the queue,
    so it solves another problem; it serves as a measure of speed in compiled code.
    """

    def __init__(self, market: Market) -> None:
        import numpy
        from ortools.graph.python import min_cost_flow

        people, sites = len(market.lists), len(market.seats)
        sink = people + sites
        arcs = [
            (person, people + site, 1, wish)
            for person, wishes in enumerate(market.lists)
            for wish, site in enumerate(wishes)
        ]
        # Unplaced people go straight to the sink, at a cost above every wish.
        arcs += [(person, sink, 1, 10) for person in range(people)]
        arcs += [(people + site, sink, seats, 0) for site, seats in enumerate(market.seats)]
        tails, heads, capacities, costs = (numpy.array(column) for column in zip(*arcs, strict=True))
        self.flow = min_cost_flow.SimpleMinCostFlow()
        self.flow.add_arcs_with_capacity_and_unit_cost(tails, heads, capacities, costs)
        supplies = numpy.ones(sink + 1, dtype=int)
        supplies[people:sink] = 0
        supplies[sink] = -people
        self.flow.set_nodes_supplies(numpy.arange(sink + 1), supplies)
        self.sites = range(len(arcs) - sites, len(arcs))

    def solve(self) -> int:
        if self.flow.solve() != self.flow.OPTIMAL:
            raise RuntimeError("OR-tools found no solution")
        return sum(self.flow.flow(arc) for arc in self.sites)
