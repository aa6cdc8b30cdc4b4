"""Division of counts into publishable tables. Pure.

Tables of one page share totals, so the totals are suppressed first. If a total by area is small, no table of that page
is divided by area; if a grand total is small, its tables are not published. The other tables keep those totals
(``known_rows``), so that each is as safe beside the others as alone.
"""

from collections.abc import Callable, Collection, Iterable, Sequence
from functools import partial
from typing import Any

from allocation.facts.rounds import Answer
from allocation.whatif.result import HoursClass
from choices.models import Choice
from common.suppression import SmallTotalError, hidden_groups, is_small
from oversight.figures.table import ALL, Axis, Table, added, publish

CHANNELS = Axis("channel", tuple(Choice.Channel.values))
# People who chose in the round, who kept an earlier choice, and the others. ``earlier`` is omitted where it is small.
ANSWERS = Axis("answer", ("answered", "earlier", "not_answered"))
CHOSE_OR_NOT = Axis("answer", ("answered", "not_answered"))
HAVE_CHOSEN = Axis("chosen", ("chosen", "never_chosen"))
MOVED = Axis("moved", ("moved",))
CLIENTS = Axis("clients", ("clients",))
HOURS = Axis("hours_class", tuple(kind.value for kind in HoursClass))
REASONS = Axis("reason", ("own_choice", "no_choice", "no_room", "exit", "by_hand", "other"))
WAIT = Axis("wait", ("median", "p90", "longest"))
# Finer categories first; coarser ones where a finer one is small.
OUTCOMES = (
    {1: "first", 2: "later", 3: "none"},
    {1: "first", 2: "not_first", 3: "not_first"},
)

Row = tuple[Any, ...]
_NOBODY: tuple[int, list[int]] = (0, [])


def round_tables(rows: Sequence[Row], areas: Axis, providers: Axis, *, decided: bool, hide: bool = True) -> list[Table]:
    """Choices and their channels; for a decided round (``decided``) also outcomes. ``rows``: the statement ``run``."""
    for columns in (ANSWERS, CHOSE_OR_NOT):
        pairs = [(row[0], _answer(row[2], columns), row[6]) for row in rows]
        base, place = _by_area("answers", areas, columns, pairs, hide=hide)
        if place is not None and base.rows == areas:
            break
    if place is None:
        return [base]

    def split(code: str, columns: Axis, of: Sequence[Row], column: int) -> list[Table]:
        return _split(code, base.rows, columns, [(place(r[0]), r[column], r[6], r[7]) for r in of], hide=hide)

    chose = [row for row in rows if row[2] == Answer.CHOSE]
    found = [base, *split("channels", CHANNELS, chose, 5)]
    if decided:
        found += _outcomes("first_choice", base.rows, place, chose, hide=hide)
        if base.columns == ANSWERS:
            earlier = [row for row in rows if row[2] == Answer.EARLIER]
            found += _outcomes("earlier", base.rows, place, earlier, hide=hide)
        found += split("clients", providers, rows, 1)
    return found


def _answer(answer: str, columns: Axis) -> str:
    word = {Answer.CHOSE: "answered", Answer.EARLIER: "earlier"}.get(Answer(answer), "not_answered")
    return word if word in columns.codes else "not_answered"


def now_tables(rows: Sequence[Row], areas: Axis, providers: Axis, *, hide: bool = True) -> list[Table]:
    """Choices and current clients. ``rows``: the statement ``now``."""
    pairs = [(row[0], HAVE_CHOSEN.codes[not row[2]], row[3]) for row in rows]
    base, place = _by_area("choices", areas, HAVE_CHOSEN, pairs, hide=hide)
    if place is None:
        return [base]
    clients = [(place(row[0]), row[1], row[3], row[4]) for row in rows]
    return [base, *_split("clients", base.rows, providers, clients, hide=hide)]


def by_area_and_provider(
    rows: Sequence[Row], areas: Axis, providers: Axis, *, hide: bool
) -> tuple[Table | None, Table | None]:
    """Clients in persons and minutes, divided as in ``now_tables``. None: too few. ``rows``: area, provider, persons,
    minutes.
    """
    base, place = _by_area("clients", areas, CLIENTS, [(row[0], "clients", row[2]) for row in rows], hide=hide)
    if place is None:
        return None, None
    cube = [(place(row[0]), *row[1:]) for row in rows]
    found = _split("clients", base.rows, providers, cube, hide=hide)
    return (found[0], found[1]) if len(found) == 2 else (None, None)


