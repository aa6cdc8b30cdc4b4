"""Mandates: objections from the register, and confirmations required from an officer."""

import datetime

import pytest

from choices.mandates import check_faults, checks_for, mandate_faults
from choices.models import Mandate, MandateHolder
from common import clock
from tests import factories as make

pytestmark = pytest.mark.django_db

DAY = datetime.date(2020, 10, 1)


@pytest.fixture
def person():
    return make.PersonFactory.create()


def _codes(mandate: Mandate) -> set[str]:
    return {step.code for step in checks_for(mandate)}


@pytest.mark.parametrize(
    ("kind", "codes"),
    [
        ("proxy", {"seen", "covers"}),
        ("god_man", {"seen", "covers", "consent"}),
        ("forvaltare", {"seen", "covers", "not_against"}),
        ("future_proxy", {"seen", "covers", "witnessed", "in_force"}),
        ("relative", {"seen", "unable", "nearest"}),
    ],
)
def test_each_kind_has_its_steps(person, kind, codes):
    mandate = make.MandateFactory.create(person=person, kind=kind)

    assert _codes(mandate) == codes
    assert len(check_faults(mandate=mandate, assured=[])) == len(codes)
    assert check_faults(mandate=mandate, assured=codes) == []


def test_evidence_already_seen_is_not_requested_again(person):
    mandate = make.MandateFactory.create(person=person, evidence_seen_at=clock.now())

    assert "seen" not in _codes(mandate)


def test_relatives_of_one_rank_act_jointly(person):
    mandate = make.MandateFactory.create(person=person, kind="relative")
    MandateHolder.objects.create(mandate=mandate, name="Bror Provsson")

    assert "jointly" in _codes(mandate)


@pytest.mark.parametrize("kind", ["god_man", "forvaltare", "future_proxy"])
def test_relatives_may_not_choose_where_somebody_is_appointed(person, kind):
    relative = make.MandateFactory.create(person=person, kind="relative")
    assert mandate_faults(person=person, mandate=relative, received_on=DAY) == []

    other = make.MandateFactory.create(person=person, kind=kind)
    assert "anhöriga" in mandate_faults(person=person, mandate=relative, received_on=DAY)[0]

    other.valid_until = DAY
    other.save()
    assert mandate_faults(person=person, mandate=relative, received_on=DAY) == []


def test_proxy_does_not_exclude_relatives(person):
    relative = make.MandateFactory.create(person=person, kind="relative")
    make.MandateFactory.create(person=person, kind="proxy")

    assert mandate_faults(person=person, mandate=relative, received_on=DAY) == []


def test_mandate_counts_on_the_received_date_of_the_choice(person):
    mandate = make.MandateFactory.create(person=person, valid_from=DAY, valid_until=DAY + datetime.timedelta(days=1))

    assert mandate_faults(person=person, mandate=mandate, received_on=DAY) == []
    for day in (DAY - datetime.timedelta(days=1), DAY + datetime.timedelta(days=1)):
        assert mandate_faults(person=person, mandate=mandate, received_on=day) != []
