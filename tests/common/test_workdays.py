"""Swedish holidays, and the effective day of post."""

import datetime

import pytest

from common.workdays import is_working_day, previous_working_day, working_day_from, working_days_after


def _days(year: int, *days: str) -> list[datetime.date]:
    return [datetime.date.fromisoformat(f"{year}-{day}") for day in days]


def _closed(year: int) -> list[datetime.date]:
    """Weekdays that are public holidays."""
    days = [datetime.date(year, 1, 1) + datetime.timedelta(number) for number in range(366)]
    return [day for day in days if day.year == year and day.weekday() < 5 and not is_working_day(day)]


@pytest.mark.parametrize(
    ("year", "moving"),
    [
        # Good Friday, Easter Day and Monday, Ascension, Whit Sunday, Midsummer Eve and Day, All Saints.
        (2020, ["04-10", "04-12", "04-13", "05-21", "05-31", "06-19", "06-20", "10-31"]),
        (2021, ["04-02", "04-04", "04-05", "05-13", "05-23", "06-25", "06-26", "11-06"]),
        (2024, ["03-29", "03-31", "04-01", "05-09", "05-19", "06-21", "06-22", "11-02"]),
        (2026, ["04-03", "04-05", "04-06", "05-14", "05-24", "06-19", "06-20", "10-31"]),
        # The latest possible Easter.
        (2038, ["04-23", "04-25", "04-26", "06-03", "06-13", "06-25", "06-26", "11-06"]),
    ],
)
def test_holidays(year, moving):
    fixed = ["01-01", "01-06", "05-01", "06-06", "12-24", "12-25", "12-26", "12-31"]

    assert _closed(year) == sorted(day for day in _days(year, *fixed, *moving) if day.weekday() < 5)


@pytest.mark.parametrize(
    ("found", "counts_from"),
    [
        ("2020-11-24", "2020-11-23"),
        ("2020-11-23", "2020-11-20"),
        ("2020-12-28", "2020-12-23"),
        ("2021-01-07", "2021-01-05"),
        ("2021-04-06", "2021-04-01"),
        ("2021-05-14", "2021-05-12"),
    ],
)
def test_post_counts_from_the_previous_working_day(found, counts_from):
    assert previous_working_day(datetime.date.fromisoformat(found)) == datetime.date.fromisoformat(counts_from)


def test_bridge_day_is_a_working_day():
    assert is_working_day(datetime.date(2021, 5, 14))


def test_time_limit_ends_on_a_working_day():
    new_years_eve = datetime.date(2020, 12, 31)

    assert working_day_from(new_years_eve) == datetime.date(2021, 1, 4)
    assert working_day_from(datetime.date(2021, 1, 4)) == datetime.date(2021, 1, 4)
    assert working_days_after(new_years_eve, 3) == datetime.date(2021, 1, 7)
