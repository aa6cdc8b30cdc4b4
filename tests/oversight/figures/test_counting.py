"""Counts of the figures, and disclosure control of everything published."""

import datetime
from itertools import product

import pytest
from django.core.exceptions import PermissionDenied
from hypothesis import given, settings
from hypothesis import strategies as st

from accounts.actors import Actor
from accounts.roles import Right, Role
from allocation.facts.rounds import Answer
from allocation.models import Placement
from choices.models import Person
from common.suppression import is_small
from oversight.figures.counting import Terms
from oversight.figures.dividing import (
    CHANNELS,
    HOURS,
    REASONS,
    by_area_and_provider,
    now_tables,
    queue_tables,
    round_tables,
    year_tables,
)
from oversight.figures.models import FigureSheet
from oversight.figures.months import of_time
from oversight.figures.periods import period, periods
from oversight.figures.sheet import Sheet, sheet, sheet_for_staff
from oversight.figures.table import TOTAL, Axis, Table
from oversight.tasks import count_figures
from providers.models import Contract
from tests import factories as make
from tests.common.test_suppression import _derivable
from tests.long_form import examples
from tests.oversight.figures.conftest import TODAY, Municipality

AREAS, PROVIDERS = Axis("area", ("norra", "sodra", "vastra")), Axis("provider", ("kommunen", "a", "b"))
MONTHS = Axis("month", ("2020-01", "2020-02", "2020-03"))


# --- All tables of a page combined -----------------------------------------------------------------------------


@st.composite
def towns(draw):
    """Rows as returned by the statement ``run``: groups of people of all sizes, small ones more often."""
    kinds = st.tuples(
        st.sampled_from(AREAS.codes),
        st.sampled_from(PROVIDERS.codes),
        st.sampled_from(list(Answer)),
        st.integers(1, 3),
        st.sampled_from(HOURS.codes),
        st.sampled_from(CHANNELS.codes),
    )
    groups = draw(st.dictionaries(kinds, st.one_of(st.integers(1, 4), st.integers(1, 40)), max_size=25))
    return [
        (*kind[:5], kind[5] if kind[2] in (Answer.CHOSE, Answer.DECLINED) else None, n, n * 600)
        for kind, n in groups.items()
    ]


ROUND_NAMES = {
    "answers": ("area", "answer"),
    "channels": ("area", "channel"),
    "first_choice_by_hours": ("outcome", "hours_class"),
    "first_choice_by_area": ("area", "outcome"),
    "earlier_by_hours": ("outcome", "hours_class"),
    "earlier_by_area": ("area", "outcome"),
    "clients": ("area", "provider"),
}


def test_check_of_a_whole_page_can_fail():
    """Two tables, each safe alone, that reveal a hidden number together: the check detects it."""
    hidden = {"x", "y", "z"}
    first, second = {"x": 1, "y": 1, "z": 1}, {"y": 1, "z": 1}

    assert _derivable([first], hidden) == _derivable([second], hidden) == set()
    assert _derivable([first, second], hidden) == {"x"}


@settings(max_examples=examples(60))
@given(rows=towns())
def test_tables_of_a_round_together_reveal_no_small_number(rows):
    tables = round_tables(rows, AREAS, PROVIDERS, decided=True)

    _check_hidden_cells(tables, ROUND_NAMES)


