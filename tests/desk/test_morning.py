"""The night as seen by officers in the morning."""

import datetime

import pytest
from django.urls import reverse

from accounts.models import User
from allocation.models import AllocationRun
from allocation.nightly import run_night
from allocation.nightly.morning_report import morning_report
from allocation.services.failures import record_failure
from common.clock import STOCKHOLM
from tests.world import SYSTEM, make_world, staff

pytestmark = pytest.mark.django_db

TODAY = datetime.date(2020, 11, 23)
DAY = datetime.timedelta(days=1)


@pytest.fixture
def world():
    world = make_world()
    world.round.areas.clear()
    return world


def home(client, role="case_officer"):
    staff("anna", role)
    client.force_login(User.objects.get(username="anna"))
    return client.get(reverse("casework:home")).content.decode()


def at(hour):
    return datetime.datetime.combine(TODAY, datetime.time(hour), tzinfo=STOCKHOLM)


def test_report_summarises_the_night(client, world):
    world.person(deceased_on=TODAY)
    run_night(business_date=TODAY, actor=SYSTEM)
    page = home(client)
    assert "natten till den 23 november" in page
    assert "Avlidna, platsen är ledig" in page
    assert "Nattens körning misslyckades" not in page


def test_failed_night_is_red_until_done(client, world):
    record_failure(kind=AllocationRun.Kind.NIGHT, business_date=TODAY, error=RuntimeError("x"))
    assert "Nattens körning misslyckades" in home(client)
    run_night(business_date=TODAY, actor=SYSTEM)
    assert morning_report(now=at(7)).problem is None


@pytest.mark.parametrize(("hour", "late"), [(5, False), (6, True)])
def test_night_not_done_by_morning_is_late(world, hour, late):
    run_night(business_date=TODAY - DAY, actor=SYSTEM)
    assert (morning_report(now=at(hour)).problem is not None) is late


def test_no_night_is_late_before_the_first(world):
    assert morning_report(now=at(9)).problem is None


def test_user_without_a_role_sees_no_report(client, world):
    record_failure(kind=AllocationRun.Kind.NIGHT, business_date=TODAY, error=RuntimeError("x"))
    User.objects.create_user("ny")
    client.force_login(User.objects.get(username="ny"))
    assert "Nattens" not in client.get(reverse("casework:home")).content.decode()
