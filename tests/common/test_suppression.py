"""Published numbers of a table never reveal a count of one to four people.

Checked independently of the network algorithm: for small tables by enumerating all tables consistent with the published
numbers; for large ones by deriving all their sums and differences (Gaussian elimination with fractions).
"""

from fractions import Fraction
from itertools import chain, count

import pytest
from hypothesis import given, reject, settings
from hypothesis import strategies as st

from common.suppression import SMALLEST_SHOWN, SmallTotalError, hidden_groups, hidden_places, is_small, with_totals
from tests.long_form import examples

MOST_TRIES = 20_000


@st.composite
def tables(draw, *, most_rows: int, most_columns: int, most: int):
    columns = draw(st.integers(1, most_columns))
    # Many small numbers and empty cells: the tables of a small municipality.
    number = st.one_of(st.integers(0, 4), st.integers(0, most))
    row = st.lists(number, min_size=columns, max_size=columns)
    return draw(st.lists(row, min_size=1, max_size=most_rows))


def _could_be_five(cells, hidden, place) -> bool:
    """Whether a table of integers with the same published numbers exists, with five or more at ``place``."""
    table = with_totals(cells)
    rows, columns = len(cells), len(cells[0])
    most = max(chain.from_iterable(cells)) + 6
    new = [[0] * columns for _ in range(rows)]
    tries = count()

    def fits(row, column) -> bool:
        """Sums that are complete or already too large, and the target."""
        if column == columns - 1 and place == (row, columns) and sum(new[row]) < 5:
            return False
        part, end, last = sum(new[row][: column + 1]), column == columns - 1, row == rows - 1
        if (row, columns) not in hidden and (part > table[row][-1] or (end and part != table[row][-1])):
            return False
        part = sum(new[r][column] for r in range(row + 1))
        if (rows, column) not in hidden and (part > table[-1][column] or (last and part != table[-1][column])):
            return False
        if last and end:
            total = with_totals(new)
            return ((rows, columns) in hidden or total[-1][-1] == table[-1][-1]) and total[place[0]][place[1]] >= 5
        return True

    def search(at) -> bool:
        if at == rows * columns:
            return True
        if next(tries) > MOST_TRIES:
            # Undecided: this table proves nothing.
            reject()
        row, column = divmod(at, columns)
        is_shown = (row, column) not in hidden
        here = cells[row][column]
        least = 5 if (row, column) == place else 0
        # Near the true number first.
        options = [here] if is_shown else sorted(range(least, most), key=lambda number: abs(number - here))
        for number in options:
            new[row][column] = number
            if fits(row, column) and search(at + 1):
                return True
        new[row][column] = 0
        return False

    return search(0)


def _derivable(equations: list[dict], hidden: set) -> set:
    """Cells of ``hidden`` determined by a linear combination of the equations (each: Σ factor · hidden = known)."""
    names = sorted(hidden)
    matrix = [[Fraction(equation.get(name, 0)) for name in names] for equation in equations]
    reduced, row = [line for line in matrix if any(line)], 0
    for column in range(len(names)):
        pivot = next((r for r in range(row, len(reduced)) if reduced[r][column]), None)
        if pivot is None:
            continue
        reduced[row], reduced[pivot] = reduced[pivot], reduced[row]
        first = reduced[row]
        reduced[row] = [value / first[column] for value in first]
        for other in range(len(reduced)):
            factor = reduced[other][column]
            if other != row and factor:
                reduced[other] = [a - factor * b for a, b in zip(reduced[other], reduced[row], strict=True)]
        row += 1
    return {names[line.index(1)] for line in reduced[:row] if sum(map(bool, line)) == 1}


def _equations(cells) -> list[dict]:
    rows, columns = len(cells), len(cells[0])
    sums = [{**{(r, c): 1 for c in range(columns)}, (r, columns): -1} for r in range(rows + 1)]
    return sums + [{**{(r, c): 1 for r in range(rows)}, (rows, c): -1} for c in range(columns + 1)]