def _check_hidden_cells(tables: list[Table], names: dict[str, tuple[str, str]]) -> None:
    """No cell of one table follows from sums and differences of the published numbers of all tables.

    The unknowns are the hidden cells; the equations are the sums of each table, and the equality of totals with one
    name.
    """
    equations, hidden = [], set()
    known = {}
    for table in tables:
        if table.code not in names or table.unit != "persons":
            continue
        on_rows, on_columns = names[table.code]

        all_rows = len(table.rows.codes) == 1

        # Counts of people who chose are of them alone.
        of = "earlier" if table.code.startswith("earlier") else "answered"

        def key(row, column, *, on=(on_rows, on_columns), all_rows=all_rows, of=of):
            facts = {on[0]: TOTAL if all_rows else row, on[1]: column}
            facts.pop("answer", None) if facts.get("answer") == TOTAL else None
            facts = {name: value for name, value in facts.items() if value != TOTAL}
            if not {"answer", "provider"} & set(on):
                facts["answer"] = of
            return tuple(sorted(facts.items()))

        for row, column in product(table.row_codes, table.column_codes):
            value = table.at(row, column)
            if value is None:
                hidden.add(key(row, column))
            else:
                assert not is_small(value)
                known[key(row, column)] = value
        for row in table.row_codes:
            parts = [key(row, column) for column in table.columns.codes]
            equations.append({**dict.fromkeys(parts, 1), key(row, TOTAL): -1})
        if len(table.rows.codes) > 1:
            for column in table.column_codes:
                parts = [key(row, column) for row in table.rows.codes]
                equations.append({**dict.fromkeys(parts, 1), key(TOTAL, column): -1})
    assert not hidden & set(known), "hidden in one table and shown in another"
    assert not _derivable(equations, hidden)


@settings(max_examples=examples(60))
@given(rows=towns())
def test_tables_of_today_and_of_a_year_together_reveal_no_small_number(rows):
    today = [(row[0], row[1], row[2] == Answer.CHOSE, row[6], row[7]) for row in rows]
    _check_hidden_cells(
        now_tables(today, AREAS, PROVIDERS), {"choices": ("area", "chosen"), "clients": ("area", "provider")}
    )
    moves = [(r[0], MONTHS.codes[r[3] - 1], REASONS.codes[CHANNELS.codes.index(r[5] or "web")], r[6]) for r in rows]
    _check_hidden_cells(
        year_tables(moves, AREAS, MONTHS), {"moves_by_reason": ("area", "reason"), "moves_by_month": ("area", "month")}
    )


def test_days_are_shown_for_five_people_or_more():
    rows = [
        ("norra", "a", None, 4, [10, 20, 30]),
        ("norra", "b", None, 9, [1, 2, 3]),
        ("sodra", "a", None, 9, [4, 5, 6]),
        ("sodra", "b", None, 9, [7, 8, 9]),
        (None, None, "under_15", 4, [1, 1, 1]),
        (None, None, None, 31, [5, 20, 30]),
    ]
    tables = {table.code: table for table in queue_tables(rows, AREAS, Axis("provider", ("a", "b")))}

    assert tables["waits_longest"].at("norra", "a") is None
    assert tables["waits_longest"].at("sodra", "b") == 9
    assert tables["waits_by_hours"].at("under_15", "longest") is None
    assert tables["waits_by_hours"].at("all", "longest") == 30


def test_the_longest_wait_of_all_is_nobodys_in_a_small_group():
    """All: 30 days. If every other group had shown less, the one person with many hours would have waited as long."""
    rows = [
        ("norra", "a", None, 1, [30, 30, 30]),
        ("norra", "b", None, 9, [1, 2, 3]),
        ("sodra", "a", None, 12, [4, 5, 6]),
        (None, None, "under_15", 12, [1, 1, 2]),
        (None, None, "15_to_75", 9, [1, 2, 6]),
        (None, None, "over_75", 1, [30, 30, 30]),
        (None, None, None, 22, [5, 6, 30]),
    ]
    found = {table.code: table for table in queue_tables(rows, AREAS, Axis("provider", ("a", "b")))}
    of_hours = [found["waits_by_hours"].at(row, "longest") for row in ("under_15", "15_to_75", "over_75", "all")]
    assert of_hours == [2, None, None, 30]
    longest = found["waits_longest"]
    places = (("norra", "a"), ("norra", "b"), ("sodra", "a"))
    assert [longest.at(*place) for place in places] == [None, None, 6]
    # The number in the other queue is shown: it tells nothing of the small one.
    assert [found["queues"].at(*place) for place in places] == [None, 9, 12]
    whole = {table.code: table for table in queue_tables(rows, AREAS, Axis("provider", ("a", "b")), hide=False)}
    assert whole["waits_by_hours"].at("over_75", "longest") == whole["waits_longest"].at("norra", "a") == 30


