"""The retention rule, for every date."""

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oversight.retention.rule import deadline, kept_for_research, latest_note_due

DAYS = st.dates(min_value=datetime.date(1990, 1, 1), max_value=datetime.date(2090, 12, 31))


@pytest.mark.parametrize(
    ("last_note", "due_from", "done_by"),
    [
        ("2015-03-10", "2020-03-10", "2021-12-31"),
        ("2015-01-01", "2020-01-01", "2021-12-31"),
        ("2015-12-31", "2020-12-31", "2021-12-31"),
        ("2016-02-29", "2021-03-01", "2022-12-31"),
        ("2015-02-28", "2020-02-28", "2021-12-31"),
    ],
)
def test_known_dates(last_note, due_from, done_by):
    found = deadline(datetime.date.fromisoformat(last_note))

    assert (found.due_from.isoformat(), found.done_by.isoformat()) == (due_from, done_by)


@given(DAYS)
def test_file_is_kept_five_years_with_a_year_to_destroy_it(last_note):
    found = deadline(last_note)

    assert (found.due_from.year, found.due_from.month) in {
        (last_note.year + 5, last_note.month), (last_note.year + 5, 3)
    }  # fmt: skip
    assert found.due_from >= last_note + datetime.timedelta(days=5 * 365 + 1)
    assert (found.done_by.year, found.done_by.month, found.done_by.day) == (found.due_from.year + 1, 12, 31)
    assert found.done_by - found.due_from >= datetime.timedelta(days=365)


@given(DAYS, DAYS)
def test_later_entry_never_shortens_the_period(one, other):
    first, second = sorted([one, other])

    assert deadline(first).due_from <= deadline(second).due_from
    assert deadline(first).done_by <= deadline(second).done_by


@given(DAYS, DAYS)
def test_list_and_deadline_agree(last_note, today):
    assert deadline(last_note).is_due(today) == (last_note <= latest_note_due(today))
    assert not (deadline(last_note).is_late(today) and not deadline(last_note).is_due(today))


@given(st.integers(1, 28), st.booleans())
def test_born_on_the_5th_15th_or_25th_is_kept(day, coordination):
    number = f"193905{day + (60 if coordination else 0):02}9803"

    assert kept_for_research([number]) == (day in (5, 15, 25))
    assert kept_for_research(["193905019803", number]) == (day in (5, 15, 25))


def test_reserve_number_counts_too():
    assert kept_for_research(["19390515AB12"])
    assert not kept_for_research(["19390516AB12"])


def test_unknown_birth_day_is_kept_unless_another_number_has_it():
    for number in ("193905609803", "193900609803", "992019123456"):
        assert kept_for_research([number])
    assert not kept_for_research(["193905609803", "193905169803"])
