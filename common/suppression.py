"""Cell suppression: hides numbers of a table so that no count of one to four people can be derived. Pure.

A table has rows, columns and totals, and its reader can subtract. So a small number is hidden together with others
(complementary suppression), until each small number could as well be five or more: another table with the same
published numbers exists in which it is. Hidden cells look alike, small or not.

A table of two dimensions is a network (rows and columns are nodes, cells are edges): a number can change where hidden
cells form a cycle, alternately up and down. Each small number gets its cheapest cycle. Sources: Castro,
Minimum-distance controlled perturbation and network flows for cell suppression (2012); Hundepool et al., Statistical
Disclosure Control (2012), chapter 4.
"""

import heapq
from collections.abc import Hashable, Iterator, Mapping, Sequence
from itertools import count
from typing import TypeVar

# Counts of one to four people are hidden. Zero is shown.
SMALLEST_SHOWN = 5

Place = tuple[int, int]
Group = TypeVar("Group", bound=Hashable)
# Hiding a total costs every reader, so inner cells are preferred.
_COST_OF_A_CELL, _COST_OF_A_TOTAL, _COST_OF_ALL = 10**6, 10**9, 10**12


class SmallTotalError(ValueError):
    """A total published elsewhere is itself small: the table cannot be published."""


def is_small(number: int) -> bool:
    return 0 < number < SMALLEST_SHOWN


def coarse(number: int) -> int | None:
    """A number for readers who see nobody, to the nearest five. None: one to four.

    The same number is shown alike on every page, so that no difference of two pages reveals a person.
    """
    return None if is_small(number) else (number + 2) // 5 * 5


def hidden_groups(persons: Mapping[Group, int], *, overlap: bool = False) -> frozenset[Group]:
    """Groups whose measures (a longest wait, a median) are hidden where the same measure of all is shown.

    The small ones; and, unless they are ``SMALLEST_SHOWN`` people together, the smallest of the others: a longest wait
    of all that no shown group has belongs to one of those hidden. Sizes alone decide, so that what is hidden tells
    nothing of the measure. ``overlap``: a person may be in several groups, so sizes do not add up.
    """
    small = {group for group, number in persons.items() if is_small(number)}
    others = [group for group, number in persons.items() if number >= SMALLEST_SHOWN]
    if not small or not others or (not overlap and sum(persons[group] for group in small) >= SMALLEST_SHOWN):
        return frozenset(small)
    return frozenset({*small, min(others, key=lambda group: (persons[group], str(group)))})


def with_totals(cells: Sequence[Sequence[int]]) -> list[list[int]]:
    """The rows with their sums, and a last row of column sums."""
    rows = [[*row, sum(row)] for row in cells]
    return [*rows, [sum(column) for column in zip(*rows, strict=True)]] if rows else []


def hidden_places(
    cells: Sequence[Sequence[int]], *, known_rows: bool = False, known_columns: bool = False
) -> frozenset[Place]:
    """Positions (row, column) of the hidden cells; indices after the last are the totals.

    ``known_rows``, ``known_columns``: these totals are shown in another table, so they stay shown here. Tables that
    share
    nothing but such totals are then as safe together as each alone.

    Raises:
        SmallTotalError: a known total is small.
    """
    table = with_totals(cells)
    if not table:
        return frozenset()
    last_row, last_column = len(table) - 1, len(table[0]) - 1
    fixed = {
        (row, column)
        for row, column in _places(table)
        if (known_rows and column == last_column)
        or (known_columns and row == last_row)
        or ((known_rows or known_columns) and (row, column) == (last_row, last_column))
    }
    if any(is_small(table[row][column]) for row, column in fixed):
        raise SmallTotalError
    small = [place for place in _places(table) if is_small(table[place[0]][place[1]])]
    hidden = set(small)
    # Smallest first: their cycles often cover the others.
    for place in sorted(small, key=lambda place: (table[place[0]][place[1]], place)):
        ring = _ring(table, place, hidden, fixed)
        if ring is None:
            # Both totals known and too little around it: all inner cells, empty ones too, are hidden. A cell can then
            # be as large as the smaller of its two totals, and none of those is small.
            return frozenset(found for found in _places(table) if found[0] < last_row and found[1] < last_column)
        hidden |= ring
    return frozenset(hidden)


def _places(table: Sequence[Sequence[int]]) -> Iterator[Place]:
    return ((row, column) for row, numbers in enumerate(table) for column in range(len(numbers)))


def _ring(table: list[list[int]], place: Place, hidden: set[Place], fixed: set[Place]) -> set[Place] | None:
    """Cells that, changed together, allow the number at ``place`` to be five with all sums unchanged."""
    now = [list(row) for row in table]
    start, end = _ends(table, place, up=True)
    needed = SMALLEST_SHOWN - table[place[0]][place[1]]
    ring: set[Place] = set()
    while needed:
        way = _cheapest_way(table, now, end, start, hidden | ring, fixed | {place})
        if way is None:
            return None
        step = min([needed, *(now[r][c] for (r, c), up in way if not up)])
        for (row, column), up in way:
            now[row][column] += step if up else -step
            ring.add((row, column))
        needed -= step
    return ring


def _ends(table: list[list[int]], place: Place, *, up: bool) -> tuple[int, int]:
    """Source and target node of a cell's edge when its number goes up or down.

    Rows are 0, 1, …; columns −1, −2, …. A total runs opposite to the cells it sums, the grand total as a cell.
    """
    row, column = place
    is_total = (row == len(table) - 1) != (column == len(table[0]) - 1)
    ends = (row, -1 - column)
    return ends if up != is_total else ends[::-1]


def _cheapest_way(
    table: list[list[int]], now: list[list[int]], start: int, end: int, hidden: set[Place], barred: set[Place]
) -> list[tuple[Place, bool]] | None:
    """Dijkstra's algorithm over cells that may go up (any non-empty one: an empty one may be known to be) or down."""
    costs = {start: 0}
    came: dict[int, tuple[int, Place, bool]] = {}
    turn = count()
    queue = [(0, next(turn), start)]
    done: set[int] = set()
    while queue:
        cost, _, at = heapq.heappop(queue)
        if at in done:
            continue
        done.add(at)
        if at == end:
            return _way_back(came, start, end)
        for place in _cells_at(table, at):
            if place in barred or table[place[0]][place[1]] == 0:
                continue
            for up in (True, False):
                before, after = _ends(table, place, up=up)
                if before != at or after in done or not (up or now[place[0]][place[1]]):
                    continue
                price = cost + (0 if place in hidden else _price(table, place))
                if price < costs.get(after, price + 1):
                    costs[after], came[after] = price, (at, place, up)
                    heapq.heappush(queue, (price, next(turn), after))
    return None


def _cells_at(table: list[list[int]], at: int) -> Iterator[Place]:
    if at >= 0:
        return ((at, column) for column in range(len(table[0])))
    return ((row, -1 - at) for row in range(len(table)))


def _price(table: list[list[int]], place: Place) -> int:
    row, column = place
    totals = (row == len(table) - 1) + (column == len(table[0]) - 1)
    return (_COST_OF_A_CELL, _COST_OF_A_TOTAL, _COST_OF_ALL)[totals] + table[row][column]


def _way_back(came: dict[int, tuple[int, Place, bool]], start: int, end: int) -> list[tuple[Place, bool]]:
    way = []
    while end != start:
        before, place, up = came[end]
        way.append((place, up))
        end = before
    return way