def test_one_small_queue_hides_no_other():
    rows = [
        ("norra", "a", None, 3, [10, 20, 30]),
        ("norra", "b", None, 9, [1, 2, 3]),
        ("sodra", "a", None, 9, [4, 5, 6]),
    ]
    for hide, small in ((True, None), (False, 3)):
        queues, *_ = queue_tables(rows, AREAS, Axis("provider", ("a", "b")), hide=hide)
        assert queues.values == ((small, 9), (9, 0), (0, 0))
        # No totals: a person in two queues is in both.
        assert queues.column_codes == ("a", "b")


# --- Counted in the database -----------------------------------------------------------------------------------


def _sheet(code: str, municipality: Municipality) -> Sheet:
    asked = period(code=code, day=TODAY)
    assert asked is not None
    found = sheet(period=asked, day=TODAY, actor=Actor.staff(municipality.manager))
    assert found is not None
    return found


def _persons(table: Table | None, row: str, column: str) -> int | None:
    assert table is not None
    return table.at(row, column)


def test_counts(municipality: Municipality):
    _a_round(municipality)
    _today(municipality)
    _a_year(municipality)
    assert [each.code for each in periods(day=TODAY)] == ["nu", "over-tid", "omgang-hosten-2020", "ar-2020"]
    # Whole periods only: the difference of two others would be the figures of a few days.
    assert period(code="ar-1999", day=TODAY) is None
    assert period(code="2020-01-01", day=TODAY) is None


def _a_round(municipality: Municipality) -> None:
    found = _sheet("omgang-hosten-2020", municipality)

    answers = found.get("answers")
    assert [_persons(answers, "norra", code) for code in ("answered", "not_answered", "total")] == [23, 12, 35]
    assert _persons(answers, "total", "total") == 65
    channels = found.get("channels")
    assert sum(_persons(channels, TOTAL, code) or 0 for code in CHANNELS.codes) <= 41
    first = found.get("first_choice_by_area")
    assert _persons(first, "total", "first") == 25
    assert _persons(first, "norra", "total") == 23
    # 18 got a place in the south, three of them with C: that number and another are hidden.
    clients = found.get("clients")
    assert _persons(clients, "sodra", "c") is None
    assert _persons(clients, "sodra", "total") == 30
    minutes = found.get("clients_minutes")
    assert _persons(minutes, "sodra", "c") is None
    assert _persons(found.get("ceilings"), "norra", "a") == 900 * 60


def test_undecided_round_shows_the_answers(municipality: Municipality):
    municipality.run.status = "proposed"
    municipality.run.applied_at = None
    municipality.run.save()
    found = _sheet("omgang-hosten-2020", municipality)

    assert _persons(found.get("answers"), "norra", "answered") == 23
    assert set(found.tables) == {"answers", "channels", "channels_minutes"}


def _today(municipality: Municipality) -> None:
    found = _sheet("", municipality)

    assert _persons(found.get("choices"), "total", "never_chosen") == 24
    assert _persons(found.get("clients"), "norra", "total") == 35
    # Eight wait for C in the north and eight for B in the south, since the window closed.
    assert _persons(found.get("queues"), "norra", "c") == 8
    assert _persons(found.get("waits_longest"), "norra", "c") == (TODAY - datetime.date(2020, 9, 30)).days
    assert _persons(found.get("queues"), "norra", "a") == 0


def _a_year(municipality: Municipality) -> None:
    found = _sheet("ar-2020", municipality)

    reasons, months = found.get("moves_by_reason"), found.get("moves_by_month")
    assert _persons(reasons, TOTAL, "total") == _persons(months, TOTAL, "total") == 25
    assert _persons(reasons, TOTAL, "own_choice") == 25
    assert _persons(months, TOTAL, "2020-01") == 0
    assert (
        _persons(found.get("met_waits_by_area"), "all", "longest")
        == (datetime.date(2020, 11, 2) - datetime.date(2020, 9, 30)).days
    )


