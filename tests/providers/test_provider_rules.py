"""Areas, contracts, ceilings, guarantees, the ramp: refusals, which write nothing."""

import datetime

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction

from accounts.actors import Actor
from audit.models import Event
from providers import services
from providers.models import Ceiling, Contract, Municipality, Provider, ShareStep
from providers.selectors import contract_terms, share_bp_by_area
from tests.world import LONG_AGO, START, SYSTEM, make_world

pytestmark = pytest.mark.django_db

DAY = datetime.timedelta(days=1)


@pytest.fixture
def world():
    return make_world()


def test_overlapping_ceilings_are_refused_by_service_and_database(world):
    contract = world.contracts["p"]
    events = Event.objects.count()
    with pytest.raises(ValidationError, match="Avtalet har redan ett tak under den tiden"):
        services.add_ceiling(contract=contract, valid_from=START, minutes=100, actor=SYSTEM)
    assert contract.ceilings.count() == 1
    assert Event.objects.count() == events
    with pytest.raises(IntegrityError, match="providers_ceiling_no_overlap"), transaction.atomic():
        Ceiling.objects.create(contract=contract, valid_from=START, minutes=100)


def test_new_ceiling_ends_the_open_one(world):
    services.change_ceiling(contract=world.contracts["p"], valid_from=START, minutes=100, actor=SYSTEM)
    before, after = (
        {t.contract.provider.code: t.ceiling_minutes for t in contract_terms(day=day)} for day in (START - DAY, START)
    )
    assert (before["p"], after["p"]) == (3000, 100)


@pytest.mark.parametrize("days", [0, -1, -400])
def test_ramp_never_goes_backwards_in_time(world, days):
    with pytest.raises(ValidationError, match="Steget måste börja efter det förra steget"):
        services.add_share_step(area=world.north, valid_from=START + days * DAY, share_bp=3000, actor=SYSTEM)
    assert ShareStep.objects.count() == 1
    assert ShareStep.objects.get().valid_until is None


def test_ramp_step_ends_the_previous_one_and_may_go_down(world):
    services.add_share_step(area=world.north, valid_from=START + 10 * DAY, share_bp=1000, actor=SYSTEM)
    assert share_bp_by_area(day=START + 9 * DAY) == {world.north.pk: 2000}
    assert share_bp_by_area(day=START + 10 * DAY) == {world.north.pk: 1000}
    assert share_bp_by_area(day=START - DAY) == {}


def test_share_above_100_percent_is_refused(world):
    with pytest.raises(ValidationError, match="mer än 100 procent"):
        services.add_share_step(area=world.north, valid_from=START + DAY, share_bp=10_001, actor=SYSTEM)
    # The previous step stays open: the whole change is rolled back.
    assert ShareStep.objects.get().valid_until is None


def test_ceiling_needs_a_value(world):
    contract = world.contracts["kommunen"]
    with pytest.raises(ValidationError, match="Ange ett tak i minuter eller i personer"):
        services.add_ceiling(contract=contract, valid_from=START, minutes=None, actor=SYSTEM)


def test_periods_end_after_they_start(world):
    with pytest.raises(ValidationError, match="Slutdatum måste ligga efter startdatum"):
        services.add_guarantee(
            contract=world.contracts["p"], valid_from=START, valid_until=START, minutes=10, actor=SYSTEM
        )


def test_municipality_has_no_guarantee(world):
    with pytest.raises(ValidationError, match="ingen garanterad volym"):
        services.add_guarantee(contract=world.contracts["kommunen"], valid_from=START, minutes=10, actor=SYSTEM)


def test_one_municipal_provider(world):
    with pytest.raises(ValidationError, match="finns redan"):
        services.add_provider(code="kommunen2", name="Också kommunen", kind="municipal", actor=SYSTEM)
    assert Provider.objects.filter(kind="municipal").count() == 1


def test_two_contracts_in_one_area_never_overlap(world):
    with pytest.raises(ValidationError, match="redan ett avtal i området"):
        services.add_contract(provider=world.p, area=world.north, valid_from=START, actor=SYSTEM)


def test_one_municipality_and_known_models_only(world):
    with pytest.raises(IntegrityError, match="providers_municipality_only_one"), transaction.atomic():
        Municipality.objects.create(pk=2, name="Annan", model="lov")
    with pytest.raises(ValidationError, match="botkyrka, lov, sodertalje"):
        services.set_up_municipality(model="finns-inte", actor=SYSTEM)


def test_models_are_data(world):
    facts = {
        f: getattr(Municipality.objects.get(), f)
        for f in ("name", "department", "committee", "phone", "phone_hours", "email", "website", "return_address")
    }
    rules = {
        model: services.set_up_municipality(model=model, actor=SYSTEM, **facts).no_answer_rule
        for model in services.preset_names()
    }
    assert rules == {"borlange": "municipal", "botkyrka": "guarantees", "lov": "municipal", "sodertalje": "keep"}


def test_intake_stops_and_permits(world):
    contract = world.contracts["p"]

    def takes_in(day):
        return {t.contract.provider.code: t.intake for t in contract_terms(day=day)}["p"]

    contract.intake_stopped_from, contract.intake_stopped_until = START, START + DAY
    contract.save()
    assert (takes_in(START - DAY), takes_in(START), takes_in(START + DAY)) == (True, False, True)
    contract.permit = Contract.Permit.APPEALED
    contract.save()
    assert takes_in(START + DAY)
    contract.permit = Contract.Permit.WITHDRAWN
    contract.save()
    assert not takes_in(START + DAY)


def test_changing_quotas_needs_permission(world):
    with pytest.raises(PermissionDenied):
        services.add_share_step(
            area=world.north, valid_from=START + DAY, share_bp=3000, actor=Actor(name="någon", rights=frozenset())
        )
    assert ShareStep.objects.count() == 1


def test_terms_of_a_day_hold_only_that_days_contracts(world):
    world.contracts["q"].valid_until = START
    world.contracts["q"].save()
    assert {t.contract.provider.code for t in contract_terms(day=START)} == {"kommunen", "p"}
    assert {t.contract.provider.code for t in contract_terms(day=START - DAY)} == {"kommunen", "p", "q"}
    assert contract_terms(day=LONG_AGO - DAY) == []
