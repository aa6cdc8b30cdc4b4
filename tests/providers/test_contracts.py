"""Intake and permit: permissions, dates, and mandatory reasons."""

import datetime

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse

from accounts.roles import Role
from audit.models import Event
from providers.contracts import resume_intake, set_permit, stop_intake
from providers.models import Contract
from providers.optimistic_lock import ChangedMeanwhileError, state_of
from providers.selectors import contract_terms
from providers.services import add_area, add_contract, add_provider, end_contract
from tests.world import LONG_AGO, SYSTEM, World, make_world, staff

TODAY = datetime.date(2021, 3, 1)
DAY = datetime.timedelta(days=1)


@pytest.fixture
def world(db, settings) -> World:
    settings.CLOCK_TODAY = TODAY
    return make_world()


def takes_in(contract: Contract, *days: datetime.date) -> list[bool]:
    return [next(t.intake for t in contract_terms(day=day) if t.contract == contract) for day in days]


def test_intake_stop_has_first_and_last_days(world):
    contract = world.contracts["p"]
    stop_intake(contract=contract, first_day=TODAY + 5 * DAY, reason="Sjukdom", actor=SYSTEM)
    assert takes_in(contract, TODAY + 4 * DAY, TODAY + 5 * DAY, TODAY + 500 * DAY) == [True, False, False]

    resume_intake(contract=contract, first_day=TODAY + 20 * DAY, reason="Friska", actor=SYSTEM)

    assert takes_in(contract, TODAY + 19 * DAY, TODAY + 20 * DAY) == [False, True]
    assert Contract.objects.get(pk=contract.pk).intake_stop_reason == "Sjukdom"
    events = Event.objects.filter(action__endswith="_intake").order_by("id").values_list("action", "reason")
    assert list(events) == [("contract.stop_intake", "Sjukdom"), ("contract.resume_intake", "Friska")]


def test_future_stop_is_withdrawn(world):
    contract = world.contracts["p"]
    stop_intake(contract=contract, first_day=TODAY + 5 * DAY, reason="Sjukdom", actor=SYSTEM)
    resume_intake(contract=contract, first_day=TODAY, reason="Behövs inte", actor=SYSTEM)

    contract.refresh_from_db()
    assert (contract.intake_stopped_from, contract.intake_stop_reason) == (None, "")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"reason": " "}, "Skriv varför"),
        ({"first_day": TODAY - DAY}, "redan varit"),
        ({"until": TODAY}, "sluta efter"),
    ],
)
def test_refusals(world, change, words):
    with pytest.raises(ValidationError, match=words):
        stop_intake(**{"contract": world.contracts["p"], "first_day": TODAY, "reason": "x", "actor": SYSTEM, **change})
    assert takes_in(world.contracts["p"], TODAY) == [True]


def test_intake_of_a_leaving_or_unlicensed_provider_cannot_reopen(world):
    with pytest.raises(ValidationError, match="inte stoppat"):
        resume_intake(contract=world.contracts["p"], first_day=TODAY, reason="x", actor=SYSTEM)
    stop_intake(contract=world.contracts["p"], first_day=TODAY, reason="x", actor=SYSTEM)
    set_permit(provider=world.p, permit="withdrawn", reason="IVO", actor=SYSTEM)
    with pytest.raises(ValidationError, match="inget tillstånd"):
        resume_intake(contract=world.contracts["p"], first_day=TODAY, reason="x", actor=SYSTEM)
    end_contract(contract=world.contracts["q"], ends_on=TODAY + DAY, reason="x", actor=SYSTEM)
    with pytest.raises(ValidationError, match="ska upphöra"):
        resume_intake(contract=world.contracts["q"], first_day=TODAY, reason="x", actor=SYSTEM)


def test_permit_belongs_to_the_provider(world):
    set_permit(provider=world.p, permit="withdrawn", reason="Beslut av IVO", actor=SYSTEM)

    assert takes_in(world.contracts["p"], TODAY) == [False]
    event = Event.objects.get(action="provider.permit")
    assert (event.before, event.after) == ({"permit": ["unstated"]}, {"permit": "withdrawn"})
    with pytest.raises(PermissionDenied):
        set_permit(provider=world.p, permit="valid", reason="x", actor=staff("officer", Role.SENIOR_OFFICER))


def test_second_of_two_users_is_informed(world):
    seen = state_of(world.contracts["p"])
    stop_intake(contract=world.contracts["p"], first_day=TODAY, reason="x", seen=seen, actor=SYSTEM)
    with pytest.raises(ChangedMeanwhileError):
        stop_intake(contract=world.contracts["p"], first_day=TODAY + DAY, reason="y", seen=seen, actor=SYSTEM)


def test_permit_is_unstated_by_default(world):
    new = add_provider(code="ny", name="Ny hemtjänst", kind="private", actor=SYSTEM)
    contract = add_contract(provider=new, area=world.north, valid_from=LONG_AGO, actor=SYSTEM)
    assert contract.permit == "unstated"
    set_permit(provider=new, permit="valid", reason="IVO:s beslut visat", actor=SYSTEM)
    south = add_area(code="south", name="Södra", actor=SYSTEM)
    # The permit is the provider's: a new contract has it too.
    assert add_contract(provider=new, area=south, valid_from=LONG_AGO, actor=SYSTEM).permit == "valid"


def test_public_page_shows_an_unstated_permit(world, client):
    page = client.get(reverse("providers:provider", args=["p"])).text
    assert "Inte angett än." in page
    assert "Tillstånd finns" not in page
    set_permit(provider=world.p, permit="valid", reason="Visat", actor=SYSTEM)
    assert "Tillstånd finns." in client.get(reverse("providers:provider", args=["p"])).text
    assert "behöver inget tillstånd" in client.get(reverse("providers:provider", args=["kommunen"])).text