def test_months(municipality: Municipality):
    """The first of each month, counted anew in plain Python; the months to come as decided."""
    found = {hide: _over_time(municipality, hide=hide) for hide in (False, True)}
    whole, hidden = found[False], found[True]
    clients = whole["clients_by_month"]
    assert clients.columns.codes[-1] == "2021-02"
    for month in clients.columns.codes:
        day = datetime.date.fromisoformat(f"{month}-01")
        there = [each for each in Placement.objects.select_related("contract__provider") if each.covers(day)]
        assert sum(clients.at(row, month) for row in clients.rows.codes) == len(there) == 65
        theirs = sum(each.contract.provider.code == "a" and each.contract.area.code == "norra" for each in there)
        assert clients.at("norra.a", month) == theirs
        own = sum(_minutes(each) for each in there if each.contract.provider.is_municipal)
        of_all = sum(map(_minutes, there))
        assert whole["external_share_by_month"].at("all", month) == (of_all - own) * 10_000 // of_all
    # Nine people got A in the north, some on 2 September, October and November: the next month has them.
    assert clients.at("norra.a", "2020-09") < clients.at("norra.a", "2020-12") == 9
    assert whole["share_limits_by_month"].columns == clients.columns
    assert whole["ceilings_by_month"].at("norra.a", "2020-12") == 900 * 60
    _small_cells_are_hidden(clients, hidden["clients_by_month"])


def test_queues_by_month(municipality: Municipality):
    """Eight wait in the north and eight in the south, from the day the window closed."""
    found = _over_time(municipality, hide=False)["queues_by_month"]
    assert found.columns.codes[-1] == "2020-11"
    assert [found.at(row, "2020-11") for row in ("norra.c", "sodra.b", "norra.a", "all")] == [8, 8, 0, 16]
    assert found.at("all", "2020-09") == 0
    days = _over_time(municipality, hide=False)["waits_median_by_month"]
    assert days.at("all", "2020-11") == (datetime.date(2020, 11, 1) - datetime.date(2020, 9, 30)).days
    assert days.at("norra.a", "2020-11") is None


def test_small_queue_hides_itself_and_the_number_of_all(municipality: Municipality):
    waiting = Person.objects.filter(area=municipality.areas[0], choices__wishes__provider__code="c").order_by("pk")
    Person.objects.filter(pk__in=list(waiting.values_list("pk", flat=True)[:5])).update(
        deceased_on=datetime.date(2020, 10, 15)
    )
    shown, hidden = (_over_time(municipality, hide=hide)["queues_by_month"] for hide in (False, True))
    assert 0 < shown.at("norra.c", "2020-11") < 5
    assert hidden.at("norra.c", "2020-11") is hidden.at("all", "2020-11") is None
    assert hidden.at("sodra.b", "2020-11") == 8


def test_first_choice_by_round(municipality: Municipality):
    found, round = _over_time(municipality, hide=True), _sheet("omgang-hosten-2020", municipality)
    by_hours = round.get("first_choice_by_hours")
    for kind in HOURS.codes:
        assert found["first_choice_by_round"].at("hosten-2020", kind) == _persons(by_hours, "first", kind)
    assert found["chose_by_round"].at("hosten-2020", "all") == 41


def _over_time(municipality: Municipality, *, hide: bool) -> dict[str, Table]:
    return {table.code: table for table in of_time(Terms(), TODAY, hide=hide)}


def _minutes(placement: Placement) -> int:
    return placement.person.care_decisions.get().minutes


def _small_cells_are_hidden(whole: Table, hidden: Table) -> None:
    for row, column in product(whole.rows.codes, whole.columns.codes):
        number = whole.at(row, column)
        assert hidden.at(row, column) in (None, number)
        assert number is None or not is_small(number) or hidden.at(row, column) is None