def _small_hidden(cells, hidden):
    table = with_totals(cells)
    return [(row, column) for row, column in sorted(hidden) if is_small(table[row][column])]


KNOWN = st.sampled_from([(False, False), (True, False), (False, True), (True, True)])


@settings(max_examples=examples(150))
@given(cells=tables(most_rows=3, most_columns=3, most=9), known=KNOWN)
def test_every_hidden_small_number_could_be_five(cells, known):
    try:
        hidden = hidden_places(cells, known_rows=known[0], known_columns=known[1])
    except SmallTotalError:
        table = with_totals(cells)
        totals = [row[-1] for row in table] * known[0] + table[-1] * known[1]
        assert any(map(is_small, totals))
        return

    table = with_totals(cells)
    for row, numbers in enumerate(table):
        for column, number in enumerate(numbers):
            assert (row, column) in hidden or not is_small(number)
    for place in _small_hidden(cells, hidden):
        assert _could_be_five(cells, hidden, place), (cells, sorted(hidden), place)


@settings(max_examples=examples(60))
@given(cells=tables(most_rows=8, most_columns=8, most=60), known=KNOWN)
def test_no_linear_combination_reveals_a_hidden_small_number(cells, known):
    try:
        hidden = hidden_places(cells, known_rows=known[0], known_columns=known[1])
    except SmallTotalError:
        return

    assert not _derivable(_equations(cells), set(hidden)) & set(_small_hidden(cells, hidden))


@settings(max_examples=examples(100))
@given(cells=tables(most_rows=4, most_columns=4, most=9), known=st.booleans())
def test_known_totals_are_shown_and_row_order_does_not_affect_safety(cells, known):
    upside_down = cells[::-1]
    try:
        hidden = hidden_places(cells, known_rows=known)
        hidden_upside_down = hidden_places(upside_down, known_rows=known)
    except SmallTotalError:
        return

    assert not known or all(column < len(cells[0]) for _, column in hidden)
    small = _small_hidden(upside_down, hidden_upside_down)
    assert not _derivable(_equations(upside_down), set(hidden_upside_down)) & set(small)


def test_hiding_only_small_numbers_would_reveal_them():
    """The checks above can fail: they find a disclosure when only the small numbers are hidden."""
    cells = [[3, 10], [10, 10]]
    alone = {(0, 0)}

    assert _derivable(_equations(cells), alone) == alone
    assert not _could_be_five(cells, alone, (0, 0))
    # Two cells of a row are hidden, but both are small, and the row total is three.
    assert not _could_be_five([[1, 2, 9], [9, 9, 9]], {(0, 0), (0, 1), (1, 0), (1, 1)}, (0, 0))


@pytest.mark.parametrize(
    ("cells", "hidden"),
    [
        ([[7, 0], [12, 5]], set()),
        ([[3, 10], [10, 12]], {(0, 0), (0, 1), (1, 0), (1, 1)}),
        # Zero is shown; a single small number hides everything.
        ([[3]], {(0, 0), (0, 1), (1, 0), (1, 1)}),
        ([[3, 0], [20, 30]], {(0, 0), (0, 2), (1, 0), (1, 2)}),
    ],
)
def test_suppression_is_minimal(cells, hidden):
    assert hidden_places(cells) == hidden


def test_empty_table():
    assert hidden_places([]) == frozenset()


@given(st.dictionaries(st.text(max_size=2), st.integers(0, 12), max_size=6), st.booleans())
def test_hidden_groups_are_five_people_together_or_there_is_no_other(persons, overlap):
    hidden = hidden_groups(persons, overlap=overlap)

    small = {group for group, number in persons.items() if is_small(number)}
    assert small <= hidden
    assert bool(hidden) == bool(small)
    together = max if overlap else sum
    others = [number for group, number in persons.items() if group not in hidden and number]
    assert not small or together(persons[group] for group in hidden) >= SMALLEST_SHOWN or not others
    # The measures decide nothing, and no more is hidden than is needed: at most one group that is not small.
    assert len(hidden - small) <= 1
