"""From the counts of the database to tables that may be published. Pure.

Tables of one page have totals in common, so the totals are published first. If a total by area is small, nothing on
that page is divided by area; if a total of all is small, what is counted from it is not published. The other tables
keep those totals as they are (``known_rows``), and so each is as safe beside the others as alone.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from allocation.whatif.result import HoursClass
from choices.models import Choice
from common.suppression import SMALLEST_SHOWN, SmallTotalError, is_small
from oversight.figures.table import ALL, Axis, Table, added, publish

CHANNELS = Axis("channel", tuple(Choice.Channel.values))
ANSWERS = Axis("answer", ("answered", "not_answered"))
HAVE_CHOSEN = Axis("chosen", ("chosen", "never_chosen"))
MOVED = Axis("moved", ("moved",))
HOURS = Axis("hours_class", tuple(kind.value for kind in HoursClass))
REASONS = Axis("reason", ("own_choice", "no_choice", "no_room", "exit", "by_hand", "other"))
WAIT = Axis("wait", ("median", "p90", "longest"))
# The finer words first; the coarser if one of those is of few people.
OUTCOMES = (
    {1: "first", 2: "later", 3: "none"},
    {1: "first", 2: "not_first", 3: "not_first"},
)

Row = tuple[Any, ...]


def round_tables(rows: Sequence[Row], areas: Axis, providers: Axis, *, decided: bool) -> list[Table]:
    """Who answered and how; when the places are given out (``decided``) also who got what. ``rows``: sql.ROUND."""
    pairs = [(row[0], ANSWERS.codes[not row[2]], row[6]) for row in rows]
    base, place = _by_area("answers", areas, ANSWERS, pairs)
    if place is None:
        return [base]
    answered = [row for row in rows if row[2]]
    found = [base, *_split("channels", base.rows, CHANNELS, [(place(r[0]), r[5], r[6], r[7]) for r in answered])]
    if decided:
        found += _outcomes(base.rows, place, answered)
        found += _split("clients", base.rows, providers, [(place(r[0]), r[1], r[6], r[7]) for r in rows])
    return found


def now_tables(rows: Sequence[Row], areas: Axis, providers: Axis) -> list[Table]:
    """Who has chosen, and whose clients they are. ``rows``: sql.NOW."""
    pairs = [(row[0], HAVE_CHOSEN.codes[row[2] is None], row[3]) for row in rows]
    base, place = _by_area("choices", areas, HAVE_CHOSEN, pairs)
    if place is None:
        return [base]
    return [base, *_split("clients", base.rows, providers, [(place(r[0]), r[1], r[3], r[4]) for r in rows])]


def year_tables(rows: Sequence[Row], areas: Axis, months: Axis) -> list[Table]:
    """Who moved and why, and month by month. ``rows``: sql.MOVES, the months as codes."""
    base, place = _by_area("moves", areas, MOVED, [(row[0], "moved", row[3]) for row in rows])
    if place is None:
        return [base]
    by_reason = [(place(row[0]), row[2], row[3], None) for row in rows]
    by_month = [(place(row[0]), row[1], row[3], None) for row in rows]
    return [
        *_split("moves_by_reason", base.rows, REASONS, by_reason),
        *_split("moves_by_month", base.rows, months, by_month),
    ]


def queue_tables(rows: Sequence[Row], areas: Axis, providers: Axis) -> list[Table]:
    """How many wait, and how long they have waited. ``rows``: sql.WAITS."""
    queues = {(area, provider): (persons, days) for area, provider, _, persons, days in rows if provider}
    table = publish("queues", areas, providers, {place: persons for place, (persons, _) in queues.items()})[0]
    found = [table]
    for number, code in enumerate(WAIT.codes):
        values = tuple(
            tuple(
                queues[area, provider][1][number] if table.at(area, provider) else None for provider in providers.codes
            )
            for area in areas.codes
        )
        found.append(Table(f"waits_{code}", "days", areas, providers, values, totals=False))
    by_class = {kind or ALL: (persons, days) for _, provider, kind, persons, days in rows if provider is None}
    return [*found, days_table("waits_by_hours", HOURS, by_class)]


def days_table(code: str, rows: Axis, found: dict[str, tuple[int, list[int]]]) -> Table:
    """Days for each row and for all. Of fewer than five people nothing: the longest is then known to the others."""
    rows = Axis(rows.kind, (*rows.codes, ALL))
    values = tuple(
        tuple(found[row][1]) if row in found and found[row][0] >= SMALLEST_SHOWN else (None,) * len(WAIT.codes)
        for row in rows.codes
    )
    return Table(code, "days", rows, WAIT, values, totals=False)


def _by_area(
    code: str, areas: Axis, columns: Axis, cube: Sequence[tuple[str, str, int]]
) -> tuple[Table, Callable[[str], str] | None]:
    """The table that all the others have their totals from, and which of its rows an area is in: its own, or all in
    one. None: too few for anything more."""
    for rows, place in ((areas, lambda area: area), (Axis("area", (ALL,)), lambda _area: ALL)):
        counts = added((place(area), column, number) for area, column, number in cube)
        table = publish(code, rows, columns, counts)[0]
        if table.shows_all:
            return table, place
    return table, None


def _split(
    code: str, rows: Axis, columns: Axis, cube: Iterable[tuple[str, str, int, int | None]], *, both: bool = False
) -> list[Table]:
    """A table whose rows' totals are known; with ``both`` the columns' too. Nothing if one of them is small."""
    cube = list(cube)
    persons = added((row, column, number) for row, column, number, _ in cube)
    minutes = added((row, column, int(number)) for row, column, _, number in cube if number is not None)
    with_minutes = any(number is not None for *_, number in cube)
    try:
        return publish(
            code,
            rows,
            columns,
            persons,
            minutes=minutes if with_minutes else None,
            known_rows=True,
            known_columns=both,
        )
    except SmallTotalError:
        return []


def _outcomes(areas: Axis, place: Callable[[str], str], answered: Sequence[Row]) -> list[Table]:
    """Persons and minutes by which wish they got: by granted hours, and by area."""
    for words in OUTCOMES:
        outcomes = Axis("outcome", tuple(dict.fromkeys(words.values())))
        totals = added((words[row[3]], "", row[6]) for row in answered)
        if any(is_small(number) for number in totals.values()):
            continue
        by_hours = [(words[row[3]], row[4], row[6], row[7]) for row in answered]
        by_area = [(place(row[0]), words[row[3]], row[6], row[7]) for row in answered]
        return [
            *_split("first_choice_by_hours", outcomes, HOURS, by_hours),
            *_split("first_choice_by_area", areas, outcomes, by_area, both=True),
        ]
    return []