@settings(max_examples=examples(60))
@given(rows=towns())
def test_a_month_reveals_no_small_number(rows):
    cube = [(row[0], row[1], row[6], row[7]) for row in rows]
    persons, minutes = by_area_and_provider(cube, AREAS, PROVIDERS, hide=True)
    if persons is None:
        assert minutes is None
        return
    _check_hidden_cells([persons], {"clients": ("area", "provider")})


def test_reasons_for_moves(municipality: Municipality):
    """Each reason, from the stored placement."""
    for person in list(Person.objects.filter(area=municipality.areas[0], choices__isnull=True))[:6]:
        why = {"decided_by": municipality.manager, "reason": "Nära till dottern"}
        municipality.move(person, 2, datetime.date(2020, 11, 3), **why)
    reasons = _sheet("ar-2020", municipality).get("moves_by_reason")

    assert _persons(reasons, "norra", "by_hand") == 6
    assert _persons(reasons, TOTAL, "total") == 31


def test_undone_moves_and_first_providers_are_no_moves(municipality: Municipality):
    before = _persons(_sheet("ar-2020", municipality).get("moves_by_reason"), TOTAL, "total")
    FigureSheet.objects.all().delete()
    person = municipality.people(1, wish=None)[0]
    person.placements.update(valid_from=datetime.date(2020, 5, 1))
    undone = datetime.date(2020, 11, 10)
    contract = municipality.companies[0].contracts.get(area=person.area)
    person.placements.filter(valid_until=None).update(valid_until=undone)
    Placement.objects.create(person=person, contract=contract, valid_from=undone, valid_until=undone)

    assert _persons(_sheet("ar-2020", municipality).get("moves_by_reason"), TOTAL, "total") == before


def test_the_last_move_counts_also_after_a_new_contract_with_the_provider(municipality: Municipality):
    """A person who had moved was in no figure once the new provider's contract was renewed."""
    before = _persons(_sheet("ar-2020", municipality).get("moves_by_month"), TOTAL, "total")
    FigureSheet.objects.all().delete()
    person = Placement.objects.filter(run=municipality.run, valid_from=datetime.date(2020, 10, 2)).first().person
    renewed = datetime.date(2020, 11, 10)
    last = person.placements.get(valid_until=None)
    Contract.objects.filter(pk=last.contract.pk).update(valid_until=renewed)
    contract = make.ContractFactory.create(provider=last.contract.provider, area=person.area, valid_from=renewed)
    person.placements.filter(valid_until=None).update(valid_until=renewed)
    Placement.objects.create(person=person, contract=contract, valid_from=renewed)

    assert _persons(_sheet("ar-2020", municipality).get("moves_by_month"), TOTAL, "total") == before


def test_protected_people_change_nothing(municipality: Municipality):
    """Neither the numbers, nor which of them are hidden."""
    codes = ("", "over-tid", "omgang-hosten-2020", "ar-2020")
    before = [_sheet(code, municipality).tables for code in codes]
    FigureSheet.objects.all().delete()
    for number, mark in ((7, "protected"), (2, "confidential_mark")):
        for person in municipality.people(number, area=1, wish=2, **{mark: True}):
            municipality.move(person, 2, datetime.date(2020, 11, 2), run=municipality.run)
    # They count for room.
    assert municipality.run.rows.count() == 74

    assert [_sheet(code, municipality).tables for code in codes] == before


def test_figures_are_constant_during_a_day(municipality: Municipality):
    before = _sheet("", municipality).tables
    municipality.people(20, wish=1)

    assert _sheet("", municipality).tables == before
    assert sorted(FigureSheet.objects.values_list("whole", flat=True)) == [False, True]
    tomorrow = TODAY + datetime.timedelta(days=1)
    asked = period(code="", day=tomorrow)
    assert asked is not None
    assert sheet(period=asked, day=tomorrow, actor=None).tables != before


