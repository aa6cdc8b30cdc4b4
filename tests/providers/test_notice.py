"""The notice calendar: as a pure function, and as set by the municipality."""

import datetime

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from providers.models import Municipality
from providers.notice import KNOWN, Notice, NoticeOf, notice, quota_start_after, start_after
from providers.optimistic_lock import ChangedMeanwhileError, state_of
from providers.services import preset_names, set_notice, set_up_municipality
from tests import factories as make
from tests.world import SYSTEM


def day(text: str) -> datetime.date:
    return datetime.date.fromisoformat(text)


@pytest.mark.parametrize(
    ("rule", "decided", "begins"),
    [
        ("15_next_month", "2020-11-15", "2020-12-01"),
        ("15_next_month", "2020-11-16", "2021-01-01"),
        ("15_next_month", "2020-12-15", "2021-01-01"),
        ("15_next_month", "2020-12-31", "2021-02-01"),
        ("20_month_after_next", "2020-11-20", "2021-01-01"),
        ("20_month_after_next", "2020-11-21", "2021-02-01"),
        ("14_days", "2020-12-20", "2021-01-03"),
        ("14_days", "2024-02-15", "2024-02-29"),
        ("at_once", "2020-12-20", "2020-12-20"),
    ],
)
def test_first_day_of_a_change(rule, decided, begins):
    assert KNOWN[rule].starts(day(decided)) == day(begins)


RULES = st.builds(Notice, days=st.integers(0, 90)) | st.builds(
    Notice, day_of_month=st.integers(1, 28), months=st.integers(1, 6)
)
DAYS = st.dates(datetime.date(2000, 1, 1), datetime.date(2100, 1, 1))


@given(RULES, DAYS)
def test_last_day_to_decide(rule, decided):
    start = rule.starts(decided)
    latest = rule.latest(start)

    assert decided <= latest
    assert rule.starts(latest) == start
    assert rule.starts(latest + datetime.timedelta(days=1)) > start


@given(RULES, DAYS)
def test_later_decisions_never_begin_earlier(rule, decided):
    assert rule.starts(decided) <= rule.starts(decided + datetime.timedelta(days=1))


@pytest.mark.parametrize("model", preset_names())
def test_each_model_has_its_calendars(db, model):
    facts = dict.fromkeys(("name", "department", "committee", "phone", "phone_hours", "website", "return_address"), "x")
    own = set_up_municipality(model=model, actor=SYSTEM, email="a@b.example", **facts)

    assert start_after(day=day("2020-11-16"), municipality=own) == day("2020-11-30")
    assert quota_start_after(day=day("2020-11-16"), municipality=own) == day("2021-01-01")


def test_municipality_changes_one_calendar_and_keeps_the_other(db):
    own: Municipality = make.MunicipalityFactory.create()
    seen = state_of(own)
    own = set_notice(of=NoticeOf.SWITCH, notice=KNOWN["20_month_after_next"], seen=seen, actor=SYSTEM)

    assert notice(of=NoticeOf.SWITCH, municipality=own) == KNOWN["20_month_after_next"]
    assert notice(of=NoticeOf.QUOTA, municipality=own).day_of_month == 15
    with pytest.raises(ChangedMeanwhileError):
        set_notice(of=NoticeOf.QUOTA, notice=KNOWN["14_days"], seen=seen, actor=SYSTEM)
    with pytest.raises(ValidationError, match="1–28"):
        set_notice(of=NoticeOf.QUOTA, notice=Notice(day_of_month=31, months=1), actor=SYSTEM)