def year_tables(rows: Sequence[Row], areas: Axis, months: Axis, *, hide: bool = True) -> list[Table]:
    """Moves by reason and by month. ``rows``: the statement ``moves``, the months as codes."""
    base, place = _by_area("moves", areas, MOVED, [(row[0], "moved", row[3]) for row in rows], hide=hide)
    if place is None:
        return [base]
    by_reason = [(place(row[0]), row[2], row[3], None) for row in rows]
    by_month = [(place(row[0]), row[1], row[3], None) for row in rows]
    return [
        *_split("moves_by_reason", base.rows, REASONS, by_reason, hide=hide),
        *_split("moves_by_month", base.rows, months, by_month, hide=hide),
    ]


def queue_tables(rows: Sequence[Row], areas: Axis, providers: Axis, *, hide: bool = True) -> list[Table]:
    """Queue lengths and days waited. ``rows``: area, provider, hours class, persons, days.

    A person in two queues is in both, so there are no totals to subtract from: the number in a small queue is hidden
    alone. Days are hidden with those of another queue, since the days of all are shown.
    """
    queues = {(area, provider): (persons, days) for area, provider, _, persons, days in rows if provider}
    sizes = {place: persons for place, (persons, _) in queues.items()}
    small = {place for place, persons in sizes.items() if is_small(persons)} if hide else set()
    without_days = hidden_groups(sizes, overlap=True) if hide else frozenset()

    def table(
        code: str, unit: str, hidden: Collection[tuple[str, str]], cell: Callable[[int, list[int]], int | None]
    ) -> Table:
        values = tuple(
            tuple(
                None if place in hidden else cell(*queues.get(place, _NOBODY))
                for place in [(area, provider) for provider in providers.codes]
            )
            for area in areas.codes
        )
        return Table(code, unit, areas, providers, values, totals=False, hides=hide)

    found = [table("queues", "persons", small, lambda persons, _: persons)]
    for number, code in enumerate(WAIT.codes):
        found.append(table(f"waits_{code}", "days", without_days, partial(_days, number)))
    by_class = {kind or ALL: (persons, days) for _, provider, kind, persons, days in rows if provider is None}
    return [*found, days_table("waits_by_hours", HOURS, by_class, hide=hide)]


def _days(number: int, _persons: int, days: list[int]) -> int | None:
    return days[number] if days else None


def days_table(code: str, rows: Axis, found: dict[str, tuple[int, list[int]]], *, hide: bool = True) -> Table:
    """Days for each row and for all. Hidden for fewer than five people, and so that those of all tell nothing of them:
    the longest wait could be traced to one.
    """
    rows = Axis(rows.kind, (*rows.codes, ALL))
    sizes = {row: persons for row, (persons, _) in found.items()}
    hidden = hidden_groups({row: persons for row, persons in sizes.items() if row != ALL}) if hide else frozenset()
    if hide and is_small(sizes.get(ALL, 0)):
        hidden |= {ALL}
    nothing = (None,) * len(WAIT.codes)
    values = tuple(tuple(found[row][1]) if sizes.get(row) and row not in hidden else nothing for row in rows.codes)
    return Table(code, "days", rows, WAIT, values, totals=False, hides=hide)


def _by_area(
    code: str, areas: Axis, columns: Axis, cube: Sequence[tuple[str, str, int]], *, hide: bool
) -> tuple[Table, Callable[[str], str] | None]:
    """Table with the totals of all others, and the row of each area: its own, or a common one. None: too few people to
    divide.
    """
    for rows, place in ((areas, lambda area: area), (Axis("area", (ALL,)), lambda _area: ALL)):
        counts = added((place(area), column, number) for area, column, number in cube)
        table = publish(code, rows, columns, counts, hide=hide)[0]
        if table.shows_all:
            return table, place
    return table, None


def _split(
    code: str,
    rows: Axis,
    columns: Axis,
    cube: Iterable[tuple[str, str, int, int | None]],
    *,
    both: bool = False,
    hide: bool,
) -> list[Table]:
    """A table with known row totals; with ``both`` also column totals. None if one of them is small."""
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
            hide=hide,
        )
    except SmallTotalError:
        return []


def _outcomes(
    code: str, areas: Axis, place: Callable[[str], str], answered: Sequence[Row], *, hide: bool
) -> list[Table]:
    """Persons and minutes by rank of the met wish: by granted hours, and by area."""
    if not answered:
        return []
    for words in OUTCOMES:
        outcomes = Axis("outcome", tuple(dict.fromkeys(words.values())))
        totals = added((words[row[3]], "", row[6]) for row in answered)
        if hide and any(is_small(number) for number in totals.values()):
            continue
        by_hours = [(words[row[3]], row[4], row[6], row[7]) for row in answered]
        by_area = [(place(row[0]), words[row[3]], row[6], row[7]) for row in answered]
        return [
            *_split(f"{code}_by_hours", outcomes, HOURS, by_hours, hide=hide),
            *_split(f"{code}_by_area", areas, outcomes, by_area, both=True, hide=hide),
        ]
    return []