@pytest.mark.parametrize("code", ["nu", "over-tid", "omgang-hosten-2020", "ar-2020"])
@pytest.mark.parametrize("page_first", [True, False])
def test_the_page_of_staff_and_the_files_of_a_day_agree(municipality: Municipality, code: str, page_first: bool):
    """Either may come first, and people come between them."""
    asked = period(code=code, day=TODAY)
    assert asked is not None
    officer = Actor.staff(make.UserFactory.with_role(Role.SENIOR_OFFICER))

    def page() -> Sheet | None:
        return sheet_for_staff(period=asked, day=TODAY, actor=officer)

    def files() -> Sheet | None:
        return sheet(period=asked, day=TODAY, actor=officer)

    first = page() if page_first else files()
    moving = municipality.people(30, wish=1)
    for person in moving[:20]:
        municipality.move(person, 1, datetime.date(2020, 11, 2), run=municipality.run)
    second = files() if page_first else page()
    assert first is not None
    assert second is not None
    shown = 0
    public, whole = sorted((first, second), key=lambda each: each.whole)
    for name, table in public.tables.items():
        for numbers, others in zip(table.values, whole.tables[name].values, strict=True):
            for number, other in zip(numbers, others, strict=True):
                if table.hides and number is not None:
                    assert number == other, name
                    shown += 1
    assert shown


def test_figures_are_precomputed(municipality: Municipality):
    count_figures()
    count_figures()

    kept = FigureSheet.objects.values_list("period", "whole")
    assert sorted(kept) == sorted(product(["nu", "over-tid", "omgang-hosten-2020", "ar-2020"], [False, True]))


def test_spreadsheet_needs_permission(municipality: Municipality, django_user_model):
    asked = period(code="", day=TODAY)
    assert asked is not None
    actor = Actor.staff(django_user_model.objects.create_user("ingen"))
    assert not actor.may(Right.SEE_FIGURES)

    with pytest.raises(PermissionDenied):
        sheet(period=asked, day=TODAY, actor=actor)
    assert FigureSheet.objects.count() == 0


@pytest.mark.parametrize(
    ("role", "areas", "number"),
    [
        (Role.CASE_OFFICER, None, 3),
        (Role.CASE_OFFICER, "sodra", None),
        (Role.MANAGER, None, None),
        (Role.ADMIN, None, None),
    ],
)
def test_staff_with_access_to_people_see_all_numbers(municipality: Municipality, role, areas, number):
    user = make.UserFactory.with_role(role, username="annan")
    if areas:
        user.areas.add(municipality.areas[1])
        user.all_areas = False
        user.save()
    asked = period(code="omgang-hosten-2020", day=TODAY)
    assert asked is not None
    actor = Actor.staff(type(user).objects.get(pk=user.pk))
    shown = sheet_for_staff(period=asked, day=TODAY, actor=actor)

    assert shown.whole == (number is not None)
    assert _persons(shown.get("clients"), "sodra", "c") == number
    # Exports are the same for all.
    assert _persons(sheet(period=asked, day=TODAY, actor=actor).get("clients"), "sodra", "c") is None


def test_unsuppressed_figures_exclude_protected_people(municipality: Municipality):
    municipality.people(6, wish=0, confidential=True)
    asked = period(code="omgang-hosten-2020", day=TODAY)
    assert asked is not None
    officer = Actor.staff(make.UserFactory.with_role(Role.SENIOR_OFFICER, username="annan"))

    assert _persons(sheet_for_staff(period=asked, day=TODAY, actor=officer).get("answers"), TOTAL, TOTAL) == 65


def test_empty_municipality(db: None, settings):
    settings.CLOCK_TODAY = TODAY
    asked = period(code="", day=TODAY)
    assert asked is not None

    tables = sheet(period=asked, day=TODAY, actor=None).tables
    assert all(value in (0, None) for table in tables.values() for row in table.values for value in row)
